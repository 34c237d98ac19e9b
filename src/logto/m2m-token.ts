/** The machine-to-machine (M2M) token of this process. All callers share one, and it is refreshed before it expires. */
import type { LogtoConfig } from "../config.ts";
import { logEvent } from "../log.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { TransportFault } from "./bounded-fetch.ts";
import { createSharedRequest, type SharedToken } from "./shared-token.ts";
import { BadCredential, createTokenRequest, type IssuedToken, TokenRefusal } from "./token-request.ts";
import { type LogtoTuning, productionTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

type M2mTokenStatus = {
  state: "none" | "valid" | "expired";
  /** Why the last token request failed; undefined if it succeeded. */
  problem: "bad_credential" | "unreachable" | undefined;
  /** Epoch ms before which no further request is made. */
  retryAt: number | undefined;
};

export type M2mToken = {
  /**
   * @returns a token that has not expired. From 80 % of its life on, the next one is fetched in the background.
   * @throws {UpstreamFailure} `upstream_unavailable` or `upstream_timeout`, sent "no"; without a request until a
   * failed one may be repeated.
   */
  get(): Promise<string>;
  /**
   * Replaces a token that the API answered 401 to, unless another caller has replaced it already.
   * @throws {UpstreamFailure} as `get`; `upstream_invalid` if the API refuses a new token at its first use.
   */
  renew(rejected: string): Promise<string>;
  /** Notes that the API accepted this token. */
  accepted(token: string): void;
  /** Notes that the API answered 403 to this token: the credential has lost its role. */
  forbidden(token: string): void;
  /** The state for readiness. To have it up to date, await `get` first. */
  status(): M2mTokenStatus;
};

export type M2mTokenDependencies = {
  logto: LogtoConfig;
  platform: Platform;
  tuning?: LogtoTuning;
  /** The stored M2M token, for instances that share no memory. */
  shared?: SharedToken | undefined;
};

type Held = { value: string; from: number; refreshAt: number; expiresAt: number; proven: boolean };
type Failure = { problem: "bad_credential" | "unreachable"; attempts: number; retryAt: number };

const never = Number.NEGATIVE_INFINITY;

const isTimeout = (error: unknown) => error instanceof TransportFault && error.kind === "timeout";

const hold = ({ value, from, lifeMs }: IssuedToken, proven: boolean): Held => ({
  value,
  from,
  refreshAt: from + 0.8 * lifeMs,
  expiresAt: from + lifeMs,
  proven,
});

class TokenHolder implements M2mToken {
  readonly #platform: Platform;
  readonly #times: LogtoTuning["token"];
  readonly #tokenMs: number;
  readonly #requestToken: (superseded: string | undefined) => Promise<IssuedToken>;
  #held: Held | undefined;
  #failure: Failure | undefined;
  /** As the log last said; a credential is taken to be good until Logto refuses it. */
  #isCredentialGood = true;
  /** A time and not a flag: the runtime may stop the background work before it could reset a flag. */
  #refreshingUntil = never;
  /** The token that the API refused, until there is a new one. */
  #rejected: string | undefined;

  constructor(dependencies: M2mTokenDependencies) {
    const { platform, tuning = productionTuning, shared } = dependencies;
    this.#platform = platform;
    this.#times = tuning.token;
    this.#tokenMs = tuning.tokenMs;
    const requestToken = createTokenRequest(dependencies);
    platform.metrics?.watch(() => {
      const { state, problem } = this.status();
      return [
        ["m2mTokenMissing", state === "valid" ? 0 : 1],
        ["m2mCredentialRefused", problem === "bad_credential" ? 1 : 0],
      ];
    });
    this.#requestToken = shared ? createSharedRequest({ requestToken, shared, tuning }) : requestToken;
  }

  async get(): Promise<string> {
    const now = this.#platform.now();
    const held = this.#held;
    if (held && now < held.expiresAt) {
      if (now >= held.refreshAt) this.#refresh();
      return held.value;
    }
    if (!this.#mayRequest()) throw this.#unavailable();
    return this.#request();
  }

  async renew(rejected: string): Promise<string> {
    const held = this.#held;
    if (held?.value === rejected) {
      const tooSoon = !held.proven && this.#platform.now() - held.from < this.#times.renewMs;
      if (tooSoon) throw new UpstreamFailure("upstream_invalid", { sent: "no" });
      this.#held = undefined;
      this.#rejected = rejected;
    }
    return this.get();
  }

  accepted(token: string): void {
    if (this.#held?.value === token) this.#held.proven = true;
  }

  forbidden(token: string): void {
    if (this.#held?.value !== token) return;
    this.#held = undefined;
    this.#rejected = token;
    this.#fail("bad_credential");
  }

  status(): M2mTokenStatus {
    const held = this.#held;
    const state = held && (this.#platform.now() < held.expiresAt ? "valid" : "expired");
    return { state: state ?? "none", problem: this.#failure?.problem, retryAt: this.#failure?.retryAt };
  }

  #request(): Promise<string> {
    return this.#platform.coalesce("logto-m2m-token", async () => {
      try {
        const issued = await this.#requestToken(this.#held?.value ?? this.#rejected);
        this.#held = hold(issued, this.#rejected === undefined);
        this.#rejected = undefined;
        this.#failure = undefined;
        this.#noteCredential(true);
        return issued.value;
      } catch (error) {
        // The database of the shared token failed, so nothing is known about Logto.
        if (error instanceof Refusal) throw error;
        const pause = error instanceof TokenRefusal ? error.retryAfterMs : undefined;
        this.#fail(error instanceof BadCredential ? "bad_credential" : "unreachable", pause);
        throw this.#unavailable(isTimeout(error) ? "upstream_timeout" : "upstream_unavailable");
      }
    });
  }

  /** The present token is still good, so a failure is only noted, and the request is repeated after a pause. */
  #refresh(): void {
    const now = this.#platform.now();
    if (now < this.#refreshingUntil || !this.#mayRequest()) return;
    this.#refreshingUntil = now + 2 * this.#tokenMs;
    const settled = () => {
      this.#refreshingUntil = never;
    };
    this.#platform.defer(this.#request().then(settled, settled));
  }

  #mayRequest(): boolean {
    return this.#failure === undefined || this.#platform.now() >= this.#failure.retryAt;
  }

  /** @param retryAfterMs what the token endpoint asked for; a shorter pause of our own is extended to it. */
  #fail(problem: Failure["problem"], retryAfterMs = 0): void {
    const attempts = (this.#failure?.attempts ?? 0) + 1;
    const backoff = Math.min(1_000 * 2 ** (attempts - 1), this.#times.longestBackoffMs);
    const pause = problem === "bad_credential" ? this.#times.badCredentialMs : backoff;
    this.#failure = { problem, attempts, retryAt: this.#platform.now() + Math.max(pause, retryAfterMs) };
    if (problem === "bad_credential") this.#noteCredential(false);
  }

  /** Logs a change, and not each request that meets it. */
  #noteCredential(isGood: boolean): void {
    if (isGood === this.#isCredentialGood) return;
    this.#isCredentialGood = isGood;
    if (isGood) logEvent(this.#platform, "info", "logto.credential_ok");
    else logEvent(this.#platform, "error", "logto.bad_credential");
  }

  #unavailable(code: "upstream_unavailable" | "upstream_timeout" = "upstream_unavailable"): UpstreamFailure {
    const wait = (this.#failure?.retryAt ?? 0) - this.#platform.now();
    return new UpstreamFailure(code, { sent: "no", retryAfter: Math.max(1, Math.ceil(wait / 1_000)) });
  }
}

/** Creates the token holder. It requests nothing before the first `get`. */
export const createM2mToken = (dependencies: M2mTokenDependencies): M2mToken => new TokenHolder(dependencies);
