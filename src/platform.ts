/** What a runtime lends to everything above it: time, the network, shared work, work after the answer. */

export type Platform = {
  /** Milliseconds since the epoch. Tests move it. */
  now(): number;
  fetch: typeof fetch;
  coalesce: Coalesce;
  /** Lets work go on after the answer is sent; failures are its own to handle. */
  defer(work: Promise<unknown>): void;
};

/** Runs `work` unless the same key is already running, whose result it then shares where a runtime allows it. */
export type Coalesce = <T>(key: string, work: () => Promise<T>) => Promise<T>;
