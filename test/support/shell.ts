/** Commands as a reader types them: in bash, with the Node that runs the tests. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname } from "node:path";
import { promisify } from "node:util";

export type Place = { cwd?: string; env: Record<string, string | undefined> };

const node = dirname(process.execPath);

/** What a shell needs, this machine's Node first in its path, and what the run has compiled. */
export const shellEnvironment = () => ({
  HOME: process.env.HOME,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  PATH: `${node}${delimiter}${process.env.PATH}`,
});

/** Runs commands to their end. @returns what they print. @throws when one of them fails. */
export async function runCommands(commands: string, place: Place): Promise<string> {
  const { stdout } = await promisify(execFile)("bash", ["-e", "-o", "pipefail", "-c", commands], place);
  return stdout;
}

/**
 * Starts a command that goes on by itself, and waits until it prints `ready`.
 * @returns a stop for it and for everything that it started.
 */
export async function startCommand(command: string, ready: string, place: Place) {
  const child = spawn("bash", ["-c", command], {
    ...place,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const signal = () => process.kill(-(child.pid ?? 0), "SIGTERM");
  process.once("exit", signal);
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error(`${command} ended`)));
    child.stdout.on("data", (chunk) => String(chunk).includes(ready) && resolve());
  });
  return async () => {
    process.off("exit", signal);
    signal();
    // The pipe closes with the last process that holds it.
    await once(child, "close");
  };
}
