/** One endpoint's share of the conversation: room for so many calls, and a breaker of its own. */
import {
  BrokenCircuitError,
  type BulkheadPolicy,
  BulkheadRejectedError,
  bulkhead,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  TaskCancelledError,
} from "cockatiel";
import type { BulkheadSize, LogtoTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type Bulkhead = {
  /**
   * Runs `work` when there is room and the breaker lets it.
   * @throws {UpstreamFailure} `upstream_unavailable`, sent "no", within milliseconds while the breaker is open.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** False while the breaker is open or trying again: then a failure is not worth repeating. */
  healthy(): boolean;
};

const turnedAway = (milliseconds: number) =>
  new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: Math.ceil(milliseconds / 1000) });

/** A bulkhead per endpoint keeps a slow or failing one from taking the others with it. */
class EndpointBulkhead implements Bulkhead {
  readonly #size: BulkheadSize;
  readonly #tuning: LogtoTuning;
  readonly #room: BulkheadPolicy;
  #breaker: CircuitBreakerPolicy;
  #openUntil = 0;
  #probingUntil = 0;
  #movedAt = 0;

  constructor(size: BulkheadSize, tuning: LogtoTuning) {
    this.#size = size;
    this.#tuning = tuning;
    this.#room = bulkhead(size.atOnce, size.queued);
    this.#breaker = this.#newBreaker();
  }

  readonly healthy = () => this.#breaker.state === CircuitState.Closed;

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseWhileShut();
    const isFull = this.#room.executionSlots === 0;
    if (isFull && Date.now() - this.#movedAt > this.#size.stallMs) throw turnedAway(1_000);
    try {
      return await (isFull ? this.#queue(work) : this.#room.execute(() => this.#attempt(work)));
    } catch (error) {
      const hadNoTurn = [BulkheadRejectedError, TaskCancelledError, BrokenCircuitError].some(
        (kind) => error instanceof kind,
      );
      throw hadNoTurn ? turnedAway(1_000) : error;
    }
  }

  /** Cockatiel tells a caller that its patience ended only when its turn comes: this tells it at once. */
  #queue<T>(work: () => Promise<T>): Promise<T> {
    const patience = AbortSignal.timeout(this.#tuning.queueMs);
    return new Promise((resolve, reject) => {
      const leave = () => reject(new TaskCancelledError());
      patience.addEventListener("abort", leave);
      const start = () => {
        patience.removeEventListener("abort", leave);
        return this.#attempt(work);
      };
      this.#room.execute(start, patience).then(resolve, reject);
    });
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseWhileShut();
    this.#movedAt = Date.now();
    try {
      return await this.#breaker.execute(work);
    } finally {
      this.#movedAt = Date.now();
    }
  }

  #newBreaker(): CircuitBreakerPolicy {
    const { failures, halfOpenMs } = this.#tuning.breaker;
    const breaker = circuitBreaker(
      handleWhen((error) => error instanceof UpstreamFailure && error.outage),
      { halfOpenAfter: halfOpenMs, breaker: new ConsecutiveBreaker(failures) },
    );
    breaker.onBreak(() => {
      this.#openUntil = Date.now() + halfOpenMs;
    });
    breaker.onHalfOpen(() => {
      this.#probingUntil = Date.now() + 2 * this.#tuning.totalMs;
    });
    return breaker;
  }

  /** Cockatiel lets others wait for the half-open probe, which may hang for a whole timeout: they are refused. */
  #refuseWhileShut(): void {
    const { state } = this.#breaker;
    const now = Date.now();
    // A runtime may drop the request that probed; its verdict never comes, so start over.
    if (state === CircuitState.HalfOpen && now >= this.#probingUntil) this.#breaker = this.#newBreaker();
    else if (state === CircuitState.HalfOpen || (state === CircuitState.Open && now < this.#openUntil)) {
      throw turnedAway(this.#tuning.breaker.halfOpenMs);
    }
  }
}

export const createBulkhead = (size: BulkheadSize, tuning: LogtoTuning): Bulkhead =>
  new EndpointBulkhead(size, tuning);
