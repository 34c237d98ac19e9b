import { Refusal } from "../src/problem.ts";

/** In seconds. Most outages of a database end by themselves and soon. */
const retryAfter = 2;

/** The refusal that stands for an unreachable, locked or full database. */
export class StorageFailure extends Refusal {
  /** "maybe" where the statements were sent and no answer came back: they may have taken effect, all of them or none. */
  readonly applied: "no" | "maybe";

  /** @param cause what the driver threw, kept for the log. */
  constructor(cause: unknown, applied: StorageFailure["applied"]) {
    super("storage_unavailable", { retryAfter }, { cause });
    this.name = "StorageFailure";
    this.applied = applied;
  }
}
