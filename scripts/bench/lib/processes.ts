/** The processes of a run: the tenant's stand-in, the service and its peers. Each logs into a pipe that is thrown away. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { OperatorError } from "../../../src/operator-error.ts";

export type Program = {
  /** From the root of the project. Default: Node. */
  command?: string;
  /** What Node runs, from the root of the project, and Node's own options before it. */
  file?: string;
  nodeOptions?: readonly string[];
  arguments?: readonly string[];
  /** The whole environment. `{port}` in a value is the port that the program gets. */
  environment: Readonly<Record<string, string>>;
  /** Answers 200 as soon as the program serves. */
  readyPath: string;
};

export type RunningProgram = {
  url: string;
  pid: number;
  /** From the start of the process to its first answer; in ms. */
  startMs: number;
  stop(): Promise<void>;
};

const root = fileURLToPath(new URL("../../../", import.meta.url));
const longestStartMs = 60_000;
const pollMs = 5;

/** @param folder takes the pipe of the log. @throws {OperatorError} if the program does not serve in time. */
export async function startProgram(program: Program, folder: string): Promise<RunningProgram> {
  const port = String(await freePort());
  const filled = (text: string) => text.replace("{port}", port);
  const environment = Object.entries(program.environment).map(([name, value]) => [name, filled(value)]);
  const log = openLog(join(folder, crypto.randomUUID()));
  const startedAt = performance.now();
  const child = spawn(commandOf(program), [...optionsOf(program), ...(program.arguments ?? []).map(filled)], {
    cwd: folder,
    env: Object.fromEntries(environment),
    stdio: ["ignore", log, "inherit"],
  });
  closeSync(log);
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  const url = `http://127.0.0.1:${port}`;
  await serving(`${url}${program.readyPath}`, child, program.file ?? commandOf(program));
  const startMs = performance.now() - startedAt;
  return {
    url,
    pid: child.pid ?? 0,
    startMs,
    async stop() {
      const ended = once(child, "exit");
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await ended;
    },
  };
}

const commandOf = ({ command }: Program) => (command === undefined ? process.execPath : join(root, command));

const optionsOf = ({ file, nodeOptions = [] }: Program) =>
  file === undefined ? nodeOptions : [...nodeOptions, join(root, file)];

/** A pipe as a container's runtime gives one. Its reader does next to nothing, and ends with the last writer. */
function openLog(path: string) {
  execFileSync("mkfifo", [path]);
  spawn("cat", [path], { stdio: "ignore" });
  return openSync(path, "w");
}

async function serving(url: string, child: ChildProcess, name: string) {
  const deadline = performance.now() + longestStartMs;
  while (performance.now() < deadline && child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await sleep(pollMs);
  }
  child.kill("SIGKILL");
  throw new OperatorError(`${name} does not serve: run it by hand to see why.`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("The probe has no TCP address.");
  return address.port;
}
