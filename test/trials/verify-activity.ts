/**
 * `npm run trial:activity [-- <entries> [sqlite] [postgres]]`: verifies a million sealed entries of ten thousand people, says
 * how long it took, and whether it found the one that is then removed.
 */
import { loadavg } from "node:os";
import { chainActivity } from "../../db/activity-chain.ts";
import { createDb } from "../../db/repositories.ts";
import { verifyEverybody } from "../../src/activity-proof/verify-activity.ts";
import { createNodePlatform } from "../../src/runtime/node/platform.ts";
import { openVault } from "../../src/vault/vault.ts";
import { encryptionKey } from "../support/keys.ts";
import { type TrialDatabase, trialDatabases } from "../support/trial-databases.ts";

const [given, ...names] = process.argv.slice(2);
const entries = Number(given ?? 1_000_000);
const entriesEach = 100;
const peoplePerBatch = 10;

async function trial(create: () => Promise<TrialDatabase>) {
  const database = await create();
  const plain = createDb(database.open());
  const platform = createNodePlatform();
  const vault = await openVault([encryptionKey("k1", 1)], plain, platform);
  const db = chainActivity(plain, vault.activity, platform.queue);
  const names = { event: "profile.updated", clientId: "web", requestId: crypto.randomUUID() };
  const at = platform.now();
  const filledAt = performance.now();
  for (let done = 0; done < entries; done += entriesEach * peoplePerBatch) {
    const people = Array.from({ length: peoplePerBatch }, () => crypto.randomUUID().replaceAll("-", ""));
    const batch = Array.from({ length: entriesEach }, (_, index) =>
      people.map((userId) =>
        db.activity.insert({ userId, at: at + index, ...names, detail: { fields: ["/name"] } }),
      ),
    );
    await db.batch(batch.flat());
  }
  const startedAt = performance.now();
  const report = await verifyEverybody({ db, vault, platform });
  const seconds = (performance.now() - startedAt) / 1_000;
  await database.filler.run(
    () => "delete from activity where sequence = 50 and user_id = (select max(user_id) from activity)",
  );
  const { faults } = await verifyEverybody({ db, vault, platform });
  const result = {
    ...report,
    seconds: Number(seconds.toFixed(1)),
    foundOneRemoved: faults.map(({ kind, from, to }) => ({ kind, from, to })),
    secondsToFill: Math.round((startedAt - filledAt) / 1_000),
    load: loadavg()[0]?.toFixed(1),
  };
  process.stdout.write(`${database.name} ${JSON.stringify(result)}\n`);
  await plain.close();
  await database.remove();
}

for (const create of trialDatabases(names)) await trial(create);
