/** Work on many rows goes in pieces, on every database. */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { countRowsOf, eraseRows } from "../../../db/erase.ts";
import { countExpired, purgeExpired } from "../../../db/purge.ts";
import { tables } from "../../../db/tables.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { useShared } from "../../support/fixtures.ts";
import { type RecordedDatabase, recordStatements } from "../../support/recorded.ts";

/** Long before the rows of the other contracts expire: a purge here leaves them alone. */
const now = 1_000_000_000_000;
const expiredAt = now - tables.activity.expiry.keptMs;

export function growthContract(testDatabase: TestDatabase, syntax: "sqlite" | "postgres") {
  const plain = useShared(() => testDatabase.open());
  const recorded = (): RecordedDatabase => recordStatements(plain, syntax);

  /** Stores entries of one person in one statement, all of them at one time. */
  const store = async (userId: string, count: number, at = expiredAt) => {
    await sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${sql.lit(count)})
      insert into activity (id, user_id, at, event, client_id, request_id, detail)
      select ${sql.lit(userId)} || '-' || n, ${sql.lit(userId)}, ${sql.lit(at)}, 'e', 'c', 'r', '{}' from numbers`.execute(
      plain.kysely,
    );
  };
  const left = async (userId: string) => {
    const { rows } = await sql<{
      count: number;
    }>`select count(*) as count from activity where user_id = ${userId}`.execute(plain.kysely);
    return rows[0]?.count;
  };
  const piece = () => plain.background.rowsPerPiece;
  const piecesOf = ({ sent }: RecordedDatabase, table: string) =>
    sent.filter(({ sql: text }) => text.includes(`delete from "${table}"`));

  describe("a purge", () => {
    test("deletes many rows piece by piece, however many expired together", async () => {
      const [expired, live] = [randomUUID(), randomUUID()];
      await store(expired, 2 * piece() + 1);
      await store(live, 3, expiredAt + 1);
      const database = recorded();
      expect(await countExpired(plain, now)).toMatchObject({ activity: 2 * piece() + 1 });
      expect(await purgeExpired(database, now)).toBe(2 * piece() + 1);
      expect(await countExpired(plain, now)).not.toHaveProperty("activity");
      expect(piecesOf(database, "activity").map(({ affected }) => affected)).toEqual([
        piece(),
        piece(),
        1,
        0,
      ]);
      expect([await left(expired), await left(live)]).toEqual([0, 3]);
      await eraseRows(plain, live);
    });

    test("starts each piece where the one before ended", async () => {
      const person = randomUUID();
      for (let day = 0; day < 3; day++) await store(`${person}${day}`, piece(), expiredAt - 3 + day);
      const database = recorded();
      await purgeExpired(database, now);
      const starts = piecesOf(database, "activity").map(({ parameters }) => parameters[0]);
      expect(starts).toEqual([0, expiredAt - 3, expiredAt - 2, expiredAt - 1]);
    });

    test("ends after the piece in which its job is stopped, and the next one goes on", async () => {
      const person = randomUUID();
      await store(person, 2 * piece());
      const stopping = new AbortController();
      const database = recorded();
      database.onSend(() => {
        if (piecesOf(database, "activity").length === 1) stopping.abort();
      });
      expect(await purgeExpired(database, now, { signal: stopping.signal })).toBe(piece());
      expect(await left(person)).toBe(piece());
      expect(await purgeExpired(plain, now)).toBe(piece());
    });

    test("sends no more statements than a run may, and the next one goes on", async () => {
      const person = randomUUID();
      await store(person, piece());
      const { background, sent } = recorded();
      await purgeExpired({ background: { ...background, queriesPerRun: 2 } }, now);
      expect(sent).toHaveLength(2);
      expect(await purgeExpired(plain, now)).toBe(piece());
    });

    test("shares the work with purges of other instances", async () => {
      const person = randomUUID();
      await store(person, 3 * piece() + 7);
      const purges = Array.from({ length: 3 }, () => purgeExpired(testDatabase.open(), now));
      const counts = await Promise.all(purges);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3 * piece() + 7);
      expect(await left(person)).toBe(0);
    });
  });

  test("an erasure of somebody with many rows goes in pieces, and leaves nothing", async () => {
    const [person, other] = [randomUUID(), randomUUID()];
    await store(person, 2 * piece() + 5, 2 * now);
    await store(other, 2, 2 * now);
    const database = recorded();
    expect(await countRowsOf(database, person)).toBe(2 * piece() + 5);
    expect(await eraseRows(database, person)).toBe(2 * piece() + 5);
    expect(piecesOf(database, "activity").map(({ affected }) => affected)).toEqual([piece(), piece(), 5, 0]);
    expect(piecesOf(database, "vault")).toHaveLength(1);
    expect([await left(person), await left(other)]).toEqual([0, 2]);
  });
}
