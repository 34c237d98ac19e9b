/** `npm run unlock`, `npm run sessions` and `npm run journal`, on a database that a service has written. */
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
const run = async (name: "unlock" | "sessions" | "journal" | "verify-activity", ...args: string[]) =>
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

test("sessions lists where a person is signed in, ends what is named, and the person finds it in their activity", async () => {
  const db = createDb(testDatabase.open());
  const keyring = createKeyring([encryptionKey("k1", 1)]);
  const about = await seal(keyring, { userId: "eve", purpose: "session" }, { browser: "Firefox" });
  const now = Date.now();
  const times = {
    startedAt: now,
    seenAt: now,
    expiresAt: now + 600_000,
    endsAt: now + 600_000,
    checkedUntil: now,
  };
  const row = { ...times, about, method: "sign_in", sid: null, authTime: null, tokens: "t" };
  const session = (ref: string, userId: string) =>
    db.sessions.insert({ ...row, ref, userId, idHash: `hash of ${ref}` }, {});
  await db.batch([session("one", "eve"), session("two", "eve"), session("other", "fay")]);

  const refs = ({ stdout }: { stdout: string }) =>
    JSON.parse(stdout).sessions.map(({ ref }: { ref: string }) => ref);
  const listed = await run("sessions", "--json", "eve");
  expect(refs(listed).sort()).toEqual(["one", "two"]);
  expect(listed.stdout).toContain("Firefox");
  expect((await run("sessions", "--end", "--dry-run", "--ref", "one", "eve")).stdout).toMatch(
    /^would end one by /,
  );
  expect(refs(await run("sessions", "--end", "--ref", "one", "--json", "eve"))).toEqual(["one"]);
  expect(await db.sessions.find("hash of one", now)).toBeUndefined();
  expect(await db.sessions.find("hash of two", now)).toBeDefined();
  expect(refs(await run("sessions", "--end", "--json", "eve"))).toEqual(["two"]);
  expect((await run("sessions", "eve")).stdout).toBe("no session of eve\n");
  expect(await db.sessions.find("hash of other", now)).toBeDefined();
  const { items } = await db.activity.list("eve", 10);
  expect(items.map(({ event, detail }) => ({ event, by: detail.by }))).toEqual([
    { event: "session.ended", by: "operator" },
    { event: "session.ended", by: "operator" },
  ]);
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
