/** From the rounds of a scenario to its rows: medians, and what the service does for one request of each other server. */

/** One round of one server. Times are in ms. */
export type Round = {
  requestsPerSecond: number;
  p50: number;
  p99: number;
  /** Processor time for one request, which another load on the machine changes little. */
  processorMicroseconds: number;
  residentMiB: number;
  /** Upstream calls for 1,000 requests. */
  upstreamCalls: number;
  failed: number;
};

/** The median of every figure; `failed` is the sum. */
export type Row = Round & { server: string };

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper;
}

export function rowOf(server: string, rounds: readonly Round[]): Row {
  const middle = (figure: keyof Round) => median(rounds.map((round) => round[figure]));
  return {
    server,
    requestsPerSecond: middle("requestsPerSecond"),
    p50: middle("p50"),
    p99: middle("p99"),
    processorMicroseconds: middle("processorMicroseconds"),
    residentMiB: middle("residentMiB"),
    upstreamCalls: middle("upstreamCalls"),
    failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** The requests that the first server serves for each request of another one, by the other one's name. */
export function ratiosOf([first, ...others]: readonly Row[]): Record<string, number> {
  const ours = first?.requestsPerSecond ?? Number.NaN;
  return Object.fromEntries(
    others.map(({ server, requestsPerSecond }) => [server, ours / requestsPerSecond]),
  );
}

export const heading = [
  "scenario",
  "server",
  "requests/s",
  "p50 ms",
  "p99 ms",
  "CPU µs",
  "RSS MiB",
  "upstream/1000",
  "failed",
  "first ÷ it",
];

export function cellsOf(scenario: string, rows: readonly Row[]): string[][] {
  const ratios = ratiosOf(rows);
  return rows.map((row) => [
    scenario,
    row.server,
    row.requestsPerSecond.toFixed(0),
    row.p50.toFixed(2),
    row.p99.toFixed(2),
    row.processorMicroseconds.toFixed(0),
    row.residentMiB.toFixed(0),
    row.upstreamCalls.toFixed(1),
    String(row.failed),
    ratios[row.server]?.toFixed(2) ?? "",
  ]);
}

/** Lines up the columns: the first two to the left, figures to the right. */
export function formatTable(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((cells) => (cells[column] ?? "").length)),
  );
  const pad = (cell: string, column: number) =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((cells) => cells.map(pad).join("  ").trimEnd()).join("\n");
}
