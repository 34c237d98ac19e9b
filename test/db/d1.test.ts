/** D1 beyond the contract: how its failures are told. */
import { expect, test } from "vitest";
import { type D1Binding, openD1 } from "../../db/d1.ts";
import { createIsolate } from "../../src/runtime/workers/isolate.ts";
import { createD1Database } from "../support/databases.ts";
import { useShared } from "../support/fixtures.ts";
import { createTestPlatform } from "../support/platform.ts";

const now = 1_800_000_000_000;

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

/** Passes everything on to a binding and counts how often the database is asked. */
function counting(binding: D1Binding) {
  let roundTrips = 0;
  const counted: D1Binding = {
    prepare: (sql) => binding.prepare(sql),
    batch(statements) {
      roundTrips += 1;
      return binding.batch(statements);
    },
  };
  return { counted, roundTrips: () => roundTrips };
}

test("an isolate of a Worker that starts asks the database once", async () => {
  const { counted, roundTrips } = counting(testDatabase.binding);
  const environment = {
    LOGTO_ENDPOINT: "https://example.logto.app",
    LOGTO_M2M_APP_ID: "app",
    LOGTO_M2M_APP_SECRET: "secret",
    API_RESOURCE: "https://profile.example.test/api",
    PUBLIC_URL: "https://profile.example.test",
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
  };
  const start = () =>
    createIsolate(createTestPlatform(now), { development: false })({ ...environment, DB: counted });
  // The first start of all stores the canary of the key and the key of the keyed hashes.
  await start();
  const before = roundTrips();
  await start();
  expect(roundTrips() - before).toBe(1);
});
