import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Metrics, Reading } from "../../platform.ts";

const nanosecondsPerSecond = 1e9;
const quantiles = [50, 99, 100];

/** Tells the metrics of processor time, memory and the event loop. @returns what ends it. */
export function watchProcess(metrics: Metrics): () => void {
  const startedAt = Date.now() / 1000 - process.uptime();
  const delay = monitorEventLoopDelay();
  delay.enable();
  metrics.watch(() => {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    const delays = quantiles.map((percent): Reading => {
      const value = Math.max(0, delay.percentile(percent) / nanosecondsPerSecond);
      return ["eventLoopDelay", value, `${percent / 100}`];
    });
    delay.reset();
    return [
      ["processCpu", (user + system) / 1e6],
      ["processMemory", rss],
      ["processStart", startedAt],
      ["heapUsed", heapUsed],
      ...delays,
    ];
  });
  return () => void delay.disable();
}
