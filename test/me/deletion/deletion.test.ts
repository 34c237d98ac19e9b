/** The end of an account: asked for, cancelled, and carried out on its day. */
import { describe, expect, test } from "vitest";
import { startTenant } from "../../../dev/tenant/start-tenant.ts";
import { createServices } from "../../../src/compose.ts";
import { deliverNotices } from "../../../src/notices/deliver-notices.ts";
import { bringBack, day, nothingDone, runDeletions, tracesOf } from "../../support/deletions.ts";
import { useService, useShared } from "../../support/fixtures.ts";
import { lastActivity, useFreshDays } from "../../support/people.ts";
import { apiResource, startService, stepUp } from "../../support/service.ts";
import { signIn } from "../../support/sign-in.ts";
import { storeAtTenant } from "../../support/stored.ts";

const service = useService({ sendsNotices: true });
useFreshDays(service);
const alice = service.as("alice");

const ask = async (username: string, confirm = username) =>
  service.as(username)("POST", "/me/deletion", { confirm }, await stepUp(service, username));
const carolsNotices = async () => {
  await service.platform.idle();
  return service.tenant.notices("carol@example.test").map(({ kind }) => kind);
};
const iso = (time: number) => new Date(time).toISOString();
const nobodyAsked = { askedAt: null, deletesAt: null, heldFor: null };

describe("whoever asks for it", () => {
  test("is told its day, a fortnight ahead, and everything works on until then", async () => {
    bringBack(service, "alice");
    expect((await alice("GET", "/me/deletion")).body).toEqual(nobodyAsked);
    const { status, body } = await ask("alice");
    const now = service.platform.now();
    const state = { askedAt: iso(now), deletesAt: iso(now + 14 * day), heldFor: null };
    expect({ status, body }).toEqual({ status: 202, body: state });
    expect((await alice("GET", "/me/deletion")).body).toEqual(state);
    expect(await lastActivity(service, "alice")).toEqual({ event: "deletion.requested", detail: {} });
    expect((await alice("PATCH", "/me", { name: "Still Here" })).status).toBe(200);
  });

  test("gets the same answer again, and the first day stays", async () => {
    bringBack(service, "bob");
    const { body: first } = await ask("bob");
    service.platform.advance(3 * day);
    expect(await ask("bob")).toMatchObject({ status: 202, body: first });
  });

  test("can cancel it, as often as they like, and ask anew", async () => {
    bringBack(service, "alice");
    const { body: first } = await ask("alice");
    for (const _time of [1, 2])
      expect(await alice("DELETE", "/me/deletion")).toMatchObject({ status: 200, body: nobodyAsked });
    expect((await alice("GET", "/me/deletion")).body).toEqual(nobodyAsked);
    expect(await lastActivity(service, "alice")).toEqual({ event: "deletion.cancelled", detail: {} });
    await service.platform.idle();
    expect(service.tenant.notices("alice@example.test").at(-1)?.kind).toBe("deletion.cancelled");
    service.platform.advance(day);
    expect((await ask("alice")).body.deletesAt > first.deletesAt).toBe(true);
    service.platform.advance(13 * day);
    expect(await runDeletions(service)).toEqual({ ...nothingDone, reminded: 1 });
    expect((await tracesOf(service, "alice")).atTenant).toBe(true);
  });

  test("may type any name of theirs, in any spelling, and no other one", async () => {
    bringBack(service, "alice");
    storeAtTenant(service, "alice", { primaryPhone: "12025550111" });
    const record = await stepUp(service, "alice");
    for (const confirm of ["bob", "bob@example.test", "alice@example", "Alice Doe", " ", "12025550112"])
      expect(await alice("POST", "/me/deletion", { confirm }, record)).toMatchObject({
        status: 422,
        body: { code: "validation_failed", errors: [{ pointer: "/confirm" }] },
      });
    for (const confirm of ["alice", " alice ", "ALICE@Example.test ", "+1 (202) 555-0111"])
      expect((await alice("POST", "/me/deletion", { confirm }, record)).status).toBe(202);
  });

  test("and has neither username nor address types their id", async () => {
    bringBack(service, "dave");
    const id = service.userId("dave");
    storeAtTenant(service, "dave", { username: null, primaryEmail: null, primaryPhone: null });
    const dave = service.as("dave");
    expect((await dave("POST", "/me/deletion", { confirm: "dave" })).status).toBe(422);
    expect((await dave("POST", "/me/deletion", { confirm: id })).status).toBe(403);
  });
});

