/** What this instance may ask of the tenant: so many calls within ten seconds, shared between the people it serves. */
import { logEvent } from "../log.ts";
import type { Platform } from "../platform.ts";
import { sleep } from "../sleep.ts";
import { createTokenBuckets, type TokenBuckets } from "../token-buckets.ts";
import { CallWindow, windowMs } from "./call-window.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

/** Whose share a call takes: a person's, that of the service itself, or that of its background jobs. */
export type Payer = `person:${string}` | "service" | "background";

/** One call that may be made. */
type Turn = {
  /** Says that the call is sent now: it counts for ten seconds from here. */
  send(): void;
  /** Gives the call back, if it was not sent. */
  release(): void;
};

export type CallBudget = {
  /**
   * Waits until the payer may make a call.
   * @param sendBy a moment on the monotonic clock after which the call would be too late. Default: none.
   * @throws {UpstreamFailure} `upstream_unavailable`, sent "no", at once if the wait would be too long.
   */
  admit(payer: Payer, sendBy?: number): Promise<Turn>;
  /** Counts the repeat of a call. @returns false if the payer may make no further call now. */
  repeat(payer: Payer): boolean;
  /** Counts a request that is made in any case: one for a token, for keys, or for the discovery document. */
  count(): void;
};

type CallBudgetOptions = {
  /** The most calls within ten seconds. */
  calls: number;
  /** The longest wait for a call, in ms. */
  waitMs: number;
  platform: Pick<Platform, "now" | "monotonic" | "write" | "metrics">;
};

/** How often the log may say that the budget is used up. */
const newsEveryMs = 60_000;

class SharedBudget implements CallBudget {
  readonly #calls: number;
  readonly #waitMs: number;
  readonly #platform: CallBudgetOptions["platform"];
  readonly #window = new CallWindow();
  /** What people leave to the service itself and to its background jobs. */
  readonly #reserve: number;
  /** When those who are over their share may call: in ten seconds half of the budget, one after the other. */
  readonly #slowCalls: TokenBuckets;
  #quietUntil = Number.NEGATIVE_INFINITY;

  constructor({ calls, waitMs, platform }: CallBudgetOptions) {
    this.#calls = calls;
    this.#waitMs = waitMs;
    this.#platform = platform;
    this.#reserve = Math.ceil(calls / 20);
    const perSecond = (calls / 2 / windowMs) * 1000;
    this.#slowCalls = createTokenBuckets({ burst: 1, perSecond, keys: 10_000 }, platform.monotonic);
  }

  async admit(payer: Payer, sendBy = Number.POSITIVE_INFINITY): Promise<Turn> {
    const now = this.#now();
    if (this.#isWithinShare(payer)) return this.#turn(payer, now);
    const deadline = Math.min(now + this.#waitMs, sendBy);
    await this.#wait(now, this.#slowCalls.take(payer, 1, deadline - now), deadline);
    for (;;) {
      const later = this.#now();
      if (this.#admitsSlowly(payer)) return this.#turn(payer, later);
      const freeAt = this.#window.whenFree(payer, (total, used) => this.#admitsSlowly(payer, total, used));
      await this.#wait(later, freeAt - later, deadline);
    }
  }

  repeat(payer: Payer): boolean {
    const now = this.#now();
    const mayCall =
      this.#isWithinShare(payer) || (this.#slowCalls.take(payer) === 0 && this.#admitsSlowly(payer));
    if (mayCall) this.#window.add(payer, now);
    return mayCall;
  }

  count(): void {
    this.#window.add("service", this.#now());
  }

  /** The monotonic clock, to which the window is moved. */
  #now(): number {
    const now = this.#platform.monotonic();
    this.#window.moveTo(now);
    return now;
  }

  /** @throws {UpstreamFailure} at once, if the wait would end after the deadline. */
  async #wait(now: number, ms: number, deadline: number): Promise<void> {
    if (now + ms > deadline) throw this.#refusal(ms);
    if (ms > 0) await sleep(Math.max(1, ms));
  }

  /**
   * What may be used at once. A person may have made as many calls as are still free: one alone gets half of the budget,
   * two a third each, and there is always something left for the next. Background jobs together get half of a person's
   * share.
   */
  #isWithinShare(payer: Payer, total = this.#window.total, used = this.#window.of(payer)): boolean {
    const free = this.#calls - total;
    const share = free - this.#reserve;
    if (payer === "service") return free > 0;
    if (payer === "background") return free > 0 && used < Math.max(this.#reserve, share / 2);
    return used < share;
  }

  /**
   * What may be used one call after the other: a person may go on beyond their share, while the others could make three
   * times the calls that they have made. So one alone gets nearly the whole budget, and the next still finds something.
   */
  #admitsSlowly(payer: Payer, total = this.#window.total, used = this.#window.of(payer)): boolean {
    if (this.#isWithinShare(payer, total, used)) return true;
    if (payer === "service" || payer === "background") return false;
    return total + Math.max(2 * (total - used), this.#reserve) < this.#calls - this.#reserve;
  }

  #turn(payer: Payer, now: number): Turn {
    let takeBack: (() => void) | undefined = this.#window.add(payer, now);
    return {
      send: () => {
        takeBack?.();
        takeBack = undefined;
        this.#window.add(payer, this.#platform.monotonic());
      },
      release: () => {
        takeBack?.();
        takeBack = undefined;
      },
    };
  }

  #refusal(waitMs: number): UpstreamFailure {
    this.#platform.metrics?.count("budgetsHit", "logto");
    this.#platform.metrics?.count("logtoNotSent", "budget");
    const now = this.#platform.monotonic();
    if (now >= this.#quietUntil) {
      this.#quietUntil = now + newsEveryMs;
      logEvent(this.#platform, "warn", "logto.budget_spent", { calls: this.#window.total });
    }
    return new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: Math.ceil(waitMs / 1000) });
  }
}

/** Creates a budget of which nothing is used yet. */
export const createCallBudget = (options: CallBudgetOptions): CallBudget => new SharedBudget(options);
