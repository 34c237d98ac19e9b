/** The tenant's public keys, kept through outages and through floods of unknown key ids. */
import type { CryptoKey } from "jose";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { fetchKeys, type PublishedKeys } from "./jwks.ts";
import { type LogtoLimits, productionLimits } from "./limits.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type KeySource = {
  /**
   * Finds the key a token names in its header; checks nothing else of the token.
   * @throws {Refusal} `invalid_token` for an unknown key or another algorithm than the key's;
   * `upstream_unavailable` while no keys are known at all.
   */
  find(header: { kid?: unknown; alg?: unknown }): Promise<CryptoKey>;
  /**
   * Whether a token verified earlier may still be taken on trust: its key is published as far as we know.
   * False also when that knowledge is too old; `find` then renews it.
   */
  current(kid: string): boolean;
};

export type KeySourceDependencies = { jwksUri: string; platform: Platform; limits?: LogtoLimits };

const isKid = (kid: unknown): kid is string => typeof kid === "string" && kid !== "" && kid.length <= 128;
const isListed = (alg: unknown) => alg === "ES384" || alg === "ES256" || alg === "RS256";

/**
 * Builds the source; nothing is fetched before the first use.
 * Times: a set older than 8 minutes is renewed in the background and one older than 10 before it is used, so a
 * removed key is gone within 10; when that fails the known keys serve on, up to a day.
 */
export function createKeySource({ jwksUri, platform, limits = productionLimits }: KeySourceDependencies) {
  const times = limits.keys;
  const never = Number.NEGATIVE_INFINITY;
  let keys: PublishedKeys = new Map();
  let fetchedAt = never;
  let failedAt = never;
  let failures = 0;
  let successes = 0;
  let askedForUnknownAt = never;
  let refreshing = false;
  let lookingForNew = false;

  const age = () => platform.now() - fetchedAt;
  const isCold = () => age() >= times.outageMs;
  const sinceFailure = () => platform.now() - failedAt;
  const coldPause = () => Math.min(times.longestColdMs, 1_000 * 2 ** (failures - 1));
  const mayAsk = (pause: number) => failures === 0 || sinceFailure() >= pause;

  /** Never throws: the caller looks at what is known afterwards. */
  const refresh = () =>
    platform.coalesce(`logto-jwks ${jwksUri}`, async () => {
      try {
        keys = await fetchKeys(jwksUri, platform, limits);
        fetchedAt = platform.now();
        failures = 0;
        successes += 1;
      } catch {
        failedAt = platform.now();
        failures += 1;
      }
    });

  const refreshInBackground = () => {
    if (refreshing || !mayAsk(times.unknownKidMs)) return;
    refreshing = true;
    platform.defer(
      refresh().finally(() => {
        refreshing = false;
      }),
    );
  };

  /** True when the set must be renewed before it is relied on; a recent failure excuses it. */
  const mustWait = () => age() >= times.staleMs && mayAsk(times.patienceMs);

  const ensureUsable = async () => {
    if (isCold()) {
      if (mayAsk(coldPause())) await refresh();
      if (!isCold()) return;
      const wait = Math.max(1, Math.ceil((coldPause() - sinceFailure()) / 1_000));
      throw new UpstreamFailure("upstream_unavailable", { sent: "maybe", retryAfter: wait });
    }
    if (mustWait()) await refresh();
    else if (age() >= times.refreshMs) refreshInBackground();
  };

  /** Anybody can invent key ids: they cause one fetch in so many seconds, whatever it answers. */
  const lookForNew = async (kid: string, justFetched: boolean) => {
    if (keys.has(kid)) return;
    if (lookingForNew) return refresh();
    const spent = platform.now() - askedForUnknownAt < times.unknownKidMs;
    if (spent || !(justFetched || mayAsk(times.unknownKidMs))) return;
    askedForUnknownAt = platform.now();
    if (justFetched) return;
    lookingForNew = true;
    await refresh().finally(() => {
      lookingForNew = false;
    });
  };

  const source: KeySource = {
    async find({ kid, alg }) {
      if (!isKid(kid) || !isListed(alg)) throw new Refusal("invalid_token");
      const before = successes;
      await ensureUsable();
      await lookForNew(kid, successes > before);
      const found = keys.get(kid);
      if (found?.alg !== alg) throw new Refusal("invalid_token");
      return found.key;
    },
    current(kid) {
      if (isCold() || mustWait()) return false;
      if (age() >= times.refreshMs) refreshInBackground();
      return keys.has(kid);
    },
  };
  return source;
}
