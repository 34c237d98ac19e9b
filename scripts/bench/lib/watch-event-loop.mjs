/** Loaded before the service: writes how late its event loop was, when the process ends. */
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import process from "node:process";

const resolutionMs = 5;
/** To start is not to serve. */
const startMs = 3_000;

const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
setTimeout(() => histogram.enable(), startMs).unref();
process.on("exit", () => {
  // The histogram counts from one tick of its timer to the next.
  const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  const report = { p999Ms: late(histogram.percentile(99.9)), longestMs: late(histogram.max) };
  writeFileSync(process.env.EVENT_LOOP_REPORT, JSON.stringify(report));
});
