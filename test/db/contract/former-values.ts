/** What is promised of the former values of changes. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createRepositories } from "../../../db/repositories.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { useShared } from "../../support/fixtures.ts";

const now = 1_800_000_000_000;

export function formerValuesContract(testDatabase: TestDatabase) {
  const database = useShared(() => testDatabase.open());
  const repository = () => createRepositories(database).formerValues;

  const stored = (userId: string, field: string, kind: "identifier" | "fields", id: string) => {
    const row = { id, userId, kind, fields: [field], requestId: "r", kid: "k1", sealed: id } as const;
    const times = { tokenHash: kind === "fields" ? null : `hash of ${id}`, madeAt: now, expiresAt: now + 1 };
    return repository().insert({ ...row, ...times }, {});
  };
  const store = async (userId: string, field: string, kind: "identifier" | "fields" = "identifier") => {
    const id = randomUUID();
    await database.batch([stored(userId, field, kind, id)]);
    return id;
  };
  const idsOf = async (userId: string) => (await repository().list(userId, now)).map(({ id }) => id);
  const byToken = async (id: string) => (await repository().findByToken(`hash of ${id}`, now))?.id;

  test("a former value is found by its owner and by its token, until it expires", async () => {
    const userId = randomUUID();
    const id = await store(userId, "/username");
    expect(await repository().find(userId, id, now)).toMatchObject({
      id,
      sequence: 1,
      fields: ["/username"],
    });
    expect(await repository().find(randomUUID(), id, now)).toBeUndefined();
    expect(await byToken(id)).toBe(id);
    expect(await repository().find(userId, id, now + 1)).toBeUndefined();
    expect(await repository().findByToken(`hash of ${id}`, now + 1)).toBeUndefined();
  });

  test("what an older value ends: later ones of the same field, and the tokens of all later ones", async () => {
    const userId = randomUUID();
    const [oldest, email, phone, later] = [
      await store(userId, "/primaryEmail"),
      await store(userId, "/primaryEmail"),
      await store(userId, "/primaryPhone"),
      await store(userId, "/primaryEmail"),
    ];
    await database.batch(repository().endFrom({ userId, fields: ["/primaryEmail"], sequence: 2 }, {}));
    expect(await idsOf(userId)).toEqual([phone, oldest]);
    expect([await byToken(oldest), await byToken(phone)]).toEqual([oldest, undefined]);
    expect([await byToken(email), await byToken(later)]).toEqual([undefined, undefined]);
  });

  test("the first changes of an identifier are kept, and the newest of other fields", async () => {
    const userId = randomUUID();
    const first = await store(userId, "/username");
    const name = await store(userId, "/name", "fields");
    const many = (count: number, field: string, kind: "identifier" | "fields") =>
      Array.from({ length: count }, () => stored(userId, field, kind, randomUUID()));
    await database.batch([
      ...many(25, "/username", "identifier"),
      ...many(40, "/name", "fields"),
      repository().keepNewest(userId),
    ]);
    const kept = await repository().list(userId, now);
    expect(kept.filter(({ kind }) => kind === "identifier")).toHaveLength(20);
    expect(kept.map(({ id }) => id)).toContain(first);
    expect(kept.filter(({ kind }) => kind === "fields")).toHaveLength(40);
    expect(kept.map(({ id }) => id)).not.toContain(name);
  });

  test("a rotation seals one anew, unless it has changed since it was read", async () => {
    const id = await store(randomUUID(), "/username");
    expect(await repository().kids()).toContain("k1");
    const reseal = (sealed: string) => database.batch([repository().reseal("k2", { id, sealed }, "anew")]);
    expect(await reseal("other")).toMatchObject([{ affected: 0 }]);
    expect(await reseal(id)).toMatchObject([{ affected: 1 }]);
    expect(await repository().sealedUnder("k2", 1000)).toContainEqual(
      expect.objectContaining({ id, sealed: "anew" }),
    );
  });
}
