/**
 * `npm run trial:doctor`: the way of a reader of the README from nothing to a doctor who is content, with the seconds that
 * each command takes: clone, install, `npm run dev`, `npm run doctor`; then the same beside `npm run dev:workers`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../support/free-port.ts";
import { runCommands, shellEnvironment, startCommand } from "../support/shell.ts";

await using opened = new AsyncDisposableStack();
const cwd = opened.adopt(await mkdtemp(join(tmpdir(), "profile-bff-reader-")), (path) =>
  rm(path, { recursive: true, force: true }),
);
const [port, tenantPort] = await Promise.all([freePort(), freePort()]);
const env = { ...shellEnvironment(), PORT: `${port}`, DEV_TENANT_PORT: `${tenantPort}` };
const place = { cwd, env };

async function timed<T>(command: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${command}`);
  return result;
}

const perform = (command: string) => timed(command, () => runCommands(command, place));

/** Starts a command that goes on, waits until it says that it is ready, and has everything looked over. */
async function lookedOver(command: string, ready: string, doctor: string) {
  const stop = await timed(command, () => startCommand(command, ready, place));
  try {
    const lines = (await perform(doctor)).trim().split("\n");
    console.log(`          ${lines.at(-1)}`);
  } finally {
    await stop();
  }
}

console.log(`load ${loadavg()[0]?.toFixed(1)}`);
await perform(`git clone --quiet ${process.cwd()} .`);
await perform("npm install --no-audit --no-fund");
await lookedOver("npm run dev", "profile-bff http", "npm run doctor");
await lookedOver("npm run dev:workers", "Ready on http", "npm run doctor -- --worker");
