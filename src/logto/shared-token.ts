/** One M2M token for instances that share only the database: one of them requests it, the others wait for the row. */
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
  /** @returns the stored token, or undefined if there is none that has not expired. */
  find(): Promise<IssuedToken | undefined>;
  save(token: IssuedToken): Promise<void>;
  /** True if an instance noted that Logto refuses the credential, and that time is not over. */
  isRefused(): Promise<boolean>;
  /** Notes that Logto refuses the credential. */
  refuse(forMs: number): Promise<void>;
  /** Takes the right to request a token. @returns its release, or undefined while another instance has the right. */
  claim(): Promise<(() => Promise<void>) | undefined>;
};

/** A claim that is not released ends after this time. */
const claimMs = 10_000;
const pollMs = 50;
const issuedToken = z.object({ value: z.string(), from: z.number(), lifeMs: z.number() });

type Dependencies = {
  db: Pick<Db, "sharedTokens" | "leases">;
  vault: Pick<Vault, "seal" | "open">;
  platform: Pick<Platform, "now">;
  logto: LogtoConfig;
};

/** Stores the token in a row of its own, sealed and bound to the tenant and the application. */
export function createSharedToken(dependencies: Dependencies): SharedToken {
  const { db, vault, platform, logto } = dependencies;
  const { sharedTokens, leases } = db;
  // No user id contains a space, so no user's lease has this name.
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
        // It was sealed with a key that has been removed. A new token replaces it.
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

type SharedRequest = { requestToken: () => Promise<IssuedToken>; shared: SharedToken; tuning: LogtoTuning };

/**
 * Wraps the token request so that only one instance makes it.
 * @returns a function that takes the token to be replaced, if there is one, and returns another.
 * @throws (the returned function) what `requestToken` throws, and an error if the instance with the claim stores none in time.
 */
export function createSharedRequest(request: SharedRequest) {
  const { shared, tuning } = request;
  return async (superseded: string | undefined): Promise<IssuedToken> => {
    const deadline = performance.now() + tuning.tokenMs;
    do {
      const stored = await findOther(shared, superseded);
      if (stored) return stored;
      const release = await shared.claim();
      if (release) return requestUnderClaim(request, superseded).finally(release);
      await sleep(pollMs);
    } while (performance.now() < deadline);
    throw new Error("Another instance has the claim and has stored no token.");
  };
}

/** @throws {BadCredential} while the credential is noted as refused. */
async function findOther(shared: SharedToken, superseded: string | undefined) {
  const stored = await shared.find();
  if (stored && stored.value !== superseded) return stored;
  if (await shared.isRefused()) throw new BadCredential();
  return undefined;
}

async function requestUnderClaim(
  { requestToken, shared, tuning }: SharedRequest,
  superseded: string | undefined,
) {
  // The instance that had the claim before may have stored a token meanwhile.
  const stored = await findOther(shared, superseded);
  if (stored) return stored;
  try {
    const issued = await requestToken();
    await shared.save(issued);
    return issued;
  } catch (error) {
    if (error instanceof BadCredential) await shared.refuse(tuning.token.badCredentialMs);
    throw error;
  }
}
