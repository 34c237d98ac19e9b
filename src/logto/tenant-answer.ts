/** What the tenant answers to anybody: by which issuer it goes, and what time it is there. */
import type { LogtoConfig } from "../config.ts";
import { OperatorError } from "../operator-error.ts";
import type { Platform } from "../platform.ts";
import { fetchDiscovery } from "./discovery-document.ts";
import { explainNoAnswer } from "./operator-tenant.ts";

/** `aheadMs`: how far our clock is ahead of the tenant's, to about a second; undefined if it does not tell the time. */
export type TenantAnswer = { issuer: string; aheadMs: number | undefined };

type Access = { logto: LogtoConfig; platform: Pick<Platform, "fetch" | "now"> };

/** @throws {OperatorError} if nothing answers there, or no tenant. */
export async function readTenantAnswer({ logto, platform }: Access): Promise<TenantAnswer> {
  const from = platform.now();
  const { issuer, headers } = await fetchDiscovery(logto, platform.fetch).catch((error: unknown) => {
    throw explainNoAnswer(error, logto.internalEndpoint);
  });
  if (issuer === undefined) {
    throw new OperatorError(
      `What answers at ${logto.internalEndpoint} is no Logto: it has no discovery document.`,
    );
  }
  return { issuer, aheadMs: aheadOf(headers, (from + platform.now()) / 2) };
}

/** `Date` names whole seconds; `Age` says how long ago that was, if a cache answered (RFC 9111, section 5.1). */
function aheadOf(headers: Headers, now: number): number | undefined {
  const date = Date.parse(headers.get("date") ?? "");
  const age = Number(headers.get("age") ?? 0) * 1000;
  return Number.isNaN(date + age) ? undefined : now - (date + age + 500);
}
