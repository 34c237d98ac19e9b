/** The load where wrk is not installed: takes a `Load` of `lib/load.ts` as JSON and prints the same line as the scripts for wrk. */
import { readFileSync } from "node:fs";
import process from "node:process";
import autocannon from "autocannon";

const { url, method, path, order, tokens, body, headers, connections, seconds } = JSON.parse(process.argv[2]);
const lines = readFileSync(tokens.file, "utf8")
  .split("\n")
  .slice(tokens.first, tokens.first + tokens.count);
let sent = 0;

/** Person k is asked for as often as 1 / k. */
const sums = [];
if (order === "zipf") {
  for (let k = 1; k <= lines.length; k += 1) sums.push((sums.at(-1) ?? 0) + 1 / k);
}

function drawZipf() {
  const wanted = Math.random() * sums.at(-1);
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

const draw = {
  walk: () => (sent - 1) % lines.length,
  uniform: () => Math.floor(Math.random() * lines.length),
  zipf: drawZipf,
};

function setupRequest(request) {
  sent += 1;
  const authorization = `Bearer ${lines[draw[order]()]}`;
  if (!body) return { ...request, headers: { authorization } };
  return {
    ...request,
    headers: { authorization, "content-type": "application/json" },
    body: body.replaceAll("#", String(sent).padStart(8, "0")),
  };
}

const one = { method, path, headers };
const result = await autocannon({
  url,
  connections,
  duration: seconds,
  timeout: 10,
  requests: [order === "one" ? one : { method, path, setupRequest }],
});
const { latency, errors, timeouts, non2xx, duration, requests } = result;
const notModified = result.statusCodeStats?.[304]?.count ?? 0;
const figures = {
  requests: requests.total,
  seconds: duration,
  failed: errors + timeouts + non2xx - notModified,
  p50: latency.p50,
  p99: latency.p99,
  p999: latency.p99_9,
};
process.stdout.write(`RESULT ${JSON.stringify(figures)}\n`);
