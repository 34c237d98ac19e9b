import type { MutatedFolder } from "../mutant.ts";

const registry = "src/telemetry/registry.ts";
const histogram = "src/telemetry/histogram.ts";
const snapshot = "src/telemetry/snapshot.ts";
const families = "src/telemetry/families.ts";

const processes = ["test/telemetry/snapshot", "test/runtime/node/supervise"];

export const telemetry: MutatedFolder = {
  folder: "src/telemetry",
  tests: ["test/telemetry/snapshot", "test/telemetry/metrics", "test/telemetry/ops"],
  mutants: [
    {
      file: registry,
      find: 'route === undefined ? "any" : method',
      replace: "method",
      wrong: "every invented method becomes a line",
    },
    {
      file: registry,
      find: "seconds.observe(ms / 1000);\n    add(statuses, status);",
      replace: "seconds.observe(ms);\n    add(statuses, status);",
      wrong: "the time of a request is shown in milliseconds",
    },
    {
      file: registry,
      find: "seconds.observe(ms / 1000);\n    add(outcomes, outcome);",
      replace: "seconds.observe(ms);\n    add(outcomes, outcome);",
      wrong: "the time of a call to Logto is shown in milliseconds",
    },
    {
      file: registry,
      find: "await Promise.allSettled(this.#readers.map(async (read) => read()))",
      replace:
        '(await Promise.all(this.#readers.map(async (read) => read()))).map((value) => ({ status: "fulfilled" as const, value }))',
      wrong: "one reader that fails leaves a scrape without an answer",
    },
    {
      file: registry,
      find: '  ["logtoNotSent", "bulkhead"],\n',
      replace: "",
      wrong: "a bulkhead that was never full is not shown as 0",
    },
    {
      file: registry,
      find: ".filter((code) => problems[code].status !== 401)",
      replace: "",
      wrong: "a 401 is shown twice, once without a reason",
    },
    {
      file: registry,
      find: 'lines.put("cacheMisses", [name], misses);',
      replace: 'lines.put("cacheMisses", [name], hits);',
      wrong: "the misses of a cache are its hits",
    },
    {
      file: registry,
      find: 'lines.put("cacheEntries", [name], entries);',
      replace: 'lines.put("cacheEntries", [name], hits);',
      wrong: "the entries of a cache are its hits",
    },
    {
      file: histogram,
      find: "value > (bounds[at] ?? 0)",
      replace: "value >= (bounds[at] ?? 0)",
      wrong: "a value that is a bound falls into the next bucket",
    },
    {
      file: histogram,
      find: "at < bounds.length && value",
      replace: "at < bounds.length - 1 && value",
      wrong: "what takes more than ten seconds counts as ten",
    },
    {
      file: histogram,
      find: "      total += count;\n",
      replace: "      total = count;\n",
      wrong: "the buckets do not add up",
    },
    {
      file: histogram,
      find: "    this.#sum += value;\n",
      replace: "    this.#sum = value;\n",
      wrong: "the sum of a histogram is its last value",
    },
    {
      file: snapshot,
      find: 'found === "\\n" ? "\\\\n" : `\\\\${found}`',
      replace: "found",
      wrong: "a label with a quote ends its line",
    },
    {
      file: snapshot,
      find: 'const isSum = families[key].across === "sum";',
      replace: "const isSum = true;",
      wrong: "two processes show the worst of them twice as bad",
      tests: processes,
    },
    {
      file: snapshot,
      find: 'const isSum = families[key].across === "sum";',
      replace: "const isSum = false;",
      wrong: "of two processes only the busier one counts",
      tests: processes,
    },
    {
      file: snapshot,
      find: 'families[key].type !== "gauge"',
      replace: "true",
      wrong: "what a process held goes on after its end",
      tests: processes,
    },
    {
      file: snapshot,
      find: 'families[key].type !== "gauge"',
      replace: 'families[key].type === "counter"',
      wrong: "the histograms of a process that has ended fall back",
      tests: processes,
    },
    {
      file: snapshot,
      find: "before === undefined ? value : isSum",
      replace: "before === undefined || value === 0 ? value : isSum",
      wrong: "a process that has nothing hides what another has",
      tests: processes,
    },
    {
      file: snapshot,
      find: 'suffix === "_bucket" ? [...labels, "le"] : labels',
      replace: '[...labels, "le"]',
      wrong: "the sum of a histogram has a bound",
    },
    {
      file: families,
      find: '  processStart: worst({\n    name: "process_start_time_seconds"',
      replace: '  processStart: gauge({\n    name: "process_start_time_seconds"',
      wrong: "two processes started in the future",
      tests: processes,
    },
  ],
};
