/** Migrations, batches, leases and fences, on every database. */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import { compilable, type Fence } from "../../../db/guard.ts";
import { createRepositories } from "../../../db/repositories.ts";
import { chained } from "../../support/activity.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { useShared } from "../../support/fixtures.ts";

export function batchesContract(testDatabase: TestDatabase) {
  const now = 1_800_000_000_000;
  const minute = 60_000;

  const database = useShared(() => chained(testDatabase.open()));
  const rows = useShared(() => createRepositories(database));
  let userId: string;
  beforeEach(() => {
    userId = randomUUID();
  });

  const save = (sealed: string, fence?: Fence) =>
    rows.vaults.save({ userId, kid: "k1", sealed, now }, { fence });
  const happened = (fence?: Fence) =>
    rows.activity.insert(
      { userId, at: now, event: "profile.changed", clientId: "web", requestId: "r", detail: {} },
      { fence },
    );

  describe("migrations", () => {
    test("change nothing when they are applied again, by several instances at once", async () => {
      await database.batch([save("kept")]);
      await Promise.all(
        [database, testDatabase.open(), testDatabase.open()].map((instance) => instance.migrate()),
      );
      expect(await rows.vaults.find(userId)).toMatchObject({ sealed: "kept" });
    });
  });

  describe("a batch", () => {
    test("answers each statement with its rows and how many it affected", async () => {
      const results = await database.batch([
        save("one"),
        database.kysely.selectFrom("vault").select("sealed").where("user_id", "=", userId),
        database.kysely
          .updateTable("vault")
          .set({ sealed: "two" })
          .where("user_id", "=", userId)
          .returning("sealed"),
        database.kysely.deleteFrom("vault").where("user_id", "=", "nobody"),
      ]);
      expect(results.map(({ affected }) => affected)).toEqual([1, 1, 1, 0]);
      expect(results.map(({ rows }) => rows)).toEqual([[], [{ sealed: "one" }], [{ sealed: "two" }], []]);
    });

    test("applies nothing when one of its statements fails, and the bug stays a bug", async () => {
      const entry = { id: randomUUID(), userId, kind: "profile", sealed: "s", createdAt: now };
      const failed = database.batch([save("one"), rows.journal.insert(entry), rows.journal.insert(entry)]);
      await expect(failed).rejects.toThrow(/unique/i);
      await expect(failed).rejects.not.toMatchObject({ code: "storage_unavailable" });
      expect(await rows.vaults.find(userId)).toBeUndefined();
      expect(await rows.journal.forUser(userId, now)).toEqual([]);
    });

    test("with a mistake in its SQL is a bug, and the database goes on working", async () => {
      const mistake = compilable(database.kysely, sql`selec nothing`);
      await expect(database.batch([save("one"), mistake])).rejects.toThrow(/syntax/);
      expect(await rows.vaults.find(userId)).toBeUndefined();
    });

    test("of no statements does nothing", async () => {
      expect(await database.batch([])).toEqual([]);
    });

    test("keeps numbers beyond 32 bits as they are", async () => {
      await database.batch([save("one")]);
      expect((await rows.vaults.find(userId))?.version).toBe(now);
    });
  });

  describe("a lease", () => {
    test("goes to one of twenty, and to the next once it is released or has expired", async () => {
      const instances = [rows, createRepositories(testDatabase.open())];
      const tokens = Array.from({ length: 20 }, () => randomUUID());
      const won = await Promise.all(
        tokens.map((token, index) => instances[index % 2]?.leases.acquire(userId, token, now, minute)),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      const token = tokens[won.indexOf(true)] ?? "";
      const [released] = await database.batch([rows.leases.release({ userId, token })]);
      expect(released?.affected).toBe(1);
      expect(await rows.leases.acquire(userId, "next", now, minute)).toBe(true);
      expect(await rows.leases.acquire(userId, "third", now + minute - 1, minute)).toBe(false);
      expect(await rows.leases.acquire(userId, "third", now + minute, minute)).toBe(true);
    });

    test("is given to nobody for an erased person", async () => {
      const person = `hash of ${userId}`;
      expect(await rows.leases.acquire(userId, "early", now, 0, { person })).toBe(true);
      await database.batch([rows.tombstones.insert(person, now)]);
      expect(await rows.leases.acquire(userId, "late", now, minute, { person })).toBe(false);
      await database.batch([rows.leases.release({ userId, token: "early" })]);
      expect(await rows.leases.acquire(userId, "late", now, minute, { person })).toBe(false);
      const left = await database.kysely
        .selectFrom("leases")
        .select("token")
        .where("user_id", "=", userId)
        .execute();
      expect(left).toEqual([]);
    });

    test("can be extended by its holder alone", async () => {
      await rows.leases.acquire(userId, "mine", now, minute);
      const extended = await database.batch(
        ["mine", "other"].map((token) => rows.leases.extend({ userId, token }, now + 1000, minute)),
      );
      expect(extended.map(({ affected }) => affected)).toEqual([1, 0]);
      expect(await rows.leases.acquire(userId, "next", now + minute, minute)).toBe(false);
    });
  });

  describe("a fenced batch", () => {
    const finish = (fence: Fence, instance = database) => {
      const id = randomUUID();
      return instance.batch([
        save("changed", fence),
        rows.journal.insert({ id, userId, kind: "profile", sealed: "s", createdAt: now }, { fence }),
        happened(fence),
        rows.leases.release(fence),
      ]);
    };

    test("takes effect while the lease is held, and says so last", async () => {
      const fence = { userId, token: "mine" };
      await rows.leases.acquire(userId, "mine", now, minute);
      expect((await finish(fence)).map(({ affected }) => affected)).toEqual([1, 1, 1, 1]);
      expect(await rows.vaults.find(userId)).toMatchObject({ sealed: "changed" });
    });

    test("changes nothing once another writer took the lease over", async () => {
      await database.batch([save("before")]);
      await rows.leases.acquire(userId, "slow", now, minute);
      await rows.leases.acquire(userId, "next", now + minute, minute);
      const results = await finish({ userId, token: "slow" });
      expect(results.map(({ affected }) => affected)).toEqual([0, 0, 0, 0]);
      expect(await rows.vaults.find(userId)).toMatchObject({ sealed: "before" });
      expect(await rows.journal.forUser(userId, now)).toEqual([]);
      expect((await rows.activity.list(userId, 10)).items).toEqual([]);
      const dropped = await database.batch([
        rows.verificationRecords.deleteAll(userId, { fence: { userId, token: "slow" } }),
        rows.leases.extend({ userId, token: "slow" }, now, minute),
      ]);
      expect(dropped.map(({ affected }) => affected)).toEqual([0, 0]);
    });

    test("is all or nothing while writers take the lease from each other", async () => {
      const other = chained(testDatabase.open());
      const attempts = Array.from({ length: 30 }, async (_, index) => {
        const instance = index % 2 ? other : database;
        const fence = { userId, token: `writer-${index}` };
        // Every lease has already expired for the next writer.
        await createRepositories(instance).leases.acquire(userId, fence.token, now + index, 0);
        return (await finish(fence, instance)).map(({ affected }) => affected);
      });
      const outcomes = await Promise.all(attempts);
      for (const outcome of outcomes) expect(new Set(outcome).size).toBe(1);
      const effective = outcomes.filter(([first]) => first === 1).length;
      expect((await rows.activity.list(userId, 100)).items).toHaveLength(effective);
      expect(await rows.journal.forUser(userId, now)).toHaveLength(effective);
    });
  });
}
