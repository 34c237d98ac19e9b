/** Epochs, revocations and tombstones, on every database. */
import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { purgeExpired } from "../../../db/purge.ts";
import { createRepositories } from "../../../db/repositories.ts";
import { chained } from "../../support/activity.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { useShared } from "../../support/fixtures.ts";

export function groundsContract(testDatabase: TestDatabase) {
  const now = 1_800_000_000_000;
  const minute = 60_000;

  const database = useShared(() => chained(testDatabase.open()));
  const rows = useShared(() => createRepositories(database));
  let fence: { userId: string; token: string };
  let userId: string;
  let person: string;
  beforeEach(async () => {
    userId = randomUUID();
    person = `hash of ${userId}`;
    fence = { userId, token: "writer" };
    await rows.leases.acquire(userId, fence.token, now, minute);
  });

  describe("a ground", () => {
    const raise = (at = now) => database.batch([rows.credentialEpochs.raise(fence, at)]);
    const confirm = async (ground: { userId: string; epoch: number }) =>
      (await database.batch([rows.credentialEpochs.confirm(ground, person, now)]))[0]?.affected;

    test("stands until it is raised, for somebody who never had one too", async () => {
      const first = await rows.credentialEpochs.ground(userId);
      expect(first).toEqual({ userId, epoch: 0 });
      expect([await confirm(first), await confirm(first)]).toEqual([1, 1]);
      await raise();
      expect(await confirm(first)).toBe(0);
      expect(await confirm(await rows.credentialEpochs.ground(userId))).toBe(1);
    });

    test("that was raised lets nothing be stored that was granted on it", async () => {
      const ground = await rows.credentialEpochs.ground(userId);
      const proof = { userId, recipient: `address of ${userId}`, expiresAt: now + minute };
      await raise();
      await database.batch([rows.identifierProofs.save(proof, { ground })]);
      expect(await rows.identifierProofs.find(userId, proof.recipient, now)).toBeUndefined();
    });

    test("is a new one at every raise, also within a millisecond and when the clock goes back", async () => {
      const seen = new Set<number>();
      for (const at of [now, now, now - minute, now + 1]) {
        await raise(at);
        seen.add((await rows.credentialEpochs.ground(userId)).epoch);
      }
      expect(seen.size).toBe(4);
    });

    test("does not stand again after its row expired", async () => {
      await raise();
      const old = await rows.credentialEpochs.ground(userId);
      await database.kysely.deleteFrom("credential_epochs").where("user_id", "=", userId).execute();
      expect(await confirm(old)).toBe(0);
      await raise(now + minute);
      expect(await confirm(old)).toBe(0);
    });

    test("is raised by the writer alone who holds the lease", async () => {
      const ground = await rows.credentialEpochs.ground(userId);
      await database.batch([rows.credentialEpochs.raise({ userId, token: "another" }, now)]);
      expect(await confirm(ground)).toBe(1);
    });

    test("of an erased person does not stand", async () => {
      const ground = await rows.credentialEpochs.ground(userId);
      await database.batch([rows.tombstones.insert(person, now)]);
      expect(await confirm(ground)).toBe(0);
    });

    test("and a grant upon it are in one order: of twenty that race with a change, none outlives it", async () => {
      const other = createRepositories(testDatabase.open());
      const ground = await rows.credentialEpochs.ground(userId);
      const grants = Array.from({ length: 20 }, (_, index) => {
        const record = {
          idHash: `${userId} ${index}`,
          userId,
          boundTo: "client:web",
          method: "password",
          createdAt: now,
          expiresAt: now + minute,
        };
        return database.batch([
          rows.credentialEpochs.confirm(ground, person, now),
          rows.verificationRecords.insert(record, { ground, person }),
        ]);
      });
      const change = database.batch([
        other.credentialEpochs.raise(fence, now),
        other.verificationRecords.deleteAll(userId, { fence }),
      ]);
      await Promise.all([...grants, change]);
      const left = await database.kysely
        .selectFrom("verification_records")
        .select("id_hash")
        .where("user_id", "=", userId)
        .execute();
      expect(left).toEqual([]);
    });
  });

  describe("a revocation", () => {
    const request = (begunBefore: number) =>
      database.batch([
        rows.revocations.request(fence, { begunBefore: begunBefore, keptSid: null }, now + minute),
      ]);
    const due = async (at: number) => (await rows.revocations.due(at, 1000)).includes(userId);

    test("is due at its time, and taken by one of several who come for it", async () => {
      await request(now);
      expect([await due(now), await due(now + minute)]).toEqual([false, true]);
      const taken = await Promise.all(
        Array.from({ length: 5 }, () => rows.revocations.take(userId, now + minute, now + 2 * minute)),
      );
      expect(taken.filter(Boolean)).toEqual([{ userId, begunBefore: now, keptSid: null, attempts: 1 }]);
      expect(await due(now + minute)).toBe(false);
    });

    test("is replaced by a later one, which neither completes nor puts it off", async () => {
      await request(now);
      await request(now + 1);
      await rows.revocations.postpone(
        { userId, begunBefore: now, keptSid: null, attempts: 1 },
        now + 10 * minute,
      );
      await rows.revocations.complete({ userId, begunBefore: now, keptSid: null, attempts: 1 });
      expect(await rows.revocations.take(userId, now + minute, now + 2 * minute)).toMatchObject({
        begunBefore: now + 1,
      });
      await rows.revocations.complete({ userId, begunBefore: now + 1, keptSid: null, attempts: 1 });
      expect(await rows.revocations.take(userId, now + 9 * minute, now)).toBeUndefined();
    });
  });

  test("an ending is taken by one of several who come for it, and stays until it is complete", async () => {
    const ending = { userId, kind: "grant", target: "grant-1" } as const;
    await database.batch([rows.endings.request(fence, ending, now + minute)]);
    const isDue = async (at: number) =>
      (await rows.endings.due(at, 1000)).some(({ userId: whose }) => whose === userId);
    expect([await isDue(now), await isDue(now + minute)]).toEqual([false, true]);
    const take = () => rows.endings.take(ending, now + minute, now + 2 * minute);
    expect((await Promise.all([take(), take(), take()])).filter(Boolean)).toEqual([1]);
    await rows.endings.postpone(ending, now + 5 * minute);
    expect([await isDue(now + 4 * minute), await isDue(now + 5 * minute)]).toEqual([false, true]);
    await database.batch([rows.endings.complete(ending)]);
    expect(await isDue(now + 5 * minute)).toBe(false);
  });

  test("a tombstone keeps whatever names the person out", async () => {
    await database.batch([rows.tombstones.insert(person, now)]);
    await database.batch([rows.tombstones.insert(person, now + 1)]);
    const entry = { userId, at: now, event: "e", clientId: "c", requestId: "r", detail: {} };
    const [refused] = await database.batch([rows.activity.insert(entry, { person })]);
    expect(refused?.affected).toBe(0);
    await purgeExpired(database, now + 23 * 60 * minute);
    expect(await rows.tombstones.exists(person)).toBe(true);
  });
}
