/** The calls of the last ten seconds, counted for each payer. */

export const windowMs = 10_000;
/** Calls are counted by half seconds. Each counts until the last call of its half second is ten seconds old. */
const sliceMs = 500;

type Slice = { endsAt: number; expiresAt: number; total: number; byPayer: Map<string, number> };

/** Times are moments on the monotonic clock. Its memory is bounded by the number of calls. */
export class CallWindow {
  /** From the oldest to the newest. */
  #slices: Slice[] = [];
  readonly #byPayer = new Map<string, number>();
  total = 0;

  /** How many calls this payer has made. */
  of(payer: string): number {
    return this.#byPayer.get(payer) ?? 0;
  }

  /** Forgets the calls that are older than the window. */
  moveTo(now: number): void {
    const expired = this.#slices.findIndex(({ expiresAt }) => expiresAt > now);
    const gone = this.#slices.splice(0, expired === -1 ? this.#slices.length : expired);
    for (const { byPayer } of gone) {
      for (const [payer, calls] of byPayer) this.#change(payer, -calls);
    }
  }

  /** Counts a call. @returns what takes it back. */
  add(payer: string, now: number): () => void {
    const slice = this.#sliceAt(now);
    const change = (calls: number) => {
      slice.total += calls;
      slice.byPayer.set(payer, (slice.byPayer.get(payer) ?? 0) + calls);
      this.#change(payer, calls);
    };
    change(1);
    return () => {
      if (this.#slices.includes(slice)) change(-1);
    };
  }

  /**
   * @param isEnough whether so many calls in all, and so many of this payer, leave room for one more.
   * @returns the first moment at which that is so, if nobody calls until then.
   */
  whenFree(payer: string, isEnough: (total: number, used: number) => boolean): number {
    let { total } = this;
    let used = this.of(payer);
    for (const slice of this.#slices) {
      total -= slice.total;
      used -= slice.byPayer.get(payer) ?? 0;
      if (isEnough(total, used)) return slice.expiresAt;
    }
    return Number.POSITIVE_INFINITY;
  }

  #sliceAt(now: number): Slice {
    const newest = this.#slices.at(-1);
    if (newest && now < newest.endsAt) return newest;
    const slice = {
      endsAt: now + sliceMs,
      expiresAt: now + sliceMs + windowMs,
      total: 0,
      byPayer: new Map(),
    };
    this.#slices.push(slice);
    return slice;
  }

  #change(payer: string, calls: number): void {
    const now = this.of(payer) + calls;
    this.total += calls;
    if (now > 0) this.#byPayer.set(payer, now);
    else this.#byPayer.delete(payer);
  }
}