describe("on the day", () => {
  test("the account is gone at Logto, and nothing of it is left here but a receipt that names nobody", async () => {
    bringBack(service, "carol");
    const carol = service.as("carol");
    const device = await signIn(service.tenant, "carol", "carol-password-1");
    await carol("PATCH", "/me", { business: { gender: "female" } }, { "idempotency-key": "k" });
    await ask("carol");
    service.platform.advance(13 * day - 1);
    expect(await runDeletions(service)).toEqual(nothingDone);
    service.platform.advance(1);
    expect(await runDeletions(service)).toEqual({ ...nothingDone, reminded: 1 });
    expect(await runDeletions(service)).toEqual(nothingDone);
    service.platform.advance(day - 2);
    expect(await runDeletions(service)).toEqual(nothingDone);
    const token = await service.token("carol");
    service.platform.advance(2);
    expect(await carolsNotices()).toEqual(["deletion.requested", "deletion.due"]);
    const mend = service.tenant.faults.add({ match: { path: /^\/dev\/events$/ }, status: 503, body: "" });
    expect(await runDeletions(service)).toEqual({ ...nothingDone, deleted: 1 });
    await service.platform.idle();
    mend();
    const at = service.platform.now();
    const receipts = [{ id: expect.stringMatching(/^[\da-f-]{36}$/), at }];
    expect(await tracesOf(service, "carol")).toEqual({ atTenant: false, rows: 0, receipts });
    expect(await device.refresh()).toBe(400);
    const late = service.as("carol", { token });
    for (const [method, path, body] of [
      ["GET", "/me", undefined],
      ["DELETE", "/me/deletion", undefined],
      ["PATCH", "/me", { name: "Back" }],
    ] as const)
      expect(await late(method, path, body)).toMatchObject({ status: 401, body: { code: "invalid_token" } });
    expect(await runDeletions(service)).toEqual(nothingDone);

    // The last notice waits for its receiver, whatever is erased meanwhile, and names nobody here.
    service.platform.advance(60_000);
    await deliverNotices(await createServices(service.config, service.platform, service.database));
    expect(await carolsNotices()).toEqual(["deletion.requested", "deletion.due", "deletion.done"]);
    const [receipt] = (await tracesOf(service, "carol")).receipts;
    expect(service.tenant.notices("carol@example.test").at(-1)?.text).toContain(receipt?.id);
  });

  test("somebody who is suspended is not deleted, and after that has a day to change their mind", async () => {
    bringBack(service, "alice");
    await ask("alice");
    storeAtTenant(service, "alice", { isSuspended: true });
    service.platform.advance(14 * day);
    expect(await runDeletions(service)).toEqual({ ...nothingDone, postponed: 1 });
    storeAtTenant(service, "alice", { isSuspended: false });
    service.platform.advance(day);
    expect(await runDeletions(service)).toEqual({ ...nothingDone, reminded: 1 });
    service.platform.advance(day);
    expect(await runDeletions(service)).toEqual({ ...nothingDone, deleted: 1 });
  });

  test("somebody whom an administrator has deleted meanwhile is erased here as well", async () => {
    bringBack(service, "alice");
    await ask("alice");
    service.tenant.state.users.remove(service.userId("alice"));
    service.platform.advance(13 * day);
    expect(await runDeletions(service)).toEqual({ ...nothingDone, deleted: 1 });
    expect(await tracesOf(service, "alice")).toMatchObject({ atTenant: false, rows: 0 });
  });
});

describe("where it is turned off", () => {
  const tenant = useShared(
    () => startTenant({ port: 0, apiResource, passwordCost: 64 }),
    (started) => started.close(),
  );
  const closed = useShared(
    () => startService({ tenant, environment: { ACCOUNT_DELETION_DAYS: "off" } }),
    (started) => started.close(),
  );

  test.each(["GET", "POST", "DELETE"])("there is nothing to %s", async (method) => {
    const body = method === "POST" ? { confirm: "alice" } : undefined;
    expect((await closed.as("alice")(method, "/me/deletion", body)).status).toBe(404);
  });
});
