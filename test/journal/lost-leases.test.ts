/** A writer that stalls before its entry is stored, and loses its lease by that, leaves nothing that could be finished. */
import { describe, expect, test } from "vitest";
import { useInstance, useService } from "../support/fixtures.ts";
import { eventually, settleElsewhere } from "../support/instances.ts";
import { newPassword, useFreshDays } from "../support/people.ts";
import { stepUp } from "../support/service.ts";

const service = useService();
const other = useInstance(service);
useFreshDays(service);

const alice = service.as("alice");
const elsewhere = (name: string) =>
  service
    .as("alice", { url: other.url })("PATCH", "/me", { name })
    .then(({ status }) => status);
const entries = () => service.database.kysely.selectFrom("journal").selectAll().execute();
const events = async () => {
  const { body } = await alice("GET", "/me/activity");
  return body.items.map(({ event }: { event: string }) => event);
};
const stallAt = async (method: string, path: RegExp, act: () => Promise<{ status: number }>) => {
  const gate = Promise.withResolvers<void>();
  service.tenant.faults.add({ match: { method, path, times: 1 }, gate: gate.promise });
  const before = service.tenant.requests.count(method, path);
  const stalled = act();
  await eventually(() => service.tenant.requests.count(method, path) > before);
  service.platform.advance(31_000);
  expect(await elsewhere("In Time")).toBe(200);
  gate.resolve();
  return stalled;
};

describe("a writer that stalled for more than its lease before it stored an entry", () => {
  test("changes no password, ends no session, and is in no activity", async () => {
    const record = await stepUp(service, "alice");
    const { status } = await stallAt("POST", /check-password$/, () =>
      alice("PATCH", "/me/password", { password: newPassword }, record),
    );
    expect(status).toBe(503);
    expect(await entries()).toEqual([]);
    service.platform.advance(60_000);
    await settleElsewhere(service);
    expect(await events()).not.toContain("password.changed");
    const revocations = await service.database.kysely.selectFrom("revocations").selectAll().execute();
    expect(revocations).toEqual([]);
  });

  test("changes no profile", async () => {
    const path = new RegExp(`/api/users/${service.userId("alice")}$`);
    const { status } = await stallAt("GET", path, () => alice("PATCH", "/me", { name: "Too Late" }));
    expect(status).toBe(503);
    expect(await entries()).toEqual([]);
    expect(service.tenant.state.users.get(service.userId("alice")).name).toBe("In Time");
  });
});
