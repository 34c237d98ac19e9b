/** One M2M token for instances that share only the database: one of them requests it, the others wait for the row. */
import * as z from "zod";
import type { Db } from "../../db/repositories.ts";
import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { sleep } from "../sleep.ts";
import type { Vault } from "../vault/vault.ts";
import { BadCredential, type IssuedToken, TokenEndpointUnavailable, TokenRefusal } from "./token-request.ts";
import type { LogtoTuning } from "./tuning.ts";

export type SharedToken = {
  /** @returns the stored token, or undefined if there is none that has not expired. */
  find(): Promise<IssuedToken | undefined>;
  save(token: IssuedToken): Promise<void>;
  /** @returns the pause in which no instance may request a token, or undefined if there is none. */
  findPause(): Promise<TokenRefusal | undefined>;
  /** Begins a pause for all instances. */
  pause(refusal: TokenRefusal, forMs: number): Promise<void>;
  /** Takes the right to request a token. @returns its release, or undefined while another instance has the right. */
  claim(): Promise<(() => Promise<void>) | undefined>;
};

/** A claim that is not released ends after this time. */
const claimMs = 10_000;
const pollMs = 50;
const storedPause = z.object({ isCredentialBad: z.boolean(), until: z.number() });
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
  const pauseName = `${name} pause`;
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
    async findPause() {
      const stored = await sharedTokens.find(pauseName, platform.now());
      if (stored === undefined) return undefined;
      const { isCredentialBad, until } = storedPause.parse(JSON.parse(stored));
      const Reason = isCredentialBad ? BadCredential : TokenEndpointUnavailable;
      return new Reason(until - platform.now());
    },
    async pause(refusal, forMs) {
      const until = platform.now() + forMs;
      const pause = { isCredentialBad: refusal instanceof BadCredential, until };
      await sharedTokens.save(pauseName, JSON.stringify(pause), until);
    },
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

/** @throws {TokenRefusal} during a pause. */
async function findOther(shared: SharedToken, superseded: string | undefined) {
  const stored = await shared.find();
  if (stored && stored.value !== superseded) return stored;
  const pause = await shared.findPause();
  if (pause) throw pause;
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
    if (error instanceof TokenRefusal) {
      const least = error instanceof BadCredential ? tuning.token.badCredentialMs : 0;
      const forMs = Math.max(least, error.retryAfterMs ?? 0);
      if (forMs > 0) await shared.pause(error, forMs);
    }
    throw error;
  }
}
