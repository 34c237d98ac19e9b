/**
 * `npm run trial:export [-- <entries>]`: writes the export of somebody with ten thousand entries of activity, and says how
 * long it is and by how much the memory grew meanwhile.
 */
import { chainActivity } from "../../db/activity-chain.ts";
import { createDb } from "../../db/repositories.ts";
import { readEntries } from "../../src/me/export/read-entries.ts";
import { createNodePlatform } from "../../src/runtime/node/platform.ts";
import { openVault } from "../../src/vault/vault.ts";
import { encryptionKey } from "../support/keys.ts";
import { trialDatabases } from "../support/trial-databases.ts";

const entries = Number(process.argv[2] ?? 10_000);
const perBatch = 500;

for (const create of trialDatabases(["sqlite"])) {
  const database = await create();
  const plain = createDb(database.open());
  const platform = createNodePlatform();
  const vault = await openVault([encryptionKey("k1", 1)], plain, platform);
  const db = chainActivity(plain, vault.activity, platform.queue);
  const entry = {
    userId: "somebody0000",
    event: "profile.updated",
    clientId: "web",
    requestId: "r",
    detail: {},
  };
  let newest = "";
  for (let done = 0; done < entries; done += perBatch) {
    const ids = Array.from({ length: perBatch }, () => crypto.randomUUID());
    await db.batch(ids.map((id) => db.activity.insert({ ...entry, id, at: platform.now() })));
    newest = ids.at(-1) ?? "";
  }
  let [length, most, pages] = [0, 0, 0];
  const before = process.memoryUsage().rss;
  for await (const page of readEntries({ db, vault, platform }, entry.userId, newest)) {
    length += JSON.stringify(page).length;
    pages += 1;
    most = Math.max(most, process.memoryUsage().rss - before);
  }
  const mebibytes = (bytes: number) => Number((bytes / 1_048_576).toFixed(1));
  const result = { entries, pages, mebibytes: mebibytes(length), mostMemoryAdded: mebibytes(most) };
  process.stdout.write(`${database.name} ${JSON.stringify(result)}\n`);
  await plain.close();
  await database.remove();
}
