/**
 * `npm run trial:backup [-- <rows>]`: backs a SQLite database up while people change their data through the service,
 * restores the copy elsewhere, and asks a service there: whatever was acknowledged before the backup began must be there.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRepositories } from "../../db/repositories.ts";
import { openSqlite } from "../../db/sqlite.ts";
import { parseConfig } from "../../src/config.ts";
import { createKeyring } from "../../src/vault/keyring.ts";
import { seal } from "../../src/vault/sealed-document.ts";
import { startProcess } from "../support/processes.ts";
import { call, environmentOf, startTestTenant, tokensOf } from "../support/service.ts";
import { finish, report } from "./deployment/report.ts";

const rows = Number(process.argv[2] ?? 50_000);
const tenant = await startTestTenant();
const folder = mkdtempSync(join(tmpdir(), "profile-bff-backup-"));
const environment = environmentOf(tenant, `file:${join(folder, "here", "profile.db")}`);
const elsewhere = { ...environment, DATABASE_URL: `file:${join(folder, "elsewhere", "profile.db")}` };
const file = join(folder, "copy.db");

async function fill() {
  const database = openSqlite(join(folder, "here", "profile.db"));
  await database.migrate();
  const { vaults } = createRepositories(database);
  const keyring = createKeyring(parseConfig(environment).encryptionKeys);
  for (let at = 0; at < rows; at += 500) {
    const saves = Array.from({ length: 500 }, async (_, index) => {
      const userId = `user-${at + index}`;
      const sealed = await seal(keyring, { userId, purpose: "vault" }, { ethnicity: `value of ${userId}` });
      return vaults.save({ userId, kid: keyring.current, sealed, now: 1 });
    });
    await database.batch(await Promise.all(saves));
  }
  await database.close();
}

/** Runs a command of the operator. @returns its exit code, what it printed, and how long it took. */
async function command(name: string, args: readonly string[], env: Record<string, string>) {
  const startedAt = performance.now();
  const script = fileURLToPath(new URL(`../../scripts/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  await once(child, "close");
  return { code: child.exitCode, printed, seconds: ((performance.now() - startedAt) / 1000).toFixed(1) };
}

const token = tokensOf(tenant, Date);
const readFrom = async (url: string, username: string): Promise<number> => {
  const headers = { authorization: `Bearer ${await token(username)}` };
  const { body } = await call(url, "GET", "/me/business", undefined, headers);
  return Number(body.ethnicity?.replace("change ", ""));
};

/** Changes a person's data one time after the other. `acknowledged` is the number of the last change that was answered. */
function startWriter(url: string, username: string) {
  const writer = { username, acknowledged: 0, failed: 0, slowestMs: 0, ended: false };
  const writing = (async () => {
    const headers = { authorization: `Bearer ${await token(username)}` };
    for (let number = 1; !writer.ended; number++) {
      const startedAt = performance.now();
      const { status } = await call(url, "PATCH", "/me/business", { ethnicity: `change ${number}` }, headers);
      writer.slowestMs = Math.max(writer.slowestMs, Math.round(performance.now() - startedAt));
      if (status === 200) writer.acknowledged = number;
      else writer.failed += 1;
    }
  })();
  return { writer, writing };
}

async function tryBackup() {
  await fill();
  const service = await startProcess(environment);
  const writers = tenant.description.users.map(({ username }) => startWriter(service.url, username));
  while (writers.some(({ writer }) => writer.acknowledged < 5)) await new Promise(setImmediate);
  const before = writers.map(({ writer }) => writer.acknowledged);
  const backup = await command("backup", ["--json", file], environment);
  for (const { writer } of writers) writer.ended = true;
  await Promise.all(writers.map(({ writing }) => writing));
  await service.stop();
  report("backup under load", `exit ${backup.code} after ${backup.seconds} s`, backup.code === 0);
  console.log(`     ${backup.printed.trim()}`);
  const failed = writers.reduce((sum, { writer }) => sum + writer.failed, 0);
  const slowest = Math.max(...writers.map(({ writer }) => writer.slowestMs));
  const changes = writers.reduce((sum, { writer }) => sum + writer.acknowledged, 0);
  report("changes meanwhile", `${changes}, ${failed} failed, slowest ${slowest} ms`, failed === 0);
  const restored = await command("restore", [file], elsewhere);
  report("restore elsewhere", `exit ${restored.code} after ${restored.seconds} s`, restored.code === 0);
  const there = await startProcess(elsewhere);
  for (const [index, { writer }] of writers.entries()) {
    const found = await readFrom(there.url, writer.username);
    const shown = `${before[index]} acknowledged before, ${found} in the copy, ${writer.acknowledged} in all`;
    report(writer.username, shown, found >= (before[index] ?? 0) && found <= writer.acknowledged);
  }
  await there.stop();
}

try {
  await tryBackup();
} finally {
  await tenant.close();
  rmSync(folder, { recursive: true, force: true });
}
finish();
