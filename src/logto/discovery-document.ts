/** The tenant's discovery document (OpenID Connect Discovery 1.0). It needs no credential. */
import * as z from "zod";
import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { oidcUrl } from "./oidc-url.ts";
import { productionTuning } from "./tuning.ts";

const discoveryDocument = z.object({ issuer: z.string() });

type Limits = { totalMs: number; bytes: number };

/**
 * Fetches the document from the address where the service reaches the tenant.
 * @returns its issuer, undefined if the answer is no such document; and the headers of the answer.
 * @throws {TransportFault} if there is no answer.
 */
export async function fetchDiscovery(
  logto: LogtoConfig,
  fetch: Platform["fetch"],
  { totalMs, bytes }: Limits = productionTuning.discovery,
): Promise<{ issuer: string | undefined; headers: Headers }> {
  const response = await boundedFetch(fetch, bytes)(oidcUrl(logto, ".well-known/openid-configuration"), {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(totalMs),
  });
  const body: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
  return { issuer: discoveryDocument.safeParse(body).data?.issuer, headers: response.headers };
}
