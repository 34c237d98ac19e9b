import type { Family } from "./families.ts";
import { lineOf } from "./snapshot.ts";

/** In seconds: a read from memory takes less than a millisecond, a call to Logto at most five seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How many values were at most so large. */
export class Histogram {
  /** For each bound the values between it and the one before; the last is for those above all. */
  readonly #counts = new Array<number>(bounds.length + 1).fill(0);
  #sum = 0;

  observe(value: number): void {
    let at = 0;
    while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  writeTo(lines: Map<string, number>, family: Family, labels: readonly string[]): void {
    let total = 0;
    for (const [at, count] of this.#counts.entries()) {
      total += count;
      lines.set(lineOf(family, [...labels, `${bounds[at] ?? "+Inf"}`], "_bucket"), total);
    }
    lines.set(lineOf(family, labels, "_sum"), this.#sum);
    lines.set(lineOf(family, labels, "_count"), total);
  }
}
