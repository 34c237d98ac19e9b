/** Nothing of an erased person comes back: not from requests in flight, not from instances with a warm snapshot. */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { type TableRules, tables } from "../../db/tables.ts";
import { createServices } from "../../src/compose.ts";
import { eraseUser } from "../../src/erasure/erase-user.ts";
import { useInstance, useService } from "../support/fixtures.ts";
import { eventually } from "../support/instances.ts";
import { manage } from "../support/manage.ts";

const service = useService();
const other = useInstance(service);

/** How many rows of each table name a person. */
async function rowsOf(userId: string) {
  const counts: Record<string, number> = {};
  for (const [table, { person }] of Object.entries<TableRules>(tables)) {
    if (person === null) continue;
    const { rows } = await sql<{ found: number }>`select count(*) as found from ${sql.table(table)}
      where ${sql.ref(person.column)} in (${sql.join(person.valuesFor(userId))})`.execute(
      service.database.kysely,
    );
    if (rows[0]?.found) counts[table] = rows[0].found;
  }
  return counts;
}

async function eraseHere(username: string) {
  const services = await createServices(service.config, service.platform, service.database);
  await eraseUser(services, service.userId(username));
}

async function erase(username: string) {
  await manage(service.tenant, "DELETE", `/api/users/${service.userId(username)}`);
  await eraseHere(username);
}

describe("after an erasure", () => {
  test("an instance with a warm snapshot stores nothing of what the person still asks for", async () => {
    const bob = service.as("bob", { url: other.url });
    expect((await bob("GET", "/me")).status).toBe(200);
    await erase("bob");
    const key = { "idempotency-key": "from-the-grave" };
    const asked = [
      () => bob("POST", "/me/password/verify", { password: "wrong" }),
      () => bob("POST", "/me/password/verify", { password: "wrong" }, key),
      () => bob("POST", "/me/verification-codes", { email: "bob@example.test" }),
      () =>
        bob("POST", "/me/verification-codes/verify", {
          email: "bob@example.test",
          verificationCode: "123456",
        }),
      () => bob("PATCH", "/me", { name: "Bob" }, key),
      () => bob("PATCH", "/me/business", { ethnicity: "none" }),
    ];
    for (const ask of asked) expect([400, 401]).toContain((await ask()).status);
    expect(await rowsOf(service.userId("bob"))).toEqual({});
  });

  test("a change takes no lease, so that a crash of its instance can leave none behind", async () => {
    const dave = service.as("dave", { url: other.url });
    expect((await dave("GET", "/me")).status).toBe(200);
    await erase("dave");
    const userPath = new RegExp(`^/api/users/${service.userId("dave")}$`);
    const { promise: closed, resolve: open } = Promise.withResolvers<void>();
    service.tenant.faults.add({ match: { method: "GET", path: userPath, times: 1 }, gate: closed });
    service.tenant.requests.clear();
    const answers: unknown[] = [];
    const changing = dave("PATCH", "/me", { name: "Dave" }).then((answer) => answers.push(answer));
    await eventually(() => answers.length > 0 || service.tenant.requests.count("GET", userPath) > 0);
    expect(await rowsOf(service.userId("dave"))).toEqual({});
    open();
    await changing;
    expect(answers).toMatchObject([{ status: 401, body: { code: "invalid_token" } }]);
  });

  test("a request that was under way stores nothing either", async () => {
    const { promise: closed, resolve: open } = Promise.withResolvers<void>();
    const verifies = /\/password\/verify$/;
    service.tenant.faults.add({ match: { path: verifies, times: 1 }, answerGate: closed });
    const verifying = service.as("carol")("POST", "/me/password/verify", { password: "carol-password-1" });
    await eventually(() => service.tenant.requests.count("POST", verifies) > 0);
    await erase("carol");
    open();
    expect(await verifying).toMatchObject({ status: 401, body: { code: "invalid_token" } });
    await service.platform.idle();
    expect(await rowsOf(service.userId("carol"))).toEqual({});
  });

  test("a request that was under way is refused at once, also while Logto still knows the person", async () => {
    const { promise: closed, resolve: open } = Promise.withResolvers<void>();
    const verifies = /\/password\/verify$/;
    service.tenant.faults.add({ match: { path: verifies, times: 1 }, answerGate: closed });
    service.tenant.requests.clear();
    const verifying = service.as("alice")("POST", "/me/password/verify", { password: "alice-password-1" });
    await eventually(() => service.tenant.requests.count("POST", verifies) > 0);
    await eraseHere("alice");
    open();
    expect(await verifying).toMatchObject({ status: 401, body: { code: "invalid_token" } });
    expect(service.tenant.requests.count("POST", verifies)).toBe(1);
    expect(await rowsOf(service.userId("alice"))).toEqual({});
  });
});
