/** What can be undone, and undoing it. */
import { describe, expect, test } from "vitest";
import { useService } from "../../support/fixtures.ts";
import { lastActivity, upstreamWrites, useFreshDays } from "../../support/people.ts";
import { stepUp } from "../../support/service.ts";
import { signIn } from "../../support/sign-in.ts";
import { changeEmail, undoList } from "../../support/undo.ts";

const hour = 60 * 60 * 1000;
const service = useService();
useFreshDays(service);
const alice = service.as("alice");
const now = async () => (await alice("GET", "/me", undefined, { "cache-control": "no-cache" })).body;

describe("a change of plain fields", () => {
  test("is listed without a value, is put back in both stores, and is undone again", async () => {
    await alice("PATCH", "/me", { name: "First", business: { gender: "first" } });
    const change = { name: "Second", business: { gender: "second" }, profile: { nickname: "New" } };
    const { headers } = await alice("PATCH", "/me", change);
    const [item] = await undoList(service, "alice");
    expect(item).toEqual({
      ref: expect.stringMatching(/^[\w-]{36}$/),
      fields: ["/name", "/business/gender", "/profile/nickname"],
      changedAt: expect.any(String),
      undoUntil: new Date(Date.parse(item.changedAt) + 24 * hour).toISOString(),
      needsStepUp: false,
      requestId: headers.get("x-request-id"),
    });
    const undone = await alice("POST", `/me/undo/${item.ref}`, {});
    expect(undone).toMatchObject({ status: 200, body: { fields: item.fields, revokedSessions: 0 } });
    expect(await now()).toMatchObject({
      name: "First",
      business: { gender: "first" },
      profile: { nickname: null },
    });
    expect(await lastActivity(service, "alice")).toEqual({
      event: "profile.undone",
      detail: { fields: item.fields },
    });
    const [again] = await undoList(service, "alice");
    expect((await alice("POST", `/me/undo/${again.ref}`, {})).status).toBe(200);
    expect((await now()).name).toBe("Second");
    expect((await alice("POST", `/me/undo/${item.ref}`, {})).status).toBe(404);
  });

  test("leaves no member that came with it in an object", async () => {
    await alice("PATCH", "/me", { profile: { address: { locality: "Oslo" } } });
    await alice("PATCH", "/me", { profile: { address: { locality: null, country: "NO" } } });
    const [item] = await undoList(service, "alice");
    await alice("POST", `/me/undo/${item.ref}`, {});
    expect((await now()).profile.address).toEqual({ locality: "Oslo" });
  });

  test("is not undone over a later change of the same field, made here or elsewhere", async () => {
    await alice("PATCH", "/me", { name: "First" });
    await alice("PATCH", "/me", { name: "Second" });
    const [second] = await undoList(service, "alice");
    await alice("PATCH", "/me", { name: "Third" });
    const [third, ...others] = await undoList(service, "alice");
    expect(others.filter(({ fields }: { fields: string[] }) => fields.includes("/name"))).toEqual([]);
    expect(await alice("POST", `/me/undo/${second.ref}`, {})).toMatchObject({
      status: 409,
      body: { code: "changed_since" },
    });
    service.tenant.state.users.get(service.userId("alice")).name = "By an administrator";
    expect((await alice("POST", `/me/undo/${third.ref}`, {})).status).toBe(409);
    expect((await now()).name).toBe("By an administrator");
  });

  test("is gone after a day", async () => {
    await alice("PATCH", "/me", { name: "Yesterday" });
    const [{ ref }] = await undoList(service, "alice");
    service.platform.advance(24 * hour);
    expect(await undoList(service, "alice")).toEqual([]);
    expect((await alice("POST", `/me/undo/${ref}`, {})).status).toBe(404);
  });

  test("asks for step-up where the field does, and keeps its former value sealed", async () => {
    await alice("PATCH", "/me", { business: { ssn: "521-73-8846" } }, await stepUp(service, "alice"));
    await alice("PATCH", "/me", { business: { ssn: null } }, await stepUp(service, "alice"));
    const [item] = await undoList(service, "alice");
    expect(item).toMatchObject({ fields: ["/business/ssn"], needsStepUp: true });
    const rows = await service.database.kysely.selectFrom("former_values").selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain("8846");
    const path = `/me/undo/${item.ref}`;
    expect(await alice("POST", path, {})).toMatchObject({ status: 403, body: { code: "step_up_required" } });
    expect((await alice("POST", path, {}, await stepUp(service, "alice"))).status).toBe(200);
    expect((await now()).business.ssn).toEqual({ masked: "•••••8846" });
  });
});

describe("a change of an identifier", () => {
  test("is put back for seven days by its person, with step-up, and ends every session and record", async () => {
    const device = await signIn(service.tenant, "alice", "alice-password-1");
    await changeEmail(service, "alice", "new@example.test");
    service.platform.advance(7 * 24 * hour - 60_000);
    const [item] = await undoList(service, "alice");
    expect(item).toMatchObject({ fields: ["/primaryEmail"], needsStepUp: true });
    const path = `/me/undo/${item.ref}`;
    expect(await alice("POST", path, {})).toMatchObject({ status: 403, body: { code: "step_up_required" } });
    const [proof, other] = [await stepUp(service, "alice"), await stepUp(service, "alice")];
    service.tenant.requests.clear();
    expect(await alice("POST", path, {}, proof)).toMatchObject({
      status: 200,
      body: { fields: ["/primaryEmail"], revokedSessions: 1 },
    });
    expect(upstreamWrites(service).filter(({ method }) => method === "PATCH")).toHaveLength(1);
    expect((await now()).primaryEmail).toBe("alice@example.test");
    expect(await device.refresh()).toBe(400);
    expect((await alice("PATCH", "/me", { primaryPhone: null }, other)).status).toBe(403);
    expect(await lastActivity(service, "alice")).toEqual({
      event: "identifier.restored",
      detail: { fields: ["/primaryEmail"], method: "step_up" },
    });
    expect(await undoList(service, "alice")).toEqual([]);
  });

  test("that added what is the last way in by now is not put back", async () => {
    const user = service.tenant.state.users.get(service.userId("alice"));
    user.username = null;
    await alice("PATCH", "/me", { username: "alice_anew" });
    Object.assign(user, { primaryEmail: null, primaryPhone: null });
    const [item] = await undoList(service, "alice");
    const answer = await alice("POST", `/me/undo/${item.ref}`, {}, await stepUp(service, "alice"));
    expect(answer).toMatchObject({ status: 409, body: { code: "last_identifier" } });
    expect(user.username).toBe("alice_anew");
  });
});
