/** The metrics of several processes (`WEB_CONCURRENCY`) in one scrape: the supervisor asks each of them. */
import cluster, { type Worker } from "node:cluster";
import * as z from "zod";
import { sleep } from "../../sleep.ts";
import { countsOf, fromSent, merged, type Snapshot, sentSnapshot, toSent } from "../../telemetry/snapshot.ts";
import type { MetricsServer } from "./metrics-server.ts";

/** A process that does not answer so soon is shown as it last was. */
const longestWaitMs = 1_000;

const question = z.object({ metricsFor: z.int() });
const answer = z.object({ metricsFor: z.int(), snapshot: sentSnapshot });

/** In one of the processes: answers the supervisor. */
export function answerSupervisor(source: { snapshot(): Promise<Snapshot> }): MetricsServer {
  const listener = async (message: unknown) => {
    const { data } = question.safeParse(message);
    if (!data) return;
    const sent = toSent(await source.snapshot());
    if (process.connected) process.send?.({ ...data, snapshot: sent });
  };
  process.on("message", listener);
  return { url: undefined, close: async () => void process.off("message", listener) };
}

/** In the supervisor: what all processes show together. What one has counted stays when it ends. */
export function snapshotOfProcesses(): { snapshot(): Promise<Snapshot> } {
  const last = new Map<number, Snapshot>();
  let ended: Snapshot = new Map();
  let asked = 0;

  cluster.on("message", (worker, message) => {
    const { data } = answer.safeParse(message);
    if (data) last.set(worker.id, fromSent(data.snapshot));
  });
  cluster.on("exit", (worker) => {
    ended = merged([ended, countsOf(last.get(worker.id) ?? new Map())]);
    last.delete(worker.id);
  });

  return {
    async snapshot() {
      asked += 1;
      const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected());
      const heard = Promise.all(workers.map((worker) => worker && ask(worker, asked)));
      await Promise.race([heard, sleep(longestWaitMs)]);
      return merged([ended, ...last.values()]);
    },
  };
}

/** @returns when the process has answered, or has ended. */
function ask(worker: Worker, metricsFor: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      worker.off("message", listener);
      worker.off("exit", done);
      resolve();
    };
    const listener = (message: unknown) => {
      if (answer.safeParse(message).data?.metricsFor === metricsFor) done();
    };
    worker.on("message", listener);
    worker.once("exit", done);
    worker.send({ metricsFor });
  });
}
