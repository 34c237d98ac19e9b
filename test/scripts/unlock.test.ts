/** `npm run unlock` and `npm run journal`, on a database that a service has written. */
import { expect, test } from "vitest";
import { personBucket } from "../../db/buckets.ts";
import { createDb } from "../../db/repositories.ts";
import { createKeyring } from "../../src/vault/keyring.ts";
import { seal } from "../../src/vault/sealed-document.ts";
import { createSqliteFile } from "../support/databases.ts";
import { useShared } from "../support/fixtures.ts";
import { encryptionKey } from "../support/keys.ts";
import { createFolder, runScript } from "./workplace.ts";

const testDatabase = useShared(createSqliteFile, (created) => created.remove());
const run = async (name: "unlock" | "journal" | "verify-activity", ...args: string[]) =>
  runScript(await createFolder(), name, args, {
    DATABASE_URL: `file:${testDatabase.path}`,
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
  });

test("unlock lists what is locked, clears it once, and the person finds it in their activity", async () => {
  const db = createDb(testDatabase.open());
  const password = { bucket: personBucket("password", "ann"), max: 1, windowMs: 60_000, lockMs: [600_000] };
  const others = { ...password, bucket: personBucket("password", "ben") };
  await db.limits.charge([password], Date.now());
  await db.limits.charge([others], Date.now());

  const would = await run("unlock", "--dry-run", "ann");
  expect(would.stdout).toMatch(/^would clear password: 1 tries, locked until \S+\n$/);
  expect(await db.limits.wait([password], Date.now())).toBeGreaterThan(0);
  const cleared = await run("unlock", "--json", "ann");
  expect(JSON.parse(cleared.stdout)).toMatchObject({
    userId: "ann",
    dryRun: false,
    limits: [{ limit: "password", locked: true }],
  });
  expect(await db.limits.wait([password], Date.now())).toBe(0);
  expect(await db.limits.wait([others], Date.now())).toBeGreaterThan(0);
  expect((await run("unlock", "ann")).stdout).toBe("nothing is counted of ann\n");
  const { items } = await db.activity.list("ann", 10);
  expect(items).toMatchObject([{ event: "limits.cleared", detail: { limits: ["password"] } }]);
  expect((await run("verify-activity")).code).toBe(0);
  expect((await run("unlock")).code).toBe(2);
});

test("journal says what is open, what is set aside, and why", async () => {
  expect((await run("journal")).stdout).toBe("no change is open\n");
  const db = createDb(testDatabase.open());
  const context = { userId: "ann", purpose: "journal" } as const;
  const sealed = await seal(createKeyring([encryptionKey("k1", 1)]), context, {});
  const row = { userId: "ann", kind: "update", sealed, createdAt: 0 };
  await db.batch([
    db.journal.insert({ ...row, id: "a" }),
    db.journal.insert({ ...row, id: "b", sealed: "damaged" }),
    db.journal.insert({ ...row, id: "c", kind: "later" }),
    db.journal.setAside("b", Date.now() + 60_000),
  ]);
  const { code, stdout } = await run("journal");
  expect(code).toBe(0);
  expect(stdout.split("\n")).toEqual([
    "a ann update since 1970-01-01T00:00:00.000Z: open",
    expect.stringMatching(/^b ann update since \S+: set aside until \S+ \(1 times\), damaged$/),
    "c ann later since 1970-01-01T00:00:00.000Z: open, unknown_kind",
    "",
  ]);
  expect(JSON.parse((await run("journal", "--json")).stdout)).toMatchObject([
    { id: "a", fault: null, asideUntil: null },
    { id: "b", fault: "damaged", attempts: 1 },
    { id: "c", fault: "unknown_kind" },
  ]);
});
