/**
 * `npm run trial:start-up [-- <rows> [sqlite] [postgres]]`: prints in milliseconds what a start asks of a database with three
 * million rows in the vault, and what a rotation asks to find its next rows.
 */
import { loadavg } from "node:os";
import { sql } from "kysely";
import type { Database } from "../../db/database.ts";
import { createRepositories } from "../../db/repositories.ts";
import { parseConfig } from "../../src/config.ts";
import { openVault } from "../../src/vault/vault.ts";
import { environmentOf, startTestTenant } from "../support/service.ts";
import { type TrialDatabase, trialDatabases } from "../support/trial-databases.ts";

const [given, ...names] = process.argv.slice(2);
const rows = Number(given ?? 3_000_000);
const repeats = 20;

const fill = ({ filler }: TrialDatabase) =>
  filler.run(
    ({ numbers, random }) => `insert into vault (user_id, version, kid, sealed, updated_at)
      select ${random}, 1, case when i % 2 = 0 then 'test' else 'old' end, ${Array(7).fill(random).join(" || ")}, 1
      from ${numbers(rows)}`,
  );

/** Of the first time, and of the times after it; each on a connection of its own. */
async function time(open: () => Database, work: (database: Database) => Promise<unknown>) {
  const times: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const database = open();
    await database.ping();
    const startedAt = performance.now();
    await work(database);
    times.push(Math.round((performance.now() - startedAt) * 100) / 100);
    await database.close();
  }
  const [first, ...others] = times;
  const sorted = others.toSorted((one, other) => one - other);
  return { first, median: sorted[Math.floor(sorted.length / 2)], slowest: sorted.at(-1) };
}

async function trial(create: () => Promise<TrialDatabase>) {
  const database = await create();
  const tenant = await startTestTenant();
  const environment = environmentOf(tenant, database.url);
  const config = parseConfig({
    ...environment,
    ENCRYPTION_KEYS: `${environment.ENCRYPTION_KEYS},old:${Buffer.alloc(32, 7).toString("base64")}`,
  });
  await fill(database);
  const check = (opened: Database) => openVault(config.encryptionKeys, createRepositories(opened));
  const { open } = database;
  const report = {
    rows,
    checksMs: await time(open, check),
    migrateMs: await time(open, (opened) => opened.migrate()),
    nextRowsToResealMs: await time(open, (opened) =>
      createRepositories(opened).vaults.sealedUnder("old", 96),
    ),
    distinctInsteadMs: await time(open, ({ kysely }) =>
      sql`select distinct kid from vault`.execute(kysely),
    ).catch(() => "longer than a statement may take"),
    load: loadavg()[0]?.toFixed(1),
  };
  process.stdout.write(`${database.name} ${JSON.stringify(report)}\n`);
  await tenant.close();
  await database.remove();
}

for (const create of trialDatabases(names)) await trial(create);
