/** The tenant's public keys. They stay known during an outage, and unknown key ids cause few requests. */
import type { CryptoKey } from "jose";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { fetchKeys, type PublishedKeys } from "./jwks.ts";
import { type LogtoTuning, productionTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type SigningKeys = {
  /**
   * Finds the key that a token's header names. It checks nothing else of the token.
   * @throws {Refusal} `invalid_token` for an unknown key, or if `alg` is not the key's algorithm.
   * @throws {UpstreamFailure} `upstream_unavailable` while no keys are known at all.
   */
  find(header: { kid?: unknown; alg?: unknown }): Promise<CryptoKey>;
  /**
   * Whether a token that was verified earlier is still good: its key is in the key set, and the key set is not too old.
   * If it is false, `find` fetches the key set anew.
   */
  current(kid: string): boolean;
};

export type SigningKeysDependencies = { jwksUri: string; platform: Platform; tuning?: LogtoTuning };

const isKid = (kid: unknown): kid is string => typeof kid === "string" && kid !== "" && kid.length <= 128;
const isListed = (alg: unknown) => alg === "ES384" || alg === "ES256" || alg === "RS256";
const never = Number.NEGATIVE_INFINITY;

/** The key set as last fetched, and the times of fetches and failures. */
class KeySet {
  keys: PublishedKeys = new Map();
  fetches = 0;
  readonly #dependencies: SigningKeysDependencies;
  readonly #tuning: LogtoTuning;
  #fetchedAt = never;
  #failedAt = never;
  #failures = 0;
  /** A time and not a flag: the runtime may stop the background work before it could reset a flag. */
  #renewingUntil = never;

  constructor(dependencies: SigningKeysDependencies) {
    this.#dependencies = dependencies;
    this.#tuning = dependencies.tuning ?? productionTuning;
  }

  age(): number {
    return this.#dependencies.platform.now() - this.#fetchedAt;
  }

  sinceFailure(): number {
    return this.#dependencies.platform.now() - this.#failedAt;
  }

  /** False if the last fetch failed less than `pause` ago. */
  mayFetch(pause: number): boolean {
    return this.#failures === 0 || this.sinceFailure() >= pause;
  }

  /** The pause between fetches while no key set is known. It doubles with each failure. */
  coldPause(): number {
    return Math.min(this.#tuning.keys.longestColdMs, 1_000 * 2 ** (this.#failures - 1));
  }

  /** Fetches the key set. It never throws: a failure only sets the time of the last failure. */
  renew(): Promise<void> {
    const { jwksUri, platform } = this.#dependencies;
    return platform.coalesce(`logto-jwks ${jwksUri}`, async () => {
      try {
        this.keys = await fetchKeys(jwksUri, platform, this.#tuning);
        this.#fetchedAt = platform.now();
        this.#failures = 0;
        this.fetches += 1;
      } catch {
        this.#failedAt = platform.now();
        this.#failures += 1;
      }
    });
  }

  renewInBackground(): void {
    const { platform } = this.#dependencies;
    const now = platform.now();
    if (now < this.#renewingUntil || !this.mayFetch(this.#tuning.keys.unknownKidMs)) return;
    this.#renewingUntil = now + 2 * this.#tuning.jwksMs;
    const done = this.renew().finally(() => {
      this.#renewingUntil = never;
    });
    platform.defer(done);
  }
}

/**
 * A key set older than 8 minutes is renewed in the background, and one older than 10 minutes before it is used. So a
 * removed key is refused within 10 minutes. If renewing fails, the known keys are used for up to a day.
 */
class Keys implements SigningKeys {
  readonly #platform: Platform;
  readonly #times: LogtoTuning["keys"];
  readonly #jwksMs: number;
  readonly #set: KeySet;
  #unknownKidFetchAt = never;
  #unknownKidFetchUntil = never;

  constructor(dependencies: SigningKeysDependencies) {
    this.#platform = dependencies.platform;
    const { keys, jwksMs } = dependencies.tuning ?? productionTuning;
    this.#times = keys;
    this.#jwksMs = jwksMs;
    const set = new KeySet(dependencies);
    this.#set = set;
    this.#platform.metrics?.watch(() => [
      ["signingKeys", set.keys.size],
      ...(set.fetches > 0 ? [["signingKeysAge", set.age() / 1000] as const] : []),
    ]);
  }

  async find({ kid, alg }: { kid?: unknown; alg?: unknown }): Promise<CryptoKey> {
    if (!isKid(kid)) throw new Refusal("invalid_token", { reason: "unknown_key" });
    if (!isListed(alg)) throw new Refusal("invalid_token", { reason: "wrong_algorithm" });
    const before = this.#set.fetches;
    await this.#ensureUsable();
    await this.#fetchUnknownKid(kid, this.#set.fetches > before);
    const found = this.#set.keys.get(kid);
    if (!found) throw new Refusal("invalid_token", { reason: "unknown_key" });
    if (found.alg !== alg) throw new Refusal("invalid_token", { reason: "wrong_algorithm" });
    return found.key;
  }

  current(kid: string): boolean {
    if (this.#isCold() || this.#mustRenew()) return false;
    if (this.#set.age() >= this.#times.refreshMs) this.#set.renewInBackground();
    return this.#set.keys.has(kid);
  }

  #isCold(): boolean {
    return this.#set.age() >= this.#times.outageMs;
  }

  /** True if the key set must be renewed before it is used. After a recent failure it need not be. */
  #mustRenew(): boolean {
    return this.#set.age() >= this.#times.staleMs && this.#set.mayFetch(this.#times.patienceMs);
  }

  async #ensureUsable(): Promise<void> {
    const set = this.#set;
    if (this.#isCold()) {
      if (set.mayFetch(set.coldPause())) await set.renew();
      if (!this.#isCold()) return;
      const retryAfter = Math.max(1, Math.ceil((set.coldPause() - set.sinceFailure()) / 1_000));
      throw new UpstreamFailure("upstream_unavailable", { sent: "maybe", retryAfter });
    }
    if (this.#mustRenew()) await set.renew();
    else if (set.age() >= this.#times.refreshMs) set.renewInBackground();
  }

  /** Anybody can invent key ids, so all unknown ones together cause at most one fetch within `unknownKidMs`. */
  async #fetchUnknownKid(kid: string, justFetched: boolean): Promise<void> {
    const { unknownKidMs } = this.#times;
    if (this.#set.keys.has(kid)) return;
    const now = this.#platform.now();
    if (now < this.#unknownKidFetchUntil) return this.#set.renew();
    const spent = now - this.#unknownKidFetchAt < unknownKidMs;
    if (spent || !(justFetched || this.#set.mayFetch(unknownKidMs))) return;
    this.#unknownKidFetchAt = now;
    if (justFetched) return;
    this.#unknownKidFetchUntil = now + this.#jwksMs;
    await this.#set.renew().finally(() => {
      this.#unknownKidFetchUntil = never;
    });
  }
}

/** Creates the key source. It fetches nothing before the first use. */
export const createSigningKeys = (dependencies: SigningKeysDependencies): SigningKeys =>
  new Keys(dependencies);
