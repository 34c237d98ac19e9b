/** Writers that stall, answers that are lost: nothing is sent too late, and nothing that was promised is forgotten. */
import Sqlite from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { createRepositories } from "../../db/repositories.ts";
import { openSqlite } from "../../db/sqlite.ts";
import { StorageFailure } from "../../db/storage-failure.ts";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import { acquireLease } from "../../src/journal/lease.ts";
import { recover } from "../../src/journal/recover.ts";
import { useInstance, useService } from "../support/fixtures.ts";
import { eventually } from "../support/instances.ts";
import { lastActivity, useFreshDays } from "../support/people.ts";
import { sendCode, stepUp } from "../support/service.ts";

const service = useService();
const other = useInstance(service);
useFreshDays(service);

const alice = service.as("alice");
const userPath = /^\/api\/users\/\w+$/;
const tokenPath = /^\/oidc\/token$/;
const user = () => service.tenant.state.users.get(service.userId("alice"));
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { closed: promise, open: () => resolve() };
}
const services = (database: Database = service.database) =>
  createServices(service.config, service.platform, database);
/** A database that loses the answers of some batches after it has carried them out. */
const losing = (loses: (sql: string) => boolean): Database => ({
  ...service.database,
  async batch(statements) {
    const results = await service.database.batch(statements);
    if (statements.some((statement) => loses(statement.compile().sql))) {
      throw new StorageFailure(new Error("the connection broke"), "maybe");
    }
    return results;
  },
});

describe("a writer that stalls past its lease", () => {
  test("before its call of Logto does not make it", async () => {
    const elsewhere = service.as("alice", { url: other.url });
    // Both instances have a token before the endpoint stands still.
    for (const call of [alice, elsewhere])
      await call("GET", "/me", undefined, { "cache-control": "no-cache" });
    const { closed, open } = gate();
    service.tenant.faults.add({
      match: { method: "PATCH", path: userPath, times: 1 },
      status: 401,
      body: JSON.stringify({ code: "auth.unauthorized" }),
    });
    service.tenant.faults.add({ match: { path: tokenPath }, gate: closed });
    service.tenant.requests.clear();
    const stalled = alice("PATCH", "/me", { name: "Too Late", business: { ethnicity: "too late" } });
    const { requests } = service.tenant;
    // Its lease and its row are stored by then.
    await eventually(() => requests.count("PATCH", userPath) > 0 && requests.count("POST", tokenPath) > 0);
    service.platform.advance(31_000);
    expect((await elsewhere("PATCH", "/me", { name: "In Time" })).status).toBe(200);
    open();
    expect(await stalled).toMatchObject({ status: 503, body: { code: "upstream_unavailable" } });
    expect(user().name).toBe("In Time");
    const { body } = await elsewhere("GET", "/me", undefined, { "cache-control": "no-cache" });
    expect(body.business.ethnicity).toBeNull();
    // One was refused with 401 before the stall, and its repeat was not sent; the other is the writer in time.
    expect(service.tenant.requests.count("PATCH", userPath)).toBe(2);
  });
});

describe("an answer of the database that is lost", () => {
  test("of the lease gives the lease back soon, instead of holding the person up until it expires", async () => {
    const { db, platform } = await services();
    const leases = {
      ...db.leases,
      async acquire(...input: Parameters<typeof db.leases.acquire>) {
        await db.leases.acquire(...input);
        throw new StorageFailure(new Error("the connection broke"), "maybe");
      },
    };
    const userId = service.userId("alice");
    const deadline = platform.monotonic() + 1_000;
    await expect(acquireLease({ db: { ...db, leases }, platform }, { userId }, deadline)).rejects.toThrow(
      StorageFailure,
    );
    await service.platform.idle();
    expect(await db.kysely.selectFrom("leases").selectAll().where("user_id", "=", userId).execute()).toEqual(
      [],
    );
  });

  test("of a change of business fields alone is told as what it is", async () => {
    const app = createApp(await services(losing((sql) => sql.includes('into "vault"'))));
    const response = await app.request("/me/business", {
      method: "PATCH",
      headers: {
        authorization: `Bearer ${await service.token("alice")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ ethnicity: "perhaps" }),
    });
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status: 504,
      body: { code: "outcome_unknown" },
    });
    await service.platform.idle();
    expect((await alice("GET", "/me/business")).body.ethnicity).toBe("perhaps");
  });
});

test("a journal row that cannot be stored costs nobody their step-up record", async () => {
  const record = await stepUp(service, "alice");
  const { closed, open } = gate();
  const read = { method: "GET", path: userPath };
  service.tenant.faults.add({ match: { ...read, times: 1 }, answerGate: closed });
  service.tenant.requests.clear();
  const hasty = openSqlite(`${service.folder}/profile.db`, { lockTimeoutMs: 10 });
  const app = createApp(await services(hasty));
  const token = await service.token("alice");
  const change = () =>
    app.request("/me", {
      method: "PATCH",
      headers: {
        ...record,
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ username: "alice_three" }),
    });
  const refused = change();
  await eventually(() => service.tenant.requests.count("GET", userPath) > 0);
  const locker = new Sqlite(`${service.folder}/profile.db`);
  locker.exec("begin immediate");
  open();
  expect((await refused).status).toBe(503);
  locker.close();
  expect((await change()).status).toBe(200);
  await hasty.close();
});

test("a repeat of a request whose first run died says that the outcome is not known, and when to come again", async () => {
  const real = await services();
  // What the table answers while the run of a dead process holds the key.
  const begin = async () => ({ kind: "in_progress" as const, retryAfterMs: 42_000 });
  let passed = 0;
  const app = createApp({
    ...real,
    db: { ...real.db, idempotency: { ...real.db.idempotency, begin } },
    platform: { ...real.platform, monotonic: () => (passed += 6_000) },
  });
  const answer = await app.request("/me", {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${await service.token("alice")}`,
      "content-type": "application/json",
      "idempotency-key": "after-a-crash",
    },
    body: JSON.stringify({ name: "Once" }),
  });
  expect({ status: answer.status, body: await answer.json() }).toMatchObject({
    status: 504,
    body: { code: "outcome_unknown" },
  });
  expect(answer.headers.get("retry-after")).toBe("43");
});

describe("recovery", () => {
  test("takes no number for the new one that was stored before, however alike their digits", async () => {
    const record = await stepUp(service, "alice");
    const phone = "12255501110";
    const verificationCode = await sendCode(service, "alice", { phone }, record);
    await alice("POST", "/me/verification-codes/verify", { phone, verificationCode });
    const again = await stepUp(service, "alice");
    service.tenant.faults.add({ match: { method: "PATCH", path: userPath, times: 1 }, action: "reset" });
    expect(user().primaryPhone?.replaceAll("0", "")).toBe(phone.replaceAll("0", ""));
    expect((await alice("PATCH", "/me", { primaryPhone: phone }, again)).status).toBe(504);
    service.platform.advance(31_000);
    await recover(await services());
    expect(
      await createRepositories(service.database).journal.forUser(
        service.userId("alice"),
        service.platform.now(),
      ),
    ).toEqual([]);
    expect(await lastActivity(service, "alice")).not.toMatchObject({ event: "profile.updated" });
  });
});
