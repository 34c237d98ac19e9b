/** The one machine-to-machine token of this process: fetched once for all callers, renewed before it ends. */
import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { TransportFault } from "./bounded-fetch.ts";
import { askOnce, type SharedToken } from "./shared-token.ts";
import { BadCredential, createTokenRequest, type IssuedToken } from "./token-request.ts";
import { type LogtoTuning, productionTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

type M2mTokenStatus = {
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

export type M2mTokenDependencies = {
  logto: LogtoConfig;
  platform: Platform;
  tuning?: LogtoTuning;
  /** Where instances that share no memory keep one token among them. */
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
  readonly #ask: (superseded: string | undefined) => Promise<IssuedToken>;
  #held: Held | undefined;
  #failure: Failure | undefined;
  /** A moment rather than a flag: deferred work may be dropped before it could lower one. */
  #refreshingUntil = never;
  /** The token that was refused and is to be replaced. */
  #rejected: string | undefined;

  constructor(dependencies: M2mTokenDependencies) {
    const { platform, tuning = productionTuning, shared } = dependencies;
    this.#platform = platform;
    this.#times = tuning.token;
    this.#tokenMs = tuning.tokenMs;
    const ask = createTokenRequest(dependencies);
    this.#ask = shared ? askOnce({ ask, shared, tuning }) : ask;
  }

  async get(): Promise<string> {
    const now = this.#platform.now();
    const held = this.#held;
    if (held && now < held.expiresAt) {
      if (now >= held.refreshAt) this.#refresh();
      return held.value;
    }
    if (!this.#mayAsk()) throw this.#unavailable();
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
        const issued = await this.#ask(this.#held?.value ?? this.#rejected);
        this.#held = hold(issued, this.#rejected === undefined);
        this.#rejected = undefined;
        this.#failure = undefined;
        return issued.value;
      } catch (error) {
        // The database that the token is shared through is down: that says nothing of Logto.
        if (error instanceof Refusal) throw error;
        this.#fail(error instanceof BadCredential ? "bad_credential" : "unreachable");
        throw this.#unavailable(isTimeout(error) ? "upstream_timeout" : "upstream_unavailable");
      }
    });
  }

  /** The token at hand is still good: a failure is only noted, and tried again after its pause. */
  #refresh(): void {
    const now = this.#platform.now();
    if (now < this.#refreshingUntil || !this.#mayAsk()) return;
    this.#refreshingUntil = now + 2 * this.#tokenMs;
    const settled = () => {
      this.#refreshingUntil = never;
    };
    this.#platform.defer(this.#request().then(settled, settled));
  }

  #mayAsk(): boolean {
    return this.#failure === undefined || this.#platform.now() >= this.#failure.retryAt;
  }

  #fail(problem: Failure["problem"]): void {
    const attempts = (this.#failure?.attempts ?? 0) + 1;
    const backoff = Math.min(1_000 * 2 ** (attempts - 1), this.#times.longestBackoffMs);
    const pause = problem === "bad_credential" ? this.#times.badCredentialMs : backoff;
    this.#failure = { problem, attempts, retryAt: this.#platform.now() + pause };
  }

  #unavailable(code: "upstream_unavailable" | "upstream_timeout" = "upstream_unavailable"): UpstreamFailure {
    const wait = (this.#failure?.retryAt ?? 0) - this.#platform.now();
    return new UpstreamFailure(code, { sent: "no", retryAfter: Math.max(1, Math.ceil(wait / 1_000)) });
  }
}

/** Builds the holder; nothing is fetched until the first `get`. */
export const createM2mToken = (dependencies: M2mTokenDependencies): M2mToken => new TokenHolder(dependencies);
