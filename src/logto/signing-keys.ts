/** The tenant's public keys, kept through outages and through floods of unknown key ids. */
import type { CryptoKey } from "jose";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { fetchKeys, type PublishedKeys } from "./jwks.ts";
import { type LogtoTuning, productionTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type SigningKeys = {
  /**
   * Finds the key a token names in its header; checks nothing else of the token.
   * @throws {Refusal} `invalid_token` for an unknown key or another algorithm than the key's.
   * @throws {UpstreamFailure} `upstream_unavailable` while no keys are known at all.
   */
  find(header: { kid?: unknown; alg?: unknown }): Promise<CryptoKey>;
  /**
   * Whether a token verified earlier may still be taken on trust: its key is published as far as we know.
   * False also when that knowledge is too old; `find` then renews it.
   */
  current(kid: string): boolean;
};

export type SigningKeysDependencies = { jwksUri: string; platform: Platform; tuning?: LogtoTuning };

const isKid = (kid: unknown): kid is string => typeof kid === "string" && kid !== "" && kid.length <= 128;
const isListed = (alg: unknown) => alg === "ES384" || alg === "ES256" || alg === "RS256";
const never = Number.NEGATIVE_INFINITY;

/** What is known of the key set, and since when; renewing it never throws. */
class KeySet {
  keys: PublishedKeys = new Map();
  fetches = 0;
  readonly #dependencies: SigningKeysDependencies;
  readonly #tuning: LogtoTuning;
  #fetchedAt = never;
  #failedAt = never;
  #failures = 0;
  /** A moment rather than a flag: deferred work may be dropped before it could lower one. */
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

  /** True unless the last fetch failed less than `pause` ago. */
  mayFetch(pause: number): boolean {
    return this.#failures === 0 || this.sinceFailure() >= pause;
  }

  /** Grows while not a single set could be fetched. */
  coldPause(): number {
    return Math.min(this.#tuning.keys.longestColdMs, 1_000 * 2 ** (this.#failures - 1));
  }

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
 * Times: a set older than 8 minutes is renewed in the background and one older than 10 before it is used, so a
 * removed key is gone within 10; when that fails the known keys serve on, up to a day.
 */
class Keys implements SigningKeys {
  readonly #platform: Platform;
  readonly #times: LogtoTuning["keys"];
  readonly #jwksMs: number;
  readonly #set: KeySet;
  #askedForUnknownAt = never;
  #lookingUntil = never;

  constructor(dependencies: SigningKeysDependencies) {
    this.#platform = dependencies.platform;
    const { keys, jwksMs } = dependencies.tuning ?? productionTuning;
    this.#times = keys;
    this.#jwksMs = jwksMs;
    this.#set = new KeySet(dependencies);
  }

  async find({ kid, alg }: { kid?: unknown; alg?: unknown }): Promise<CryptoKey> {
    if (!isKid(kid) || !isListed(alg)) throw new Refusal("invalid_token");
    const before = this.#set.fetches;
    await this.#ensureUsable();
    await this.#lookForNew(kid, this.#set.fetches > before);
    const found = this.#set.keys.get(kid);
    if (found?.alg !== alg) throw new Refusal("invalid_token");
    return found.key;
  }

  current(kid: string): boolean {
    if (this.#isCold() || this.#mustWait()) return false;
    if (this.#set.age() >= this.#times.refreshMs) this.#set.renewInBackground();
    return this.#set.keys.has(kid);
  }

  #isCold(): boolean {
    return this.#set.age() >= this.#times.outageMs;
  }

  /** True when the set must be renewed before it is relied on; a recent failure excuses it. */
  #mustWait(): boolean {
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
    if (this.#mustWait()) await set.renew();
    else if (set.age() >= this.#times.refreshMs) set.renewInBackground();
  }

  /** Anybody can invent key ids: they cause one fetch in so many seconds, whatever it answers. */
  async #lookForNew(kid: string, justFetched: boolean): Promise<void> {
    const { unknownKidMs } = this.#times;
    if (this.#set.keys.has(kid)) return;
    const now = this.#platform.now();
    if (now < this.#lookingUntil) return this.#set.renew();
    const spent = now - this.#askedForUnknownAt < unknownKidMs;
    if (spent || !(justFetched || this.#set.mayFetch(unknownKidMs))) return;
    this.#askedForUnknownAt = now;
    if (justFetched) return;
    this.#lookingUntil = now + this.#jwksMs;
    await this.#set.renew().finally(() => {
      this.#lookingUntil = never;
    });
  }
}

/** Builds the source; nothing is fetched before the first use. */
export const createSigningKeys = (dependencies: SigningKeysDependencies): SigningKeys =>
  new Keys(dependencies);
