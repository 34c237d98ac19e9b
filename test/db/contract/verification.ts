/** Step-up records, proofs and codes, on every database. */
import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { createRepositories } from "../../../db/repositories.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { useShared } from "../../support/fixtures.ts";

export function verificationContract(testDatabase: TestDatabase) {
  const now = 1_800_000_000_000;
  const minute = 60_000;

  const database = useShared(() => testDatabase.open());
  const rows = useShared(() => createRepositories(database));
  let userId: string;
  beforeEach(() => {
    userId = randomUUID();
  });

  describe("verification records", () => {
    const record = () => ({
      idHash: randomUUID(),
      userId,
      boundTo: "client:web",
      method: "password",
      createdAt: now,
      expiresAt: now + 10 * minute,
    });

    test("are found only by their owner, where they are bound, while they live", async () => {
      const mine = record();
      const { verificationRecords } = rows;
      await database.batch([verificationRecords.insert(mine)]);
      expect(await verificationRecords.find(mine, now)).toEqual(mine);
      expect(await verificationRecords.find({ ...mine, userId: "other" }, now)).toBeUndefined();
      expect(await verificationRecords.find({ ...mine, boundTo: "client:spa" }, now)).toBeUndefined();
      expect(await verificationRecords.find(mine, mine.expiresAt)).toBeUndefined();
    });

    test("end together when the user's password changes", async () => {
      const [one, other] = [record(), record()];
      await database.batch([rows.verificationRecords.insert(one)]);
      await database.batch([rows.verificationRecords.insert(other)]);
      await database.batch([rows.verificationRecords.deleteAll(userId)]);
      expect(await rows.verificationRecords.find(other, now)).toBeUndefined();
    });
  });

  test("a proof belongs to one user and one address until it expires or all of them end", async () => {
    const proof = { userId, recipient: randomUUID(), expiresAt: now + minute };
    const { identifierProofs } = rows;
    await database.batch([identifierProofs.save({ ...proof, expiresAt: now + 1 })]);
    await database.batch([identifierProofs.save(proof)]);
    expect(await identifierProofs.find(userId, proof.recipient, now)).toEqual(proof);
    expect(await identifierProofs.find("other", proof.recipient, now)).toBeUndefined();
    expect(await identifierProofs.find(userId, proof.recipient, now + minute)).toBeUndefined();
    await database.batch([identifierProofs.deleteAll(userId)]);
    expect(await identifierProofs.find(userId, proof.recipient, now)).toBeUndefined();
  });

  describe("verification codes", () => {
    const code = () => ({
      recipient: randomUUID(),
      id: randomUUID(),
      userId,
      purpose: "new-identifier",
      sentAt: now,
      expiresAt: now + 10 * minute,
    });

    test("a new code replaces the former one, whoever asked", async () => {
      const { verificationCodes } = rows;
      const mine = code();
      await database.batch([verificationCodes.replace(mine)]);
      expect(await verificationCodes.find(mine.recipient, userId, now)).toEqual({ ...mine, tries: 0 });
      await verificationCodes.charge(mine.recipient, userId, now, 5);
      await database.batch([verificationCodes.replace({ ...mine, id: randomUUID(), userId: "other" })]);
      expect(await verificationCodes.find(mine.recipient, userId, now)).toBeUndefined();
      expect(await verificationCodes.charge(mine.recipient, userId, now, 5)).toBeUndefined();
      expect(await verificationCodes.find(mine.recipient, "other", now)).toMatchObject({ tries: 0 });
    });

    test("of 50 parallel tries five are let through; one taken back is let through again", async () => {
      const { verificationCodes } = rows;
      const mine = code();
      await database.batch([verificationCodes.replace(mine)]);
      const charge = () => verificationCodes.charge(mine.recipient, userId, now, 5);
      const tries = await Promise.all(Array.from({ length: 50 }, charge));
      expect(
        tries
          .map((charged) => charged?.tries ?? 0)
          .filter(Boolean)
          .sort(),
      ).toEqual([1, 2, 3, 4, 5]);
      await verificationCodes.refund(mine.id);
      expect(await charge()).toMatchObject({ id: mine.id, tries: 5 });
      expect(await charge()).toBeUndefined();
      expect(await verificationCodes.find(mine.recipient, userId, now)).toMatchObject({ tries: 5 });
      expect(await verificationCodes.charge(mine.recipient, userId, mine.expiresAt, 99)).toBeUndefined();
    });

    test("a code is consumed by one of twenty", async () => {
      const mine = code();
      await database.batch([rows.verificationCodes.replace(mine)]);
      const won = await Promise.all(
        Array.from({ length: 20 }, () => rows.verificationCodes.consume(mine.id)),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
    });
  });
}
