/** The service as an operator runs it: a process of its own, to be shared with, stopped or killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as z from "zod";

/** What npm's scripts load first: it keeps what is compiled, for the next process. */
export const asNpmDoes = ["--import", new URL("../../scripts/require-node.mjs", import.meta.url).href];
const source = [...asNpmDoes, fileURLToPath(new URL("../../src/runtime/node/main.ts", import.meta.url))];
const startedLine = z.object({ event: z.literal("started"), url: z.url() });

const parsed = (line: string): unknown => (line.startsWith("{") ? JSON.parse(line) : undefined);

export type ServiceProcess = {
  url: string;
  pid: number;
  /** Every line of its log so far. */
  lines: readonly string[];
  /** SIGTERM, then waits for the end. @returns the exit code; null if a signal ended it. */
  stop(): Promise<number | null>;
  /** SIGKILL: the process gets no chance to finish anything. */
  kill(): Promise<void>;
};

/**
 * Starts the Node service with this environment and nothing else, and waits until it listens.
 * @param environment such as `TestService.environment`; `PORT: "0"` takes any free port.
 * @param program what Node runs. Default: the source, as `npm start` does.
 * @throws {Error} with its log when it ends before it listens.
 */
export async function startProcess(
  environment: Record<string, string>,
  program: readonly string[] = source,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, program, {
    // Away from the project, so that no `.env` of a developer joins in.
    cwd: tmpdir(),
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test that fails before it stops its process must neither wait for it nor leave it behind.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  child.unref();
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
  const ended = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      const started = startedLine.safeParse(parsed(line));
      if (started.success) resolve(started.data.url);
    });
    ended.then(() => reject(new Error(`the service ended before it listened:\n${lines.join("\n")}`)), reject);
  });
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    child.kill(signal);
    await ended;
  };
  return {
    url,
    pid: child.pid ?? 0,
    lines,
    kill: () => end("SIGKILL"),
    async stop() {
      await end("SIGTERM");
      return child.exitCode;
    },
  };
}
