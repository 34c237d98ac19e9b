/** Slots: so many calls run at once, so many wait, and none waits too long. */
import { type BulkheadPolicy, bulkhead, TaskCancelledError } from "cockatiel";

export class Slots {
  readonly #policy: BulkheadPolicy;
  readonly #waitMs: number;
  readonly #concurrent: number;
  readonly #queued: number;

  /** @param waitMs the longest wait for a slot. */
  constructor(concurrent: number, queue: number, waitMs: number) {
    this.#policy = bulkhead(concurrent, queue);
    this.#waitMs = waitMs;
    this.#concurrent = concurrent;
    this.#queued = queue;
  }

  isFull(): boolean {
    return this.#policy.executionSlots === 0;
  }

  running(): number {
    return this.#concurrent - this.#policy.executionSlots;
  }

  waiting(): number {
    return this.#queued - this.#policy.queueSlots;
  }

  /**
   * Runs `work` as soon as there is a free slot.
   * @throws {BulkheadRejectedError} if too many wait, {TaskCancelledError} after the longest wait: `work` was not run.
   */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.isFull() ? this.#queue(work) : this.#policy.execute(work);
  }

  /** Cockatiel rejects a caller that waited too long only when a slot becomes free; this rejects it at once. */
  #queue<T>(work: () => Promise<T>): Promise<T> {
    const timeout = AbortSignal.timeout(this.#waitMs);
    return new Promise((resolve, reject) => {
      const leave = () => reject(new TaskCancelledError());
      timeout.addEventListener("abort", leave);
      const start = () => {
        timeout.removeEventListener("abort", leave);
        return work();
      };
      this.#policy.execute(start, timeout).then(resolve, reject);
    });
  }
}

/** Slots of their own for each person, while they have calls. */
export class Lanes {
  readonly #lanes = new Map<string, { slots: Slots; calls: number }>();
  readonly #newSlots: () => Slots;

  constructor(newSlots: () => Slots) {
    this.#newSlots = newSlots;
  }

  /** @throws as `Slots.run`. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(key) ?? { slots: this.#newSlots(), calls: 0 };
    this.#lanes.set(key, lane);
    lane.calls += 1;
    try {
      return await lane.slots.run(work);
    } finally {
      lane.calls -= 1;
      if (lane.calls === 0) this.#lanes.delete(key);
    }
  }
}
