/** Node: one request can wait for another, so the work of one key runs in order. */
import type { Queue } from "../../platform.ts";

/** @returns a `Queue`. Work that fails does not stop the work behind it. */
export function createQueue(): Queue {
  const tails = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const result = (tails.get(key) ?? Promise.resolve()).then(work);
    const tail = result
      .catch(() => undefined)
      .finally(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
    tails.set(key, tail);
    return result;
  };
}
