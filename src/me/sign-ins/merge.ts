/** Merges lists that are each known only so far back, so that no entry is left out between two pages. */

/** Newest first. `isWhole` is false where older ones may follow, of which some may be as old as the last. */
export type Source<Item> = { items: readonly (Item & Dated)[]; isWhole: boolean };

/** Epoch ms. */
type Dated = { at: number };

/**
 * @returns all that is newer than where the first list ends, newest first; and `until`, the moment (inclusive) at which the
 *   next page begins, undefined where all lists are whole.
 */
export function merge<Item>(sources: readonly Source<Item>[]): { items: (Item & Dated)[]; until?: number } {
  const ends = sources.filter(({ isWhole }) => !isWhole).map(({ items }) => endOf(items));
  const until = Math.max(Number.NEGATIVE_INFINITY, ...ends);
  const items = sources
    .flatMap((source) => [...source.items])
    .filter(({ at }) => at > until)
    .toSorted((one, other) => other.at - one.at);
  return Number.isFinite(until) ? { items, until } : { items };
}

/** Entries of one moment may be cut in two; where a list holds nothing else, the next page begins before that moment. */
function endOf(items: readonly Dated[]): number {
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return Number.NEGATIVE_INFINITY;
  return first.at === last.at ? last.at - 1 : last.at;
}
