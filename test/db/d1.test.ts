/** D1 beyond the contract: how its failures are told. */
import { expect, test } from "vitest";
import { type D1Binding, openD1 } from "../../db/d1.ts";
import { createD1Database } from "../support/databases.ts";
import { useShared } from "../support/fixtures.ts";

const testDatabase = useShared(createD1Database, (created) => created.remove());

/** A binding whose every call fails as D1 reports it; an outage cannot be had from workerd. */
const failing = (message: string): D1Binding => {
  const statement = { bind: () => statement };
  return { prepare: () => statement, batch: () => Promise.reject(new Error(message)) };
};

test.each([
  "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
  "D1_ERROR: Network connection lost.",
  "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
  "D1_ERROR: Exceeded maximum DB size: SQLITE_FULL",
])("%s is an outage", async (message) => {
  await expect(openD1(failing(message)).ping()).rejects.toMatchObject({
    code: "storage_unavailable",
    detail: { retryAfter: 2 },
    cause: { message },
  });
});

test("tables that are missing stop the start with what to run", async () => {
  const missing = "D1_ERROR: no such table: secrets: SQLITE_ERROR";
  await expect(openD1(failing(missing)).migrate()).rejects.toThrow(/wrangler d1 migrations apply/);
  await testDatabase.open().migrate();
});
