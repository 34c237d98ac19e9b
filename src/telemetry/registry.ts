/** Counts in plain numbers, since every request passes here; names and texts are made at a scrape only. */
import type { Answered, CacheUse, Counter, Metrics, Reading } from "../platform.ts";
import { problemCodes, problems } from "../problem-codes.ts";
import { type FamilyName, families } from "./families.ts";
import { Histogram } from "./histogram.ts";
import { lineOf, type Snapshot } from "./snapshot.ts";

export type Registry = Metrics & {
  /** What was counted so far, and what the readers say now. */
  snapshot(): Promise<Snapshot>;
};

/** A counter's labels as one key. No label has this character. */
const between = "\u0000";

type Route = { seconds: Histogram; statuses: Map<number, number> };
type Endpoint = { seconds: Histogram; outcomes: Map<string, number> };
type Read = Parameters<Metrics["watch"]>[0];

const add = <Key>(counts: Map<Key, number>, key: Key) => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Finds a value, or makes it. */
function within<Key, Value>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = values.get(key);
  if (known !== undefined) return known;
  const made = make();
  values.set(key, made);
  return made;
}

/**
 * What is there from the start, as 0: a rate needs a value before the first event, and some alerts are about that one.
 * A 401 has a reason, and is counted with it only.
 */
const zeros: readonly (readonly [Counter, ...string[]])[] = [
  ...problemCodes
    .filter((code) => problems[code].status !== 401)
    .map((code) => ["refusals", code, ""] as const),
  ["budgetsHit", "logto"],
  ["budgetsHit", "person"],
  ["logtoNotSent", "breaker"],
  ["logtoNotSent", "bulkhead"],
  ["logtoNotSent", "budget"],
  ["notices", "sent"],
  ["notices", "failed"],
  ["notices", "given_up"],
];

class Counts implements Registry {
  readonly #routes = new Map<string, Map<string, Route>>();
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #counts = new Map<Counter, Map<string, number>>();
  readonly #caches = new Map<string, () => CacheUse>();
  readonly #readers: Read[] = [];

  constructor() {
    for (const [counter, ...labels] of zeros) {
      within(this.#counts, counter, () => new Map<string, number>()).set(labels.join(between), 0);
    }
  }

  answered({ method, route, status, ms }: Answered): void {
    const methods = within(this.#routes, route ?? "none", () => new Map<string, Route>());
    // Anybody can invent a method where there is no route.
    const { seconds, statuses } = within(methods, route === undefined ? "any" : method, () => ({
      seconds: new Histogram(),
      statuses: new Map(),
    }));
    seconds.observe(ms / 1000);
    add(statuses, status);
  }

  called(endpoint: string, outcome: string, ms: number): void {
    const { seconds, outcomes } = within(this.#endpoints, endpoint, () => ({
      seconds: new Histogram(),
      outcomes: new Map(),
    }));
    seconds.observe(ms / 1000);
    add(outcomes, outcome);
  }

  count(counter: Counter, ...labels: string[]): void {
    add(
      within(this.#counts, counter, () => new Map()),
      labels.join(between),
    );
  }

  watch(read: Read): void {
    this.#readers.push(read);
  }

  watchCache(name: string, read: () => CacheUse): void {
    this.#caches.set(name, read);
  }

  async snapshot(): Promise<Snapshot> {
    const readings = await Promise.allSettled(this.#readers.map(async (read) => read()));
    const lines = new Lines();
    this.#writeRequests(lines);
    this.#writeCalls(lines);
    for (const [counter, counts] of this.#counts) {
      for (const [labels, count] of counts) lines.put(counter, labels.split(between), count);
    }
    for (const [name, read] of this.#caches) {
      const { entries, hits, misses } = read();
      lines.put("cacheEntries", [name], entries);
      lines.put("cacheHits", [name], hits);
      lines.put("cacheMisses", [name], misses);
    }
    for (const [gauge, value, ...labels] of readings.flatMap(readingsOf)) lines.put(gauge, labels, value);
    return lines.all;
  }

  #writeRequests(lines: Lines): void {
    for (const [route, methods] of this.#routes) {
      for (const [method, { seconds, statuses }] of methods) {
        for (const [status, count] of statuses) lines.put("requests", [method, route, `${status}`], count);
        lines.putAll("requestSeconds", seconds, [method, route]);
      }
    }
  }

  #writeCalls(lines: Lines): void {
    for (const [endpoint, { seconds, outcomes }] of this.#endpoints) {
      for (const [outcome, count] of outcomes) lines.put("logtoRequests", [endpoint, outcome], count);
      lines.putAll("logtoSeconds", seconds, [endpoint]);
    }
  }
}

/** The lines of one scrape. */
class Lines {
  readonly all = new Map<FamilyName, Map<string, number>>();

  put(name: FamilyName, labels: readonly string[], value: number): void {
    this.#of(name).set(lineOf(families[name], labels), value);
  }

  putAll(name: FamilyName, histogram: Histogram, labels: readonly string[]): void {
    histogram.writeTo(this.#of(name), families[name], labels);
  }

  #of(name: FamilyName): Map<string, number> {
    return within(this.all, name, () => new Map());
  }
}

const readingsOf = (outcome: PromiseSettledResult<readonly Reading[]>) =>
  outcome.status === "fulfilled" ? outcome.value : [];

/** Creates a registry that has counted nothing yet. */
export const createRegistry = (): Registry => new Counts();
