/** The limits, on every database. */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ChargeOutcome } from "../../../db/limits.ts";
import { purgeExpired } from "../../../db/purge.ts";
import { createRepositories } from "../../../db/repositories.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { useShared } from "../../support/fixtures.ts";

export function limitsContract(testDatabase: TestDatabase, storm: number) {
  const minute = 60_000;
  const now = 1_800_000_000_000;
  const repeat = <T>(times: number, work: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: times }, (_, index) => work(index)));

  const database = useShared(() => testDatabase.open());
  const other = useShared(() => testDatabase.open());
  const limits = () => createRepositories(database).limits;
  const password = () => ({
    bucket: `password:${randomUUID()}`,
    max: 5,
    windowMs: 15 * minute,
    lockMs: [15 * minute, 30 * minute, 60 * minute],
  });

  const receiptsOf = (outcome: ChargeOutcome) => (outcome.ok ? outcome.receipts : []);

  describe("limits", () => {
    test("lets as many attempts through as the window holds, then says when it opens again", async () => {
      const { charge } = limits();
      const sends = { bucket: randomUUID(), max: 2, windowMs: minute };
      expect(await charge([sends], now)).toMatchObject({ ok: true });
      expect(await charge([sends], now + 10_000)).toMatchObject({ ok: true });
      expect(await charge([sends], now + 20_000)).toEqual({
        ok: false,
        bucket: sends.bucket,
        retryAfterMs: 40_000,
      });
      expect(await charge([sends], now + minute)).toMatchObject({ ok: true });
    });

    test("charges every bucket or none", async () => {
      const { charge } = limits();
      const hourly = { bucket: `b:${randomUUID()}`, max: 3, windowMs: 60 * minute };
      const spaced = { bucket: `a:${randomUUID()}`, max: 1, windowMs: minute };
      expect(await charge([hourly, spaced], now)).toMatchObject({ ok: true });
      for (let attempt = 0; attempt < 5; attempt++) {
        expect(await charge([hourly, spaced], now + 1)).toMatchObject({ ok: false, bucket: spaced.bucket });
      }
      expect(await charge([hourly, spaced], now + minute)).toMatchObject({ ok: true });
      expect(await charge([hourly, spaced], now + 2 * minute)).toMatchObject({ ok: true });
      expect(await charge([hourly, spaced], now + 3 * minute)).toMatchObject({
        ok: false,
        bucket: hourly.bucket,
      });
    });

    test("says how long another attempt must wait, which is as long as the last full bucket", async () => {
      const { charge, wait } = limits();
      const hourly = { bucket: `b:${randomUUID()}`, max: 2, windowMs: 60 * minute };
      const spaced = { bucket: `a:${randomUUID()}`, max: 1, windowMs: minute };
      expect(await wait([hourly, spaced], now)).toBe(0);
      await charge([hourly, spaced], now);
      expect(await wait([hourly, spaced], now + 10_000)).toBe(50_000);
      expect(await wait([hourly, spaced], now + minute)).toBe(0);
      await charge([hourly, spaced], now + minute);
      expect(await wait([hourly, spaced], now + minute)).toBe(59 * minute);
      expect(await charge([hourly, spaced], now + 60 * minute)).toMatchObject({ ok: true });
    });

    test("locks for 15, 30, 60 and again 60 minutes, and forgets strikes a day after the last lock", async () => {
      const { charge } = limits();
      const wrong = password();
      let at = now;
      for (const lockMinutes of [15, 30, 60, 60]) {
        for (let attempt = 0; attempt < 5; attempt++)
          expect(await charge([wrong], at)).toMatchObject({ ok: true });
        expect(await charge([wrong], at)).toMatchObject({ retryAfterMs: lockMinutes * minute });
        at += lockMinutes * minute;
      }
      at += 24 * 60 * minute;
      for (let attempt = 0; attempt < 5; attempt++) await charge([wrong], at);
      expect(await charge([wrong], at)).toMatchObject({ retryAfterMs: 15 * minute });
    });

    test("remembers a strike for a day after its lock, also when its attempt is given back after that", async () => {
      const { charge, refund } = limits();
      const wrong = password();
      const day = 24 * 60 * minute;
      const five = async (at: number) => {
        const outcomes: ChargeOutcome[] = [];
        for (let attempt = 0; attempt < 5; attempt++) outcomes.push(await charge([wrong], at));
        return outcomes.flatMap(receiptsOf);
      };
      const receipts = await five(now);
      const unlocked = now + 15 * minute;
      await refund(receipts.slice(-1), unlocked);
      await five(unlocked + day - 1);
      expect(await charge([wrong], unlocked + day - 1)).toMatchObject({ retryAfterMs: 30 * minute });
    });

    test("remembers an ended lock through a purge", async () => {
      const wrong = password();
      for (let attempt = 0; attempt < 5; attempt++) await limits().charge([wrong], now);
      const unlocked = now + 15 * minute;
      await purgeExpired(database, unlocked);
      for (let attempt = 0; attempt < 5; attempt++) await limits().charge([wrong], unlocked);
      expect(await limits().charge([wrong], unlocked)).toMatchObject({ retryAfterMs: 30 * minute });
    });

    test("locks at the first attempt where one is allowed", async () => {
      const { charge } = limits();
      const single = { bucket: randomUUID(), max: 1, windowMs: minute, lockMs: [5 * minute, 9 * minute] };
      expect(await charge([single], now)).toMatchObject({ ok: true });
      expect(await charge([single], now + minute)).toMatchObject({ retryAfterMs: 4 * minute });
      expect(await charge([single], now + 5 * minute)).toMatchObject({ ok: true });
      expect(await charge([single], now + 6 * minute)).toMatchObject({ retryAfterMs: 8 * minute });
    });

    test("gives a refunded attempt back, and with it the lock it caused", async () => {
      const { charge, refund } = limits();
      const wrong = password();
      for (let attempt = 0; attempt < 4; attempt++) await charge([wrong], now);
      await refund(receiptsOf(await charge([wrong], now)), now);
      expect(await charge([wrong], now + 14 * minute)).toMatchObject({ ok: true });
      // Had the strike stayed, this lock would last 30 minutes.
      expect(await charge([wrong], now + 14 * minute)).toMatchObject({ retryAfterMs: 15 * minute });
    });

    test("a refund restores the end of the window", async () => {
      const { charge, refund } = limits();
      const wrong = password();
      for (let attempt = 0; attempt < 4; attempt++) await charge([wrong], now + attempt * minute);
      await refund(receiptsOf(await charge([wrong], now + 4 * minute)), now + 5 * minute);
      for (let attempt = 0; attempt < 5; attempt++)
        expect(await charge([wrong], now + 15 * minute)).toMatchObject({ ok: true });
    });

    test("takes nothing back from another window than the one an attempt was counted in", async () => {
      const { charge, refund } = limits();
      const one = { bucket: randomUUID(), max: 1, windowMs: minute };
      const late = receiptsOf(await charge([one], now));
      expect(await charge([one], now + minute)).toMatchObject({ ok: true });
      await refund(late, now + minute);
      expect(await charge([one], now + minute)).toMatchObject({ ok: false });
    });

    test("counts nothing for an erased person", async () => {
      const { charge } = limits();
      const person = randomUUID();
      await database.batch([createRepositories(database).tombstones.insert(person, now)]);
      const one = { bucket: randomUUID(), max: 1, windowMs: minute };
      expect(await charge([one], now, { person })).toMatchObject({ ok: false });
      expect(await charge([one], now)).toMatchObject({ ok: true });
    });

    test("never counts below zero", async () => {
      const { charge, refund } = limits();
      const one = { bucket: randomUUID(), max: 1, windowMs: minute };
      const receipts = receiptsOf(await charge([one], now));
      await refund(receipts, now);
      await refund(receipts, now);
      expect(await charge([one], now)).toMatchObject({ ok: true });
      expect(await charge([one], now)).toMatchObject({ ok: false });
    });

    test("of a storm of charges over two instances exactly five succeed", async () => {
      const instances = [limits(), createRepositories(other).limits];
      const wrong = password();
      const address = { bucket: `address:${randomUUID()}`, max: 30, windowMs: minute };
      const outcomes = await repeat(storm, async (index) =>
        instances[index % 2]?.charge([wrong, address], now),
      );
      expect(outcomes.filter((outcome) => outcome?.ok)).toHaveLength(5);
      expect(outcomes.filter((outcome) => outcome?.ok === false)).toHaveLength(storm - 5);
      const left = await repeat(30, () => limits().charge([address], now));
      expect(left.filter(({ ok }) => ok)).toHaveLength(25);
    });
  });
}
