/** Limits one endpoint of Logto: how many calls run at once, how many wait, and a circuit breaker. */
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
   * Runs `work` as soon as there is a free slot.
   * @throws {UpstreamFailure} `upstream_unavailable`, sent "no": at once while the breaker is open or the queue is
   * full, otherwise after the longest wait for a slot.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** False while the breaker is open or half-open: a failed call is then not repeated. */
  healthy(): boolean;
};

const refusal = (milliseconds: number) =>
  new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: Math.ceil(milliseconds / 1000) });

/** Each endpoint has a bulkhead of its own, so that a slow or failing one does not slow the others. */
class EndpointBulkhead implements Bulkhead {
  readonly #size: BulkheadSize;
  readonly #tuning: LogtoTuning;
  readonly #slots: BulkheadPolicy;
  #breaker: CircuitBreakerPolicy;
  #openUntil = 0;
  #probingUntil = 0;
  #lastProgressAt = 0;

  constructor(size: BulkheadSize, tuning: LogtoTuning) {
    this.#size = size;
    this.#tuning = tuning;
    this.#slots = bulkhead(size.concurrent, size.queue);
    this.#breaker = this.#newBreaker();
  }

  readonly healthy = () => this.#breaker.state === CircuitState.Closed;

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseWhileOpen();
    const isFull = this.#slots.executionSlots === 0;
    if (isFull && Date.now() - this.#lastProgressAt > this.#size.stallMs) throw refusal(1_000);
    try {
      return await (isFull ? this.#queue(work) : this.#slots.execute(() => this.#attempt(work)));
    } catch (error) {
      const wasNotRun = [BulkheadRejectedError, TaskCancelledError, BrokenCircuitError].some(
        (kind) => error instanceof kind,
      );
      throw wasNotRun ? refusal(1_000) : error;
    }
  }

  /** Cockatiel rejects a caller that waited too long only when a slot becomes free; this rejects it at once. */
  #queue<T>(work: () => Promise<T>): Promise<T> {
    const timeout = AbortSignal.timeout(this.#tuning.queueMs);
    return new Promise((resolve, reject) => {
      const leave = () => reject(new TaskCancelledError());
      timeout.addEventListener("abort", leave);
      const start = () => {
        timeout.removeEventListener("abort", leave);
        return this.#attempt(work);
      };
      this.#slots.execute(start, timeout).then(resolve, reject);
    });
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseWhileOpen();
    this.#lastProgressAt = Date.now();
    try {
      return await this.#breaker.execute(work);
    } finally {
      this.#lastProgressAt = Date.now();
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

  /** Cockatiel makes calls wait for the half-open probe, which may take a whole timeout; this refuses them. */
  #refuseWhileOpen(): void {
    const { state } = this.#breaker;
    const now = Date.now();
    // Workers may stop the request that runs the probe, and then its result never comes: a new breaker starts.
    if (state === CircuitState.HalfOpen && now >= this.#probingUntil) this.#breaker = this.#newBreaker();
    else if (state === CircuitState.HalfOpen || (state === CircuitState.Open && now < this.#openUntil)) {
      throw refusal(this.#tuning.breaker.halfOpenMs);
    }
  }
}

export const createBulkhead = (size: BulkheadSize, tuning: LogtoTuning): Bulkhead =>
  new EndpointBulkhead(size, tuning);
