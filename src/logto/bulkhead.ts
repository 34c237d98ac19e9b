/** Limits one endpoint of Logto: how many calls run at once, of all and of one person; how many wait; a circuit breaker. */
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  TaskCancelledError,
} from "cockatiel";
import type { Metrics } from "../platform.ts";
import { Lanes, Slots } from "./slots.ts";
import type { BulkheadSize, LogtoTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type Bulkhead = {
  /**
   * Runs `work` as soon as there is a free slot, and the payer has not too many already.
   * @throws {UpstreamFailure} `upstream_unavailable`, sent "no": at once while the breaker is open or the queue is
   * full, otherwise after the longest wait for a slot.
   */
  run<T>(payer: string, work: () => Promise<T>): Promise<T>;
  /** @throws {UpstreamFailure} as `run`, while the breaker is open. */
  refuseWhileOpen(): void;
  /** False while the breaker is open or half-open: a failed call is then not repeated. */
  healthy(): boolean;
};

type Watched = { endpoint: string; metrics: Metrics | undefined };

const unwatched: Watched = { endpoint: "", metrics: undefined };

/** As the metrics show them. */
const breakerStates: Record<CircuitState, number> = {
  [CircuitState.Closed]: 0,
  [CircuitState.HalfOpen]: 1,
  [CircuitState.Open]: 2,
  [CircuitState.Isolated]: 2,
};

/** Each endpoint has a bulkhead of its own, so that a slow or failing one does not slow the others. */
class EndpointBulkhead implements Bulkhead {
  readonly #size: BulkheadSize;
  readonly #tuning: LogtoTuning;
  readonly #slots: Slots;
  /** Those who call, each with slots of their own. None where the number is not limited. */
  readonly #lanes: Lanes | undefined;
  #breaker: CircuitBreakerPolicy;
  #openUntil = 0;
  #probingUntil = 0;
  #lastProgressAt = 0;
  readonly #metrics: Metrics | undefined;

  constructor(size: BulkheadSize, tuning: LogtoTuning, { endpoint, metrics }: Watched = unwatched) {
    this.#size = size;
    this.#metrics = metrics;
    metrics?.watch(() => [
      ["logtoBreaker", breakerStates[this.#breaker.state], endpoint],
      ["logtoCallsRunning", this.#slots.running(), endpoint],
      ["logtoCallsWaiting", this.#slots.waiting(), endpoint],
    ]);
    this.#tuning = tuning;
    const { concurrent, perPerson, queue } = size;
    this.#slots = new Slots(concurrent, queue, tuning.queueMs);
    const hasLanes = perPerson < Number.POSITIVE_INFINITY;
    this.#lanes = hasLanes ? new Lanes(() => new Slots(perPerson, queue, tuning.queueMs)) : undefined;
    this.#breaker = this.#newBreaker();
  }

  readonly healthy = () => this.#breaker.state === CircuitState.Closed;

  async run<T>(payer: string, work: () => Promise<T>): Promise<T> {
    this.refuseWhileOpen();
    try {
      const inSlot = () => this.#inSlot(work);
      return await (this.#lanes ? this.#lanes.run(payer, inSlot) : inSlot());
    } catch (error) {
      const wasNotRun = [BulkheadRejectedError, TaskCancelledError, BrokenCircuitError].some(
        (kind) => error instanceof kind,
      );
      if (!wasNotRun) throw error;
      throw this.#notSent(error instanceof BrokenCircuitError ? "breaker" : "bulkhead", 1_000);
    }
  }

  async #inSlot<T>(work: () => Promise<T>): Promise<T> {
    const hasStalled = Date.now() - this.#lastProgressAt > this.#size.stallMs;
    if (this.#slots.isFull() && hasStalled) throw this.#notSent("bulkhead", 1_000);
    return this.#slots.run(() => this.#attempt(work));
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    this.refuseWhileOpen();
    this.#lastProgressAt = Date.now();
    try {
      return await this.#breaker.execute(work);
    } finally {
      this.#lastProgressAt = Date.now();
    }
  }

  /** The refusal of a call that is not made. */
  #notSent(by: "breaker" | "bulkhead", waitMs: number): UpstreamFailure {
    this.#metrics?.count("logtoNotSent", by);
    return new UpstreamFailure("upstream_unavailable", { sent: "no", retryAfter: Math.ceil(waitMs / 1000) });
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
  refuseWhileOpen(): void {
    const { state } = this.#breaker;
    const now = Date.now();
    // Workers may stop the request that runs the probe, and then its result never comes: a new breaker starts.
    if (state === CircuitState.HalfOpen && now >= this.#probingUntil) this.#breaker = this.#newBreaker();
    else if (state === CircuitState.HalfOpen || (state === CircuitState.Open && now < this.#openUntil)) {
      throw this.#notSent("breaker", this.#tuning.breaker.halfOpenMs);
    }
  }
}

/** @param watched whom it tells how it stands, and by which name. Default: nobody. */
export const createBulkhead = (size: BulkheadSize, tuning: LogtoTuning, watched?: Watched): Bulkhead =>
  new EndpointBulkhead(size, tuning, watched);
