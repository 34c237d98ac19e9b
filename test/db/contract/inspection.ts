/** What an operator asks of a database. */
import { expect, test } from "vitest";
import { readMigrations } from "../../../db/migration-files.ts";
import type { TestDatabase } from "../../support/databases.ts";

export function inspectionContract(testDatabase: TestDatabase) {
  test("says which migrations are missing, what time it is, and that it takes writes, of which none stays", async () => {
    const { inspection, kysely } = testDatabase.open();
    const names = readMigrations().map(({ name }) => name);
    expect(await inspection.missing(names)).toEqual([]);
    expect(await inspection.missing([...names, "9999_of_a_later_release.sql"])).toEqual([
      "9999_of_a_later_release.sql",
    ]);
    expect(Math.abs((await inspection.clock()) - Date.now())).toBeLessThan(60_000);
    await inspection.proveWritable();
    const left = await kysely.selectFrom("used_once").select("id").where("id", "like", "doctor%").execute();
    expect(left).toEqual([]);
  });
}
