/** Asks the running service at `PUBLIC_URL` whether it is ready, and how it sees who asks. */
import * as z from "zod";
import type { Config } from "../../config.ts";
import {
  createDoctorToken,
  doctorHeaders,
  type SeenConnection,
  seenConnection,
} from "../../http/doctor-echo.ts";
import { boundedFetch, TransportFault } from "../../logto/bounded-fetch.ts";
import { productionTuning } from "../../logto/tuning.ts";
import { OperatorError } from "../../operator-error.ts";
import type { Platform } from "../../platform.ts";
import type { VaultInspection } from "../../vault/inspect-vault.ts";

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
  platform: Pick<Platform, "fetch" | "now">;
};

/** @throws {OperatorError} if nothing answers. */
export async function askReadiness({ config, vault, platform }: Asked): Promise<Readiness> {
  const { keyedHash } = await vault().catch(() => ({ keyedHash: undefined }));
  const token = keyedHash && (await createDoctorToken(keyedHash, platform.now()));
  const response = await boundedFetch(platform.fetch, productionTuning.tokenBytes)(
    `${config.publicUrl}/readyz`,
    {
      headers: { "x-forwarded-for": madeUp, ...(token ? { [doctorHeaders.question]: token } : {}) },
      signal: AbortSignal.timeout(productionTuning.totalMs),
    },
  ).catch((error: unknown) => {
    if (error instanceof TransportFault)
      throw new OperatorError(reasonOf(error, config.publicUrl), { cause: error });
    throw error;
  });
  const body = answerBody.safeParse(await response.json().catch(() => undefined));
  return { status: response.status, checks: body.data?.checks, seen: readSeen(response.headers) };
}

const reasonOf = ({ kind, sent }: TransportFault, publicUrl: string): string => {
  if (kind === "redirect") return `${publicUrl}/readyz is redirected elsewhere`;
  return `${sent === "no" ? "nothing listens" : "there is no usable answer"} at ${publicUrl}`;
};

function readSeen(headers: Headers): SeenConnection | undefined {
  try {
    return seenConnection.parse(JSON.parse(headers.get(doctorHeaders.answer) ?? ""));
  } catch {
    return undefined;
  }
}
