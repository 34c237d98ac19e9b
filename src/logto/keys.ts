/** The tenant's public keys, kept through outages and floods of unknown key ids. */
import type { CryptoKey } from "jose";
import type { Platform } from "../platform.ts";
import type { LogtoLimits } from "./limits.ts";

export type KeySource = {
  find(header: { kid?: unknown; alg?: unknown }): Promise<CryptoKey>;
  current(kid: string): boolean;
};

export function createKeySource(_dependencies: {
  jwksUri: string;
  platform: Platform;
  limits?: LogtoLimits;
}): KeySource {
  throw new Error("unfinished");
}
