/** One endpoint's share of the conversation: room for so many calls, and a breaker of its own. */
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  TaskCancelledError,
} from "cockatiel";
import type { Crowd, LogtoLimits } from "./limits.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

export type Lane = {
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

/** A lane per endpoint keeps a slow or failing one from taking the others with it. */
export function createLane(crowd: Crowd, { breaker: { failures, halfOpenMs }, queueMs }: LogtoLimits): Lane {
  const room = bulkhead(crowd.atOnce, crowd.queued);
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof UpstreamFailure && error.outage),
    { halfOpenAfter: halfOpenMs, breaker: new ConsecutiveBreaker(failures) },
  );
  let closedUntil = 0;
  breaker.onBreak(() => {
    closedUntil = Date.now() + halfOpenMs;
  });
  // Cockatiel lets others wait for the half-open probe, which may hang for a whole timeout: they are refused.
  const isShut = () =>
    breaker.state === CircuitState.HalfOpen ||
    (breaker.state === CircuitState.Open && Date.now() < closedUntil);

  return {
    healthy: () => breaker.state === CircuitState.Closed,
    async run(work) {
      if (isShut()) throw turnedAway(halfOpenMs);
      const patience = room.executionSlots === 0 ? AbortSignal.timeout(queueMs) : undefined;
      try {
        return await room.execute(() => {
          if (isShut()) throw turnedAway(halfOpenMs);
          return breaker.execute(work);
        }, patience);
      } catch (error) {
        if (error instanceof BrokenCircuitError) throw turnedAway(halfOpenMs);
        const full = error instanceof BulkheadRejectedError || error instanceof TaskCancelledError;
        throw full ? turnedAway(1_000) : error;
      }
    },
  };
}
