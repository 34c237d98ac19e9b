/** What a runtime lends to everything above it: time, the network, shared work, work after the answer. */

export type Platform = {
  /** Milliseconds since the epoch. Tests move it. */
  now(): number;
  fetch: typeof fetch;
  /** Shares one running piece of work among all who ask for the same key, where a runtime allows requests to share. */
  coalesce: Coalesce;
  /** Runs the work of one key in the order it came, where a runtime allows requests to wait for each other. */
  queue: Queue;
  /** SHA-256 as text, where a runtime has one that does not hop to another thread; the web's own is used elsewhere. */
  digest?(text: string): string;
  /** Takes one line of the log, without its line break. */
  write(line: string): void;
  /** Lets work go on after the answer is sent; failures are its own to handle. */
  defer(work: Promise<unknown>): void;
};

/** Runs `work` unless the same key is already running, whose result it then shares. */
export type Coalesce = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Runs `work` after whatever was queued under the same key before it. */
export type Queue = <T>(key: string, work: () => Promise<T>) => Promise<T>;
