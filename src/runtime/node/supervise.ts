/** Several processes of the service on one machine (`WEB_CONCURRENCY`): one address, one log, one stop. */
import cluster, { type Worker } from "node:cluster";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { logEvent } from "../../log.ts";
import type { Platform } from "../../platform.ts";
import { sleep } from "../../sleep.ts";

/** The pause before a process that ended is replaced, so that one that always ends does not use up the machine. */
const replaceAfterMs = 1_000;

/**
 * Starts the processes and replaces each that ends. SIGTERM or SIGINT lets all of them finish their requests.
 * A process that ends before it serves shows that this cannot work, a bad key for example: then all are ended.
 * @param processes how many.
 * @returns the exit code of the whole, when the last process has ended.
 */
export function supervise(platform: Pick<Platform, "now" | "write">, processes: number): Promise<number> {
  cluster.setupPrimary({ silent: true });
  return new Promise((resolve) => {
    const running = new Set<Worker>();
    let exitCode: number | undefined;

    const stop = (code: number) => {
      exitCode ??= code;
      for (const { process } of running) process.kill("SIGTERM");
      if (running.size === 0) resolve(exitCode);
    };
    const start = (onServing?: () => void) => {
      const worker = cluster.fork();
      let served = false;
      running.add(worker);
      forwardLines(worker.process.stdout, platform.write);
      forwardLines(worker.process.stderr, (line) => process.stderr.write(`${line}\n`));
      worker.once("listening", () => {
        served = true;
        onServing?.();
      });
      // Later than `exit`: its last lines have been read then.
      worker.process.once("close", (code, signal) => {
        running.delete(worker);
        if (exitCode === undefined && served) void replace({ code, signal });
        else stop(1);
      });
    };
    const replace = async ({ code, signal }: { code: number | null; signal: string | null }) => {
      logEvent(platform, "error", "process.ended", { end: signal ?? `code ${code}` });
      await sleep(replaceAfterMs);
      if (exitCode === undefined) start();
    };

    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(0));
    // The first one migrates the database, and says alone what is wrong with a configuration.
    start(() => {
      for (let others = 1; others < processes; others += 1) start();
    });
  });
}

/** Whole lines, so that those of two processes never mix. */
function forwardLines(from: Readable | null, write: (line: string) => void): void {
  if (from) createInterface({ input: from }).on("line", write);
}
