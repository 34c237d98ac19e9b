import type * as z from "zod";
import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import type { EndpointName, PathIds } from "./endpoints.ts";
import type { LogtoLimits } from "./limits.ts";
import type { M2mToken } from "./m2m-token.ts";

/** A definite "no" of Logto: it evaluated the call and changed nothing. */
export type Rejected = { ok: false; status: number; code: string | undefined; body: unknown };
export type Answer<T> = { ok: true; value: T } | Rejected;

export type ManagementStatus = { reachable: boolean };

export type Management = {
  call<T>(
    name: EndpointName,
    input: { ids?: PathIds; json?: unknown },
    answer: z.ZodType<T>,
  ): Promise<Answer<T>>;
  status(): ManagementStatus;
};

export type ManagementDependencies = {
  logto: LogtoConfig;
  platform: Platform;
  token: M2mToken;
  limits?: LogtoLimits;
};

export function createManagement(_dependencies: ManagementDependencies): Management {
  throw new Error("unfinished");
}
