import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import type { LogtoLimits } from "./limits.ts";

export type M2mTokenStatus = {
  state: "none" | "valid" | "expired";
  /** Why the last token request failed, if it did. */
  problem: "bad_credential" | "unreachable" | undefined;
};

export type M2mToken = {
  get(): Promise<string>;
  renew(rejected: string): Promise<string>;
  accepted(token: string): void;
  forbidden(token: string): void;
  status(): M2mTokenStatus;
};

export type M2mTokenDependencies = { logto: LogtoConfig; platform: Platform; limits?: LogtoLimits };

export function createM2mToken(_dependencies: M2mTokenDependencies): M2mToken {
  throw new Error("unfinished");
}
