/** The pictures of people, on every database. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createRepositories } from "../../../db/repositories.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { useShared } from "../../support/fixtures.ts";

export function avatarsContract(testDatabase: TestDatabase) {
  const database = useShared(() => testDatabase.open());

  test("a person has one picture, and one that others have too goes for them alone", async () => {
    const { avatars } = createRepositories(database);
    const [one, other] = [randomUUID(), randomUUID()];
    const [first, second] = [randomUUID(), randomUUID()];
    // The longest there is: 128 KiB as base64url.
    const picture = { hash: first, type: "image/png", content: "c".repeat(174_763) };
    await database.batch([avatars.save(picture, one, 1), avatars.save(picture, other, 1)]);
    expect(await avatars.find(first)).toEqual(picture);
    await database.batch([avatars.save({ ...picture, hash: second }, one, 2)]);
    expect([await avatars.hashOf(one), await avatars.hashOf(other)]).toEqual([second, first]);
    await database.batch([avatars.delete(one, second), avatars.delete(other, null)]);
    expect([await avatars.find(first), await avatars.hashOf(one)]).toEqual([undefined, second]);
  });
}
