/**
 * A call that reached the tenant. `body` is what the Management or Experience API parsed, `trace` the headers of a trace
 * that it is a part of.
 */
export type RecordedRequest = {
  method: string;
  path: string;
  query: string;
  body?: unknown;
  trace?: Record<string, unknown>;
};

const traceHeaders = ["traceparent", "tracestate", "baggage"];

/** @returns nothing for a request that is in no trace. */
export function traceIn(headers: Readonly<Record<string, unknown>>): Pick<RecordedRequest, "trace"> {
  const trace = Object.entries(headers).filter(([name]) => traceHeaders.includes(name));
  return trace.length === 0 ? {} : { trace: Object.fromEntries(trace) };
}

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
