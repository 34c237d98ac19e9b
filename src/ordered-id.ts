/** Ids that sort in the order in which one process makes them. */

/** How many ids the latest millisecond has. */
const latest = { at: 0, made: 0 };
const mostInOrder = 0xfff;

/**
 * Makes a UUID of version 7 (RFC 9562, section 5.7, with a counter in `rand_a`): 62 of its bits are random.
 * @param at epoch ms. Of one millisecond the first 4,096 are in order.
 */
export function orderedId(at: number): string {
  latest.made = at === latest.at ? Math.min(latest.made + 1, mostInOrder) : 0;
  latest.at = at;
  const time = Math.max(0, at).toString(16).padStart(12, "0");
  const count = latest.made.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${crypto.randomUUID().slice(19)}`;
}
