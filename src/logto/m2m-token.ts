/** The one machine-to-machine token of this process: fetched once for all callers, renewed before it ends. */
import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { TransportFault } from "./bounded-fetch.ts";
import { type LogtoLimits, productionLimits } from "./limits.ts";
import { BadCredential, createTokenRequest, type IssuedToken } from "./token-request.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type M2mTokenStatus = {
  state: "none" | "valid" | "expired";
  /** Why the last token request failed, if it did. */
  problem: "bad_credential" | "unreachable" | undefined;
  /** Epoch ms before which no further request is made. */
  retryAt: number | undefined;
};

export type M2mToken = {
  /**
   * @returns a token that has not expired. From 80 % of its life on a successor is fetched in the background.
   * @throws {UpstreamFailure} `upstream_unavailable` or `upstream_timeout`, sent "no"; at once while a failed
   * request may not be repeated yet.
   */
  get(): Promise<string>;
  /**
   * Replaces a token the API answered 401 to, unless somebody has replaced it already.
   * @throws {UpstreamFailure} as `get`; `upstream_invalid` when the replacement was refused unused a moment ago.
   */
  renew(rejected: string): Promise<string>;
  /** Notes that the API took this token. */
  accepted(token: string): void;
  /** Notes that the API answered 403 to this token: the credential has lost its role. */
  forbidden(token: string): void;
  /** For readiness. A caller that wants it fresh awaits `get` first. */
  status(): M2mTokenStatus;
};

export type M2mTokenDependencies = { logto: LogtoConfig; platform: Platform; limits?: LogtoLimits };

type Held = { value: string; from: number; refreshAt: number; expiresAt: number; proven: boolean };
type Failure = { problem: "bad_credential" | "unreachable"; attempts: number; retryAt: number };

const isTimeout = (error: unknown) => error instanceof TransportFault && error.kind === "timeout";

const hold = ({ value, lifeMs }: IssuedToken, from: number, proven: boolean): Held => ({
  value,
  from,
  refreshAt: from + 0.8 * lifeMs,
  expiresAt: from + lifeMs,
  proven,
});

/** Builds the holder; nothing is fetched until the first `get`. */
export function createM2mToken(dependencies: M2mTokenDependencies): M2mToken {
  const { platform, limits = productionLimits } = dependencies;
  const ask = createTokenRequest(dependencies);
  let held: Held | undefined;
  let failure: Failure | undefined;
  let refreshing = false;
  /** True while the next token replaces one that was refused. */
  let replacing = false;

  const mayAsk = () => failure === undefined || platform.now() >= failure.retryAt;

  const fail = (problem: Failure["problem"]) => {
    const attempts = (failure?.attempts ?? 0) + 1;
    const backoff = Math.min(1_000 * 2 ** (attempts - 1), limits.token.longestBackoffMs);
    const pause = problem === "bad_credential" ? limits.token.badCredentialMs : backoff;
    failure = { problem, attempts, retryAt: platform.now() + pause };
  };

  const unavailable = (code: "upstream_unavailable" | "upstream_timeout" = "upstream_unavailable") =>
    new UpstreamFailure(code, {
      sent: "no",
      retryAfter: Math.max(1, Math.ceil(((failure?.retryAt ?? 0) - platform.now()) / 1000)),
    });

  const request = () =>
    platform.coalesce("logto-m2m-token", async () => {
      const from = platform.now();
      try {
        const issued = await ask();
        held = hold(issued, from, !replacing);
        replacing = false;
        failure = undefined;
        return issued.value;
      } catch (error) {
        fail(error instanceof BadCredential ? "bad_credential" : "unreachable");
        throw unavailable(isTimeout(error) ? "upstream_timeout" : "upstream_unavailable");
      }
    });

  const refresh = () => {
    refreshing = true;
    // The token at hand is still good; a failure is kept in `failure` and tried again after its pause.
    const settled = () => {
      refreshing = false;
    };
    platform.defer(request().then(settled, settled));
  };

  const get = async () => {
    const now = platform.now();
    if (held && now < held.expiresAt) {
      if (now >= held.refreshAt && !refreshing && mayAsk()) refresh();
      return held.value;
    }
    if (!mayAsk()) throw unavailable();
    return request();
  };

  return {
    get,
    async renew(rejected) {
      if (held?.value === rejected) {
        const tooSoon = !held.proven && platform.now() - held.from < limits.token.renewMs;
        if (tooSoon) throw new UpstreamFailure("upstream_invalid", { sent: "no" });
        held = undefined;
        replacing = true;
      }
      return get();
    },
    accepted(token) {
      if (held?.value === token) held.proven = true;
    },
    forbidden(token) {
      if (held?.value !== token) return;
      held = undefined;
      fail("bad_credential");
    },
    status() {
      const valid = held !== undefined && platform.now() < held.expiresAt;
      return {
        state: held === undefined ? "none" : valid ? "valid" : "expired",
        problem: failure?.problem,
        retryAt: failure?.retryAt,
      };
    },
  };
}
