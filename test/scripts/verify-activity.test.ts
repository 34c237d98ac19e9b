/** `npm run verify-activity` on a database that a service has written. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { chainActivity } from "../../db/activity-chain.ts";
import { createDb } from "../../db/repositories.ts";
import { createQueue } from "../../src/runtime/node/queue.ts";
import { openVault } from "../../src/vault/vault.ts";
import { createSqliteFile } from "../support/databases.ts";
import { useShared } from "../support/fixtures.ts";
import { encryptionKey } from "../support/keys.ts";
import { createFolder, runScript } from "./workplace.ts";

const testDatabase = useShared(createSqliteFile, (created) => created.remove());
const spelled = `k1:${Buffer.alloc(32, 1).toString("base64")}`;
const verify = async (...args: string[]) =>
  runScript(await createFolder(), "verify-activity", args, {
    DATABASE_URL: `file:${testDatabase.path}`,
    ENCRYPTION_KEYS: spelled,
  });

test("exits with 0 while nothing was touched, and then names what was, of one person and of everybody", async () => {
  const plain = createDb(testDatabase.open());
  const { activity: keys } = await openVault([encryptionKey("k1", 1)], plain);
  const db = chainActivity(plain, keys, createQueue());
  const entry = { at: Date.now(), event: "e", clientId: "c", requestId: "r", detail: {} };
  const people = ["ann", "ann", "ben", "ann"];
  await db.batch(people.map((userId) => db.activity.insert({ ...entry, userId })));

  expect(await verify()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^verified 4 entries of 2 people in \S+ s: no fault\n$/),
  });
  await sql`delete from activity where user_id = 'ann' and sequence = 2`.execute(db.kysely);
  expect(await verify()).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^ann: removed 2\nverified 3 entries of 2 people in \S+ s: 1 faults\n$/),
    stderr: expect.stringContaining("docs/operating.md"),
  });
  expect((await verify("ben")).code).toBe(0);
  const { code, stdout } = await verify("--json", "ann");
  expect({ code, report: JSON.parse(stdout) }).toMatchObject({
    code: 1,
    report: { entries: 2, people: 1, faults: [{ userId: "ann", kind: "removed", from: 2, to: 2 }] },
  });
  expect((await verify("ann", "ben")).code).toBe(2);
});
