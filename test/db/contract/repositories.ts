/** What each repository stores and finds, on every database. */
import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { eraseRows } from "../../../db/erase.ts";
import { createRepositories } from "../../../db/repositories.ts";
import { chained } from "../../support/activity.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { useShared } from "../../support/fixtures.ts";

export function repositoriesContract(testDatabase: TestDatabase) {
  const now = 1_800_000_000_000;
  const minute = 60_000;

  const database = useShared(() => chained(testDatabase.open()));
  const rows = useShared(() => createRepositories(database));
  let userId: string;
  beforeEach(() => {
    userId = randomUUID();
  });

  test("answers a ping", () => expect(database.ping()).resolves.toBeUndefined());

  describe("vault", () => {
    const sealed = (text: string) => ({ userId, kid: "k1", sealed: text, now });

    test("stores one row a user, whose version grows with each change", async () => {
      expect(await rows.vaults.find(userId)).toBeUndefined();
      expect((await rows.vaults.find(userId))?.version).toBeUndefined();
      await database.batch([rows.vaults.save(sealed("one"))]);
      await database.batch([rows.vaults.save(sealed("two"))]);
      expect(await rows.vaults.find(userId)).toEqual({
        userId,
        kid: "k1",
        sealed: "two",
        version: now + 1,
        updatedAt: now,
      });
      expect((await rows.vaults.find(userId))?.version).toBe(now + 1);
    });

    test("never repeats a version after an erasure", async () => {
      await database.batch([rows.vaults.save(sealed("one"))]);
      await eraseRows(database, userId);
      expect(await rows.vaults.find(userId)).toBeUndefined();
      await database.batch([rows.vaults.save({ ...sealed("two"), now: now + 1 })]);
      expect((await rows.vaults.find(userId))?.version).toBe(now + 1);
    });

    test("a reseal keeps the version and yields to a change made meanwhile", async () => {
      await database.batch([rows.vaults.save(sealed("one"))]);
      const [read] = (await rows.vaults.sealedUnder("k1", 1000)).filter((row) => row.userId === userId);
      if (!read) throw new Error("The row under the old key was not found.");
      const reseal = async (row: typeof read, text: string) =>
        (await database.batch(rows.vaults.reseal("k2", [{ ...row, sealed: text }])))[0]?.affected;
      await database.batch([rows.vaults.save(sealed("two"))]);
      expect(await reseal(read, "one again")).toBe(0);
      expect(await reseal({ ...read, version: read.version + 1 }, "two again")).toBe(1);
      expect(await rows.vaults.find(userId)).toMatchObject({
        kid: "k2",
        sealed: "two again",
        version: now + 1,
      });
    });

    test("re-seals many rows in a few statements, and finds what is left page by page", async () => {
      const [old, next] = [randomUUID(), randomUUID()];
      const ids = Array.from({ length: 100 }, (_, index) => `${userId}-${String(index).padStart(3, "0")}`);
      await database.batch(ids.map((id) => rows.vaults.save({ userId: id, kid: old, sealed: id, now })));
      expect(await rows.vaults.kids()).toEqual(expect.arrayContaining([old]));
      const page = await rows.vaults.sealedUnder(old, 70);
      expect(page.map((row) => row.userId)).toEqual(ids.slice(0, 70));
      const resealed = page.map((row) => ({ ...row, sealed: `${row.sealed} again` }));
      const results = await database.batch(rows.vaults.reseal(next, resealed));
      expect(results.map(({ affected }) => affected)).toEqual([32, 32, 6]);
      expect(await rows.vaults.find(ids[69] ?? "")).toMatchObject({ kid: next, sealed: `${ids[69]} again` });
      expect((await rows.vaults.sealedUnder(old, 70, ids[80])).map((row) => row.userId)).toEqual(
        ids.slice(81),
      );
      expect(await rows.vaults.kids()).toEqual(expect.arrayContaining([old, next]));
    });
  });

  describe("journal", () => {
    const entry = (createdAt: number) => ({
      id: randomUUID(),
      userId,
      kind: "profile",
      sealed: "s",
      createdAt,
    });

    test("lists a user's entries, oldest first, until they are dropped", async () => {
      const [late, early] = [entry(now + 1), entry(now)];
      await database.batch([rows.journal.insert(late), rows.journal.insert(early)]);
      const pending = (one: typeof late) => ({ ...one, attempts: 0 });
      expect(await rows.journal.forUser(userId, now)).toEqual([pending(early), pending(late)]);
      await database.batch([rows.journal.delete(early.id)]);
      expect(await rows.journal.forUser(userId, now)).toHaveLength(1);
      await eraseRows(database, userId);
      expect(await rows.journal.forUser(userId, now)).toEqual([]);
    });

    test("hides an entry that is set aside until its time comes", async () => {
      const aside = entry(now);
      const elsewhere = { fence: { userId, token: "of another writer" } };
      await database.batch([
        rows.journal.insert(aside),
        rows.journal.setAside(aside.id, now + 2 * minute, elsewhere),
        rows.journal.setAside(aside.id, now + minute),
      ]);
      const others = async (at: number) =>
        (await rows.journal.abandoned(at, 1000)).some((due) => due.userId === userId);
      expect([await rows.journal.forUser(userId, now), await others(now)]).toEqual([[], false]);
      expect(await rows.journal.forUser(userId, now + minute)).toEqual([{ ...aside, attempts: 1 }]);
      expect(await others(now + minute)).toBe(true);
      await eraseRows(database, userId);
    });

    test("is changed neither by a writer without the lease nor by a rotation that read an older row", async () => {
      const written = entry(now);
      await database.batch([rows.journal.insert(written)]);
      await database.batch([rows.journal.reseal({ id: written.id, sealed: "older" }, "stale")]);
      await database.batch([rows.journal.delete(written.id, { fence: { userId, token: "lost" } })]);
      expect(await rows.journal.forUser(userId, now)).toEqual([{ ...written, attempts: 0 }]);
      await database.batch([rows.journal.reseal(written, "anew")]);
      expect(await rows.journal.forUser(userId, now)).toEqual([{ ...written, attempts: 0, sealed: "anew" }]);
      await eraseRows(database, userId);
    });

    test("calls a user's entries abandoned once nobody holds the lease, page by page", async () => {
      const entries = [entry(now), entry(now), entry(now)];
      await database.batch(entries.map((one) => rows.journal.insert(one)));
      await rows.leases.acquire(userId, "writer", now, minute);
      const abandoned = async (at: number) => {
        const found: string[] = [];
        for (let page = await rows.journal.abandoned(at, 1); page[0]; ) {
          found.push(...page.filter((due) => due.userId === userId).map(({ id }) => id));
          page = await rows.journal.abandoned(at, 1, page[0]);
        }
        return found;
      };
      expect(await abandoned(now)).toEqual([]);
      expect(await abandoned(now + minute)).toEqual(entries.map(({ id }) => id).sort());
    });
  });

  describe("activity", () => {
    const entry = (at: number) => ({
      userId,
      at,
      event: "password.changed",
      clientId: "web",
      requestId: "r",
      detail: { revokedSessions: 2, fields: ["ssn"] },
    });

    test("is listed newest first, page by page, without gap or repetition", async () => {
      const times = [now, now, now, now + 1, now + 2];
      await database.batch(times.map((at) => rows.activity.insert(entry(at))));
      const seen: { id: string; at: number }[] = [];
      let cursor: string | undefined;
      do {
        const page = await rows.activity.list(userId, 2, cursor);
        seen.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(seen.map(({ at }) => at)).toEqual(times.toReversed());
      expect(new Set(seen.map(({ id }) => id)).size).toBe(times.length);
      expect(seen[0]).toMatchObject({ ...entry(now + 2) });
    });

    test.each(["", "x", "!", "MTIz", "a".repeat(300)])("refuses the made-up cursor %j", async (cursor) => {
      await expect(rows.activity.list(userId, 2, cursor)).rejects.toMatchObject({ code: "bad_request" });
    });
  });

  describe("idempotency", () => {
    const times = { lockMs: minute, ttlMs: 60 * minute };
    const request = () => ({
      userId,
      person: `hash of ${userId}`,
      keyHash: randomUUID(),
      requestHash: "body",
      token: randomUUID(),
    });

    test("lets one of twenty start, and replays its answer to a repeat of the same body", async () => {
      const runs = Array.from({ length: 20 }, () => ({ ...request(), keyHash: `one:${userId}` }));
      const outcomes = await Promise.all(runs.map((run) => rows.idempotency.begin(run, now, times)));
      expect(outcomes.filter(({ kind }) => kind === "started")).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === "in_progress")).toHaveLength(19);
      const winner = runs[outcomes.findIndex(({ kind }) => kind === "started")] ?? request();
      await rows.idempotency.finish(winner, { status: 202, sealed: "answer" }).execute();
      const repeat = { ...winner, token: "repeat" };
      expect(await rows.idempotency.begin(repeat, now, times)).toEqual({
        kind: "replay",
        status: 202,
        sealed: "answer",
      });
      expect(await rows.idempotency.begin({ ...repeat, requestHash: "other" }, now, times)).toEqual({
        kind: "conflict",
      });
      await rows.idempotency.release(winner).execute();
      expect(await rows.idempotency.begin(repeat, now, times)).toMatchObject({ kind: "replay" });
      expect(await rows.idempotency.begin({ ...repeat, userId: "other" }, now, times)).toEqual({
        kind: "started",
      });
      expect(await rows.idempotency.begin(repeat, now + times.ttlMs, times)).toEqual({ kind: "started" });
    });

    test("a run that was lost is started anew, and cannot answer any more", async () => {
      const [lost, repeat] = [request(), request()];
      repeat.keyHash = lost.keyHash;
      await rows.idempotency.begin(lost, now, times);
      expect(await rows.idempotency.begin(repeat, now + 1, times)).toEqual({
        kind: "in_progress",
        retryAfterMs: minute - 1,
      });
      const another = { ...repeat, requestHash: "another" };
      expect(await rows.idempotency.begin(another, now + minute, times)).toEqual({ kind: "conflict" });
      expect(await rows.idempotency.begin(repeat, now + minute, times)).toEqual({ kind: "started" });
      await rows.idempotency.finish(lost, { status: 200, sealed: "too late" }).execute();
      expect(await rows.idempotency.begin(lost, now + minute, times)).toMatchObject({ kind: "in_progress" });
    });

    describe("of one person", () => {
      const keyed = (keyHash: string, owner = userId) => ({ ...request(), keyHash, userId: owner });
      const keep = async (keyHash: string, at: number, sealed: string, owner = userId) => {
        const run = keyed(keyHash, owner);
        await rows.idempotency.begin(run, at, times);
        await rows.idempotency.finish(run, { status: 200, sealed }).execute();
      };
      const kept = async (owner: string) => {
        const found = await database.kysely
          .selectFrom("idempotency")
          .select("key_hash")
          .where("user_id", "=", owner)
          .execute();
        return found.map(({ key_hash }) => key_hash).sort();
      };

      test("are trimmed by their oldest tenth beyond a number, and those of others are left alone", async () => {
        const other = `${userId} other`;
        for (let at = 0; at < 11; at += 1) await keep(`n${10 + at}`, now + at, "answer");
        for (let at = 0; at < 11; at += 1) await keep(`n${10 + at}`, now + at, "answer", other);
        await rows.idempotency.trim(userId, now + 11, { number: 11, bytes: 1_000 });
        expect(await kept(userId)).toHaveLength(11);
        await rows.idempotency.trim(userId, now + 11, { number: 10, bytes: 1_000 });
        expect(await kept(userId)).toEqual(Array.from({ length: 9 }, (_, at) => `n${12 + at}`));
        expect(await kept(other)).toHaveLength(11);
        await eraseRows(database, userId);
        await eraseRows(database, other);
      });

      test("are trimmed beyond a number of bytes, also of one moment", async () => {
        for (let at = 0; at < 4; at += 1) await keep(`b${at}`, now, "x".repeat(100));
        await keep("small", now + 1, "x");
        await rows.idempotency.trim(userId, now + 5, { number: 100, bytes: 401 });
        expect(await kept(userId)).toHaveLength(5);
        await rows.idempotency.trim(userId, now + 5, { number: 100, bytes: 300 });
        expect(await kept(userId)).toEqual(["b0", "b1", "small"]);
        await eraseRows(database, userId);
      });

      test("a run that may still end is kept, and one that was lost is not", async () => {
        await rows.idempotency.begin(keyed("run"), now, times);
        for (let at = 1; at < 4; at += 1) await keep(`k${at}`, now + at, "answer");
        await rows.idempotency.trim(userId, now + 4, { number: 3, bytes: 1_000 });
        expect(await kept(userId)).toEqual(["k2", "k3", "run"]);
        await rows.idempotency.trim(userId, now + minute, { number: 2, bytes: 1_000 });
        expect(await kept(userId)).toEqual(["k3"]);
        await eraseRows(database, userId);
      });
    });

    test("takes no key for an erased person", async () => {
      const run = request();
      await database.batch([rows.tombstones.insert(run.person, now)]);
      expect(await rows.idempotency.begin(run, now, times)).toEqual({ kind: "erased" });
    });

    test("an abandoned key is free", async () => {
      const mine = request();
      await rows.idempotency.begin(mine, now, times);
      await rows.idempotency.release(mine).execute();
      expect(await rows.idempotency.begin({ ...mine, requestHash: "x" }, now, times)).toEqual({
        kind: "started",
      });
      await eraseRows(database, userId);
    });
  });

  test("canaries and secrets are stored once: the first instance wins", async () => {
    const [kid, name] = [randomUUID(), randomUUID()];
    await rows.canaries.insert(kid, "first");
    await rows.canaries.insert(kid, "second");
    expect(await rows.canaries.find(kid)).toBe("first");
    await rows.secrets.insert({ name, kid, sealed: "first" });
    await rows.secrets.insert({ name, kid, sealed: "second" });
    const secret = { name, kid, sealed: "first" };
    expect(await rows.secrets.find(name)).toEqual(secret);
    const state = await rows.canaries.readKeyState();
    expect(state.kidsInUse).toContain(kid);
    expect([state.canaries.get(kid), state.secrets.get(name)]).toEqual(["first", "first"]);
    expect(await rows.secrets.sealedUnderOtherKeys("another")).toContainEqual(secret);
    expect(await rows.secrets.reseal(secret, "k2", "resealed")).toBe(true);
    expect(await rows.secrets.reseal(secret, "k3", "late")).toBe(false);
  });

  test("a shared token is replaced by the next, and gone when it expires", async () => {
    const name = randomUUID();
    await rows.sharedTokens.save(name, "one", now + 1);
    expect(await rows.sharedTokens.find(name, now)).toBe("one");
    await rows.sharedTokens.save(name, "two", now + minute);
    expect(await rows.sharedTokens.find(name, now + 1)).toBe("two");
    expect(await rows.sharedTokens.find(name, now + minute)).toBeUndefined();
  });

  test("a state of the page is taken once, by its owner, and only the newest are kept", async () => {
    const [userId, person] = [randomUUID(), randomUUID()];
    const state = (id: string, expiresAt: number) => ({ userId, id, kind: "pending", sealed: id, expiresAt });
    const key = (id: string) => ({ userId, id, kind: "pending" });
    await database.batch([1, 2, 3].map((at) => rows.pageStates.save(state(`s${at}`, now + at), person)));
    expect(await rows.pageStates.find({ ...key("s1"), userId: randomUUID() }, now)).toBeUndefined();
    expect(await rows.pageStates.find({ ...key("s1"), kind: "change" }, now)).toBeUndefined();
    await database.batch([rows.pageStates.keepNewest(userId, 2)]);
    expect((await rows.pageStates.ids(userId, "pending", now)).toSorted()).toEqual(["s2", "s3"]);
    expect(await rows.pageStates.take(key("s2"), now + 2)).toBeUndefined();
    const taken = await Promise.all([1, 2].map(() => rows.pageStates.take(key("s3"), now)));
    expect(taken.filter((sealed) => sealed !== undefined)).toEqual(["s3"]);
  });
}
