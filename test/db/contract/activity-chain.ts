/** The chain of activity, on every database: what a tampered table says of itself, and what is no tampering. */
import { randomUUID } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import { beforeEach, expect, test } from "vitest";
import { eraseRows } from "../../../db/erase.ts";
import { purgeExpired } from "../../../db/purge.ts";
import type { Db } from "../../../db/repositories.ts";
import { activityKeptMs } from "../../../db/tables.ts";
import type { Fault } from "../../../src/activity-proof/check-chain.ts";
import { proveNewest } from "../../../src/activity-proof/prove-newest.ts";
import { verifyEverybody, verifyPerson } from "../../../src/activity-proof/verify-activity.ts";
import { resealHeads } from "../../../src/vault/reseal-heads.ts";
import { chained, testChainKeys } from "../../support/activity.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { useShared } from "../../support/fixtures.ts";

export function activityChainContract(testDatabase: TestDatabase) {
  /** Later than what the other contracts look at: they come first. */
  const start = 3_000_000_000_000;

  const database = useShared(() => chained(testDatabase.open()));
  let userId: string;
  beforeEach(async () => {
    userId = randomUUID();
    await record(5);
  });

  const entry = (at: number, of = userId) => {
    const names = { event: "profile.updated", clientId: "web", requestId: "r" };
    return database.activity.insert({ userId: of, at, ...names, detail: { fields: ["/name"] } });
  };
  const record = async (count: number, from = start, db: Pick<Db, "batch"> = database) => {
    await db.batch(Array.from({ length: count }, (_, index) => entry(from + index)));
  };
  const servicesAt = (now: number) => ({
    db: database,
    platform: { now: () => now },
    vault: { activity: testChainKeys() },
  });
  const faultsAt = async (now: number): Promise<string[]> =>
    (await verifyPerson(servicesAt(now), userId)).faults.map(inWords);
  const inWords = ({ kind, from, to }: Fault) =>
    [kind, from, to].filter((part) => part !== undefined).join(" ");
  const faults = () => faultsAt(start + 1_000);
  const tamper = (statement: RawBuilder<unknown>) => statement.execute(database.kysely);
  const plain = (
    of: string,
    at: number,
  ) => sql`insert into activity (id, user_id, at, event, client_id, request_id,
    detail) values (${randomUUID()}, ${of}, ${at}, 'e', 'c', 'r', '{}')`;

  test("says nothing of what nobody has touched, and counts it", async () => {
    const report = await verifyPerson(servicesAt(start + 1_000), userId);
    expect(report).toMatchObject({ entries: 5, people: 1, faults: [] });
    expect(await proveNewest(servicesAt(start + 1_000), userId)).toEqual({
      completeSince: start,
      gapFound: false,
    });
  });

  type Tampering = (who: string) => { statement: RawBuilder<unknown>; found: string[] };
  const tamperings: Record<string, Tampering> = {
    changed: (who) => ({
      statement: sql`update activity set detail = '{"fields":[]}' where user_id = ${who} and sequence = 3`,
      found: ["changed 3 3"],
    }),
    "dated back": (who) => ({
      statement: sql`update activity set at = at - 1 where user_id = ${who} and sequence = 5`,
      found: ["changed 5 5"],
    }),
    removed: (who) => ({
      statement: sql`delete from activity where user_id = ${who} and sequence in (2, 3)`,
      found: ["removed 2 3"],
    }),
    "removed at the beginning": (who) => ({
      statement: sql`delete from activity where user_id = ${who} and sequence = 1`,
      found: ["removed 1 1"],
    }),
    truncated: (who) => ({
      statement: sql`delete from activity where user_id = ${who} and sequence > 3`,
      found: ["truncated 4 5"],
    }),
    "all removed": (who) => ({
      statement: sql`delete from activity where user_id = ${who}`,
      found: ["truncated 1 5"],
    }),
    "robbed of the head": (who) => ({
      statement: sql`delete from activity_heads where user_id = ${who}`,
      found: ["head"],
    }),
    "inserted without a seal": (who) => ({ statement: plain(who, start + 2), found: ["inserted"] }),
    "inserted with the seal of another": (who) => ({
      statement: sql`insert into activity (id, user_id, at, event, client_id, request_id, detail, sequence,
          previous_at, previous_mac, kid, mac)
        select 'copy of ' || id, user_id, at, event, client_id, request_id, detail, 6, previous_at, previous_mac, kid,
          mac
        from activity where user_id = ${who} and sequence = 5`,
      found: ["changed 6 6", "head"],
    }),
    "robbed of its seal": (who) => ({
      statement: sql`update activity set sequence = null where user_id = ${who} and sequence = 2`,
      found: ["removed 2 2", "inserted"],
    }),
    "under a key that nobody has": (who) => ({
      statement: sql`update activity set kid = 'k9' where user_id = ${who} and sequence = 2`,
      found: ["unknown_key 2 2"],
    }),
  };

  test("finds each kind of tampering among everybody, and for the person", async () => {
    const people = Object.entries(tamperings).map(([what, of]) => {
      const who = randomUUID();
      return { who, what, ...of(who) };
    });
    await database.batch(
      people.flatMap(({ who }) => [0, 1, 2, 3, 4].map((index) => entry(start + index, who))),
    );
    for (const { statement } of people) await tamper(statement);
    const { faults: ofAll } = await verifyEverybody(servicesAt(start + 1_000));
    for (const { who, what, found } of people) {
      const told = ofAll.filter((fault) => fault.userId === who).map(inWords);
      expect({ what, told }).toEqual({ what, told: found });
    }
    const proofs = await Promise.all(people.map(({ who }) => proveNewest(servicesAt(start + 1_000), who)));
    expect(proofs.every(({ gapFound }) => gapFound)).toBe(true);
    expect(ofAll.filter(({ userId: of }) => of === userId)).toEqual([]);
  });

  test("finds two entries that changed places, also with their seals", async () => {
    await tamper(
      sql`update activity set sequence = -sequence where user_id = ${userId} and sequence in (2, 3)`,
    );
    await tamper(sql`update activity set sequence = 5 + sequence where user_id = ${userId} and sequence < 0`);
    expect(await faults()).toEqual(["changed 2 2", "changed 3 3"]);
  });

  test("finds the head set back to an entry that is there", async () => {
    await tamper(sql`delete from activity where user_id = ${userId} and sequence = 5`);
    await tamper(sql`update activity_heads set sequence = 4,
      mac = (select mac from activity where user_id = ${userId} and sequence = 4) where user_id = ${userId}`);
    expect(await faults()).toEqual(["head"]);
  });

  test.each<[string, () => RawBuilder<unknown>]>([
    [
      "a head set back",
      () => sql`update activity_heads set sequence = 4,
      mac = (select mac from activity where user_id = ${userId} and sequence = 4) where user_id = ${userId}`,
    ],
    ["a head that is gone", () => sql`delete from activity_heads where user_id = ${userId}`],
  ])("is not made whole by the entries that follow %s", async (_what, statement) => {
    await tamper(sql`delete from activity where user_id = ${userId} and sequence = 5`);
    await tamper(statement());
    await record(2, start + 10, chained(testDatabase.open()));
    expect(await faults()).toEqual(["removed 5 5"]);
    expect(await proveNewest(servicesAt(start + 1_000), userId)).toEqual({
      completeSince: start + 10,
      gapFound: true,
    });
  });

  test("stays whole while two instances record for one person at once", async () => {
    const other = chained(testDatabase.open());
    const all = Array.from({ length: 12 }, (_, index) =>
      (index % 2 ? other : database).batch([entry(start + 10 + index), entry(start + 10 + index)]),
    );
    await Promise.all(all);
    expect(await verifyPerson(servicesAt(start + 1_000), userId)).toMatchObject({ entries: 29, faults: [] });
  });

  test("takes nothing of a batch whose guard fails, and goes on", async () => {
    const guard = { fence: { userId, token: "nobody" } };
    const names = { event: "e", clientId: "c", requestId: "r", detail: {} };
    const refused = database.activity.insert({ userId, at: start, ...names }, guard);
    expect((await database.batch([refused]))[0]?.affected).toBe(0);
    await record(1, start + 10);
    expect(await verifyPerson(servicesAt(start + 1_000), userId)).toMatchObject({ entries: 6, faults: [] });
  });

  test("is verified on after a purge, which is no fault; what was removed beside it is", async () => {
    const later = start + activityKeptMs + 2;
    await record(2, start + activityKeptMs);
    await purgeExpired(database, later);
    const report = await verifyPerson(servicesAt(later), userId);
    expect(report).toMatchObject({ entries: 4, faults: [] });
    await tamper(sql`delete from activity where user_id = ${userId} and sequence in (4, 5, 6)`);
    expect(await faultsAt(later)).toEqual(["removed 1 6"]);
  });

  test("is whole when every entry has expired, and goes on from its head", async () => {
    const later = start + 2 * activityKeptMs;
    await purgeExpired(database, later);
    expect(await verifyPerson(servicesAt(later), userId)).toMatchObject({
      entries: 0,
      people: 1,
      faults: [],
    });
    await record(1, later);
    expect(await verifyPerson(servicesAt(later), userId)).toMatchObject({ entries: 1, faults: [] });
  });

  test("goes with an erasure", async () => {
    await eraseRows(database, userId);
    expect(await database.activityHeads.find(userId)).toBeUndefined();
    expect(await verifyPerson(servicesAt(start + 1_000), userId)).toMatchObject({ people: 0, faults: [] });
  });

  test("goes on under another key: the head is sealed anew, the entries stay", async () => {
    await resealHeads({ activity: testChainKeys("k2") }, database);
    expect(await database.activityHeads.find(userId)).toMatchObject({ kid: "k2", sequence: 5 });
    expect(await faults()).toEqual([]);
    await record(1, start + 10, chained(testDatabase.open(), "k2"));
    expect(await faults()).toEqual([]);
  });

  test("of somebody who was there before begins at the first new entry, and finds what is added after the upgrade", async () => {
    userId = randomUUID();
    const upgraded = { ...servicesAt(start + 1_000), vault: { activity: testChainKeys("k1", start + 2) } };
    await tamper(plain(userId, start));
    expect(await proveNewest(upgraded, userId)).toEqual({ completeSince: null, gapFound: false });
    expect(await verifyPerson(upgraded, userId)).toMatchObject({ unproven: 1, faults: [] });
    await record(1, start + 10);
    await tamper(plain(userId, start + 2));
    const proof = { completeSince: start + 10, gapFound: false };
    expect(await proveNewest(upgraded, userId)).toEqual(proof);
    await tamper(plain(userId, start + 3));
    expect((await verifyPerson(upgraded, userId)).faults.map(inWords)).toEqual(["inserted"]);
  });
}
