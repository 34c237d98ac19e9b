/**
 * `npm run test:rotation [-- <rows>]`: rotates the key of many rows while people read and write, kills the rotation once
 * with SIGKILL, runs it again, and checks that no request failed and every row is intact.
 */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { createRepositories } from "../../db/repositories.ts";
import { openSqlite } from "../../db/sqlite.ts";
import { parseConfig } from "../../src/config.ts";
import { createKeyring } from "../../src/vault/keyring.ts";
import { open, seal } from "../../src/vault/sealed-document.ts";
import { eventually } from "../support/instances.ts";
import { startProcess } from "../support/processes.ts";
import { call, environmentOf, startTestTenant, tokensOf } from "../support/service.ts";

const rows = Number(process.argv[2] ?? 10_000);
const script = fileURLToPath(new URL("../../scripts/rotate-keys.ts", import.meta.url));
const print = (line: string) => void process.stdout.write(`${line}\n`);

const tenant = await startTestTenant();
const folder = await mkdtemp(join(tmpdir(), "profile-bff-rotation-"));
const path = join(folder, "profile.db");
const before = environmentOf(tenant, `file:${path}`);
const nextKey = `next:${randomBytes(32).toString("base64")}`;
/** What every instance has during a roll-out: it still seals with the old key, and can read the new one. */
const during = { ...before, ENCRYPTION_KEYS: `${before.ENCRYPTION_KEYS},${nextKey}` };
const rotating = { ...before, ENCRYPTION_KEYS: `${nextKey},${before.ENCRYPTION_KEYS}` };

const database = openSqlite(path);
await database.migrate();
const { vaults } = createRepositories(database);
const keyring = createKeyring(parseConfig(before).encryptionKeys);
const content = (userId: string) => ({ ethnicity: `value of ${userId}` });
const people = tenant.description.users.map(({ id, username }) => ({ id, username }));
const userIds = [
  ...people.map(({ id }) => id),
  ...Array.from({ length: rows }, (_, index) => `user-${index}`),
];
for (let at = 0; at < userIds.length; at += 500) {
  const saves = userIds.slice(at, at + 500).map(async (userId) => {
    const sealed = await seal(keyring, { userId, purpose: "vault" }, content(userId));
    return vaults.save({ userId, kid: keyring.current, sealed, now: Date.now() });
  });
  await database.batch(await Promise.all(saves));
}
print(`${userIds.length} rows under ${keyring.current}`);

const left = () => {
  const reader = new Sqlite(path, { readonly: true });
  const count = reader.prepare("select count(*) from vault where kid <> 'next'").pluck().get();
  reader.close();
  return Number(count);
};

const service = await startProcess(during);
const token = tokensOf(tenant, Date);
const load = { requests: 0, failed: 0, slowestMs: 0, ended: false };
async function readOn(username: string) {
  const headers = { authorization: `Bearer ${await token(username)}` };
  while (!load.ended) {
    const startedAt = performance.now();
    const { status } = await call(service.url, "GET", "/me", undefined, headers);
    load.requests += 1;
    if (status !== 200) load.failed += 1;
    load.slowestMs = Math.max(load.slowestMs, Math.round(performance.now() - startedAt));
  }
}
const readers = Promise.all(people.map(({ username }) => readOn(username)));

const first = spawn(process.execPath, [script], { cwd: folder, env: rotating, stdio: "ignore" });
await eventually(() => left() < userIds.length / 2, { seconds: 120 });
first.kill("SIGKILL");
await once(first, "exit");
const rest = left();
print(`killed with ${rest} rows left`);
const second = spawn(process.execPath, [script], {
  cwd: folder,
  env: rotating,
  stdio: ["ignore", "pipe", "ignore"],
});
second.stdout.on("data", (chunk) => print(String(chunk).trim()));
const [exitCode] = await once(second, "exit");
load.ended = true;
await readers;
await service.stop();

const after = createKeyring(parseConfig({ ...before, ENCRYPTION_KEYS: nextKey }).encryptionKeys);
let harmed = 0;
for (const userId of userIds) {
  const row = await vaults.find(userId);
  const value = await open(after, { userId, purpose: "vault" }, row?.sealed ?? "").catch(() => undefined);
  if (JSON.stringify(value) !== JSON.stringify(content(userId))) harmed += 1;
}
const again = spawnSync(process.execPath, [script], { cwd: folder, env: rotating, encoding: "utf8" });
print(`a third run: ${again.stdout.split("\n")[0]}`);
const unrotated = left();
print(JSON.stringify({ rows: userIds.length, exitCode, unrotated, harmed, ...load }));
await database.close();
await tenant.close();
await rm(folder, { recursive: true });
process.exitCode = exitCode === 0 && rest > 0 && harmed + load.failed + unrotated === 0 ? 0 : 1;
