/** Metrics of a process on Node: its registry, and who gets to read it. */
import cluster from "node:cluster";
import type { ListenAt } from "../../config.ts";
import type { Metrics } from "../../platform.ts";
import { createRegistry } from "../../telemetry/registry.ts";
import { serveMetrics } from "./metrics-server.ts";
import { answerSupervisor } from "./process-metrics.ts";
import { watchProcess } from "./watch-process.ts";

export type OpenMetrics = {
  metrics: Metrics;
  /** Undefined in one of several processes: the one that supervises them serves for all. */
  url: string | undefined;
  close(): Promise<void>;
};

/** @throws {Error} of the server, such as a port that is taken. */
export async function openMetrics(at: ListenAt): Promise<OpenMetrics> {
  const registry = createRegistry();
  const unwatch = watchProcess(registry);
  const server = cluster.isWorker ? answerSupervisor(registry) : await serveMetrics(at, registry);
  return {
    metrics: registry,
    url: server.url,
    async close() {
      unwatch();
      await server.close();
    },
  };
}
