/** A call that reached the tenant. `body` is what the Management or Experience API parsed. */
export type RecordedRequest = { method: string; path: string; query: string; body?: unknown };

/** Every call that reached the tenant. Tests count them. */
export class RequestLog {
  #entries: RecordedRequest[] = [];

  /** All calls, oldest first. */
  all(): RecordedRequest[] {
    return [...this.#entries];
  }

  /** How many calls of a method went to a path. @param path is tested against the path without its query. */
  count(method: string, path: RegExp): number {
    return this.matching(method, path).length;
  }

  matching(method: string, path: RegExp): RecordedRequest[] {
    return this.#entries.filter((entry) => entry.method === method && path.test(entry.path));
  }

  clear(): void {
    this.#entries = [];
  }

  add(entry: RecordedRequest): void {
    this.#entries.push(entry);
  }
}
