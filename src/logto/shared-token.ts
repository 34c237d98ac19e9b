/** One M2M token for instances that share nothing but the database: one of them asks Logto, the others wait for the row. */
import * as z from "zod";
import type { Db } from "../../db/repositories.ts";
import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { sleep } from "../sleep.ts";
import type { Vault } from "../vault/vault.ts";
import { BadCredential, type IssuedToken } from "./token-request.ts";
import type { LogtoTuning } from "./tuning.ts";

export type SharedToken = {
  /** @returns the token that is stored, unless it has expired. */
  find(): Promise<IssuedToken | undefined>;
  save(token: IssuedToken): Promise<void>;
  /** Whether Logto refused the credential a moment ago. */
  isRefused(): Promise<boolean>;
  refuse(forMs: number): Promise<void>;
  /** Takes the right to ask Logto. @returns undefined while another instance has it, else what gives it back. */
  claim(): Promise<(() => Promise<void>) | undefined>;
};

/** A claim that is never given back ends by itself. */
const claimMs = 10_000;
const pollMs = 50;
const issuedToken = z.object({ value: z.string(), from: z.number(), lifeMs: z.number() });

type Dependencies = {
  db: Pick<Db, "sharedTokens" | "leases">;
  vault: Pick<Vault, "seal" | "open">;
  platform: Pick<Platform, "now">;
  logto: LogtoConfig;
};

/** Keeps the token in its row, sealed and bound to the tenant and application it was issued for. */
export function createSharedToken(dependencies: Dependencies): SharedToken {
  const { db, vault, platform, logto } = dependencies;
  const { sharedTokens, leases } = db;
  // No user id holds a space, so no user's lease is in the way.
  const name = `m2m ${logto.m2m.appId} ${logto.managementApi} ${logto.issuer}`;
  const refusal = `${name} refused`;
  const context = { userId: name, purpose: "token" } as const;
  return {
    async find() {
      const sealed = await sharedTokens.find(name, platform.now());
      if (sealed === undefined) return undefined;
      try {
        return issuedToken.parse(await vault.open(context, sealed));
      } catch (error) {
        // Sealed under a key that is gone: a new token is as good.
        if (error instanceof Refusal) return undefined;
        throw error;
      }
    },
    async save(token) {
      await sharedTokens.save(name, await vault.seal(context, token), token.from + token.lifeMs);
    },
    isRefused: async () => (await sharedTokens.find(refusal, platform.now())) !== undefined,
    refuse: (forMs) => sharedTokens.save(refusal, "", platform.now() + forMs),
    async claim() {
      const lease = { userId: name, token: crypto.randomUUID() };
      if (!(await leases.acquire(name, lease.token, platform.now(), claimMs))) return undefined;
      return async () => void (await leases.release(lease).execute());
    },
  };
}

type Asking = { ask: () => Promise<IssuedToken>; shared: SharedToken; tuning: LogtoTuning };

/**
 * Wraps the token request so that of all instances one makes it.
 * @returns a function that takes the token the caller no longer wants, if it had one, and gives another.
 * @throws (the returned function) what `ask` throws, and an error when the instance that asks comes to no end.
 */
export function askOnce(asking: Asking) {
  const { shared, tuning } = asking;
  return async (superseded: string | undefined): Promise<IssuedToken> => {
    const deadline = performance.now() + tuning.tokenMs;
    do {
      const stored = await usable(shared, superseded);
      if (stored) return stored;
      const giveBack = await shared.claim();
      if (giveBack) return askUnderClaim(asking, superseded).finally(giveBack);
      await sleep(pollMs);
    } while (performance.now() < deadline);
    throw new Error("Another instance is asking for the token, and has not stored one.");
  };
}

async function usable(shared: SharedToken, superseded: string | undefined) {
  const stored = await shared.find();
  if (stored && stored.value !== superseded) return stored;
  if (await shared.isRefused()) throw new BadCredential();
  return undefined;
}

async function askUnderClaim({ ask, shared, tuning }: Asking, superseded: string | undefined) {
  // Whoever had the claim before may have stored one since we looked.
  const stored = await usable(shared, superseded);
  if (stored) return stored;
  try {
    const issued = await ask();
    await shared.save(issued);
    return issued;
  } catch (error) {
    if (error instanceof BadCredential) await shared.refuse(tuning.token.badCredentialMs);
    throw error;
  }
}
