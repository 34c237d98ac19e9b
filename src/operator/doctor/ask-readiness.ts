/** Asks the running service at `PUBLIC_URL` whether it is ready, and how it sees who asks. */
import * as z from "zod";
import type { Config } from "../../config.ts";
import {
  createDoctorToken,
  doctorHeaders,
  type SeenConnection,
  seenConnection,
} from "../../http/doctor-echo.ts";
import type { Platform } from "../../platform.ts";
import type { VaultInspection } from "../../vault/inspect-vault.ts";
import type { KeyedHash } from "../../vault/keyed-hash.ts";
import { askService } from "./ask-service.ts";

/** An address that nobody has (RFC 5737): what a client makes up who wants to be taken for somebody else. */
export const madeUp = "192.0.2.123";

export type Readiness = {
  status: number;
  /** The state of each part, where the answer is this service's. */
  checks: Readonly<Record<string, string>> | undefined;
  /** Undefined if the service does not take our token. */
  seen: SeenConnection | undefined;
};

const answerBody = z.object({ checks: z.record(z.string(), z.string().regex(/^\w{1,40}$/)) });

type Asked = {
  config: Config;
  /** Its keyed hash signs the question; without it the answer is the one that anybody gets. */
  vault(): Promise<VaultInspection>;
  /** Looks at it again. */
  inspect(): Promise<VaultInspection>;
  platform: Pick<Platform, "fetch" | "now">;
};

/** @throws {OperatorError} if nothing answers. */
export async function askReadiness({ config, vault, inspect, platform }: Asked): Promise<Readiness> {
  const ask = async (keyedHash: KeyedHash | undefined): Promise<Readiness> => {
    const token = keyedHash && (await createDoctorToken(keyedHash, platform.now()));
    const headers = { "x-forwarded-for": madeUp, ...(token ? { [doctorHeaders.question]: token } : {}) };
    const response = await askService({ platform }, `${config.publicUrl}/readyz`, { headers });
    const body = answerBody.safeParse(await response.json().catch(() => undefined));
    return { status: response.status, checks: body.data?.checks, seen: readSeen(response.headers) };
  };
  const first = await vault().catch(() => undefined);
  const answer = await ask(first?.keyedHash);
  if (!first || first.keyedHash || !answer.checks) return answer;
  // A Worker makes that key at its first request, and this may have been it.
  return ask((await inspect().catch(() => undefined))?.keyedHash);
}

function readSeen(headers: Headers): SeenConnection | undefined {
  try {
    return seenConnection.parse(JSON.parse(headers.get(doctorHeaders.answer) ?? ""));
  } catch {
    return undefined;
  }
}
