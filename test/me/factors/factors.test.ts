/** Second factors and linked accounts: listed without a secret, removed by their owner alone, never the last way in. */
import { beforeEach, describe, expect, test } from "vitest";
import { createRepositories } from "../../../db/repositories.ts";
import { giveCredentials } from "../../support/credentials.ts";
import { useService } from "../../support/fixtures.ts";
import { manage } from "../../support/manage.ts";
import { lastActivity, useFreshDays } from "../../support/people.ts";
import { expectRefusal, expectRefused } from "../../support/refusals.ts";
import { stepUp } from "../../support/service.ts";

const service = useService({ sendsNotices: true });
const [alice, bob] = [service.as("alice"), service.as("bob")];
useFreshDays(service);
beforeEach(async () => {
  giveCredentials(service, "alice");
  giveCredentials(service, "bob");
  await setPolicy("UserControlled");
});

const at = (username: string) => service.tenant.state.users.get(service.userId(username));
const setPolicy = (policy: string) =>
  manage(service.tenant, "PATCH", "/api/sign-in-exp", {
    mfa: { factors: ["Totp", "WebAuthn", "BackupCode"], policy },
  });
const refsOf = async (kind: Kind, person = alice): Promise<string[]> =>
  (await person("GET", `/me/${kind}`)).body.items.map(({ ref }: { ref: string }) => ref);
const remove = (kind: Kind, ref: string | undefined, proof = {}, person = alice) =>
  person("DELETE", `/me/${kind}/${ref}`, undefined, proof);
type Kind = "factors" | "identities";

test("second factors are listed in plain words, without a secret or an id of Logto", async () => {
  const { body, text } = await alice("GET", "/me/factors");
  const rest = { name: null, browser: null, system: null, lastUsedAt: null, remainingCodes: null };
  const ref = expect.stringMatching(/^[\w-]{43}$/);
  const createdAt = "2026-11-20T08:00:00.000Z";
  expect(body).toEqual({
    items: [
      { ...rest, ref, createdAt, type: "Totp" },
      {
        ...rest,
        ref,
        createdAt,
        type: "WebAuthn",
        name: "Work laptop",
        browser: "Chrome",
        system: "Windows",
      },
      { ...rest, ref, createdAt, type: "BackupCode", remainingCodes: 8 },
    ],
    isRequired: false,
    addAt: {},
  });
  expect(text).not.toMatch(/secret|of-alice/i);
});

test("linked accounts are listed with what helps to know them, and nothing else of the provider's", async () => {
  const { body, text } = await alice("GET", "/me/identities");
  expect(body).toEqual({
    items: [
      {
        ref: expect.stringMatching(/^[\w-]{43}$/),
        kind: "social",
        target: "mock-social",
        connector: expect.any(Object),
        account: { id: "soci…", name: "alice elsewhere", email: "alice@social.test" },
      },
    ],
    addAt: {},
  });
  expect(text).not.toMatch(/secret|123456/);
});

test("where Logto's own pages are switched on, the lists say where more is added", async () => {
  const fields = { mfa: "Edit", social: "Edit" };
  await manage(service.tenant, "PATCH", "/api/account-center", { enabled: true, fields });
  service.platform.advance(6 * 60_000);
  const { endpoint } = service.tenant.description;
  expect((await alice("GET", "/me/factors")).body.addAt).toEqual({
    WebAuthn: `${endpoint}/account/passkey/add`,
  });
  Object.assign(at("alice"), { mfa: [], identities: {} });
  expect((await alice("GET", "/me/factors")).body.addAt).toEqual({
    WebAuthn: `${endpoint}/account/passkey/add`,
    Totp: `${endpoint}/account/authenticator-app`,
  });
  await manage(service.tenant, "PATCH", "/api/account-center", { enabled: false });
});

describe.each<[Kind, string]>([
  ["factors", "factor.removed"],
  ["identities", "identity.removed"],
])("removing one of the %s", (kind, event) => {
  const left = () =>
    kind === "factors" ? at("alice").mfa.length : Object.keys(at("alice").identities).length;

  test("takes a step-up, uses it up, is recorded, and its person is told", async () => {
    const before = left();
    await service.platform.idle();
    const told = service.tenant.notices("alice@example.test").length;
    const [ref] = await refsOf(kind);
    await expectRefused(service, [403, "step_up_required"], () => remove(kind, ref));
    const proof = await stepUp(service, "alice");
    expect((await remove(kind, ref, proof)).body).toEqual({ removed: ref });
    expect(left()).toBe(before - 1);
    expect(await refsOf(kind)).not.toContain(ref);
    expect((await lastActivity(service, "alice"))?.event).toBe(event);
    await service.platform.idle();
    expect(service.tenant.notices("alice@example.test")).toHaveLength(told + 1);
    expectRefusal(await remove(kind, ref, proof), 403, "step_up_required");
    expectRefusal(await remove(kind, ref, await stepUp(service, "alice")), 404, "not_found");
  });

  test("is refused for somebody else's reference", async () => {
    const [theirs] = await refsOf(kind, bob);
    const proof = await stepUp(service, "alice");
    await expectRefused(service, [404, "not_found"], () => remove(kind, theirs, proof));
    await expectRefused(service, [404, "not_found"], () => remove(kind, "made-up", proof));
    expect(await refsOf(kind, bob)).toContain(theirs);
  });

  test("happens once for two who ask at once with one proof", async () => {
    const before = left();
    const [ref] = await refsOf(kind);
    const proof = await stepUp(service, "alice");
    const answers = await Promise.all([remove(kind, ref, proof), remove(kind, ref, proof)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(left()).toBe(before - 1);
  });

  test("of what is gone at Logto already is done", async () => {
    const [ref] = await refsOf(kind);
    const proof = await stepUp(service, "alice");
    const path = /mfa-verifications\/|identities\//;
    const body = JSON.stringify({
      code: kind === "factors" ? "entity.not_found" : "user.identity_not_exist",
    });
    const headers = { "content-type": "application/json" };
    service.tenant.faults.add({ match: { method: "DELETE", path }, status: 404, headers, body });
    expect((await remove(kind, ref, proof)).status).toBe(200);
  });

  test.each([
    ["has made without an answer is finished", true],
    ["has not made is dropped", false],
  ])("that Logto %s", async (_what, after) => {
    const before = left();
    const [ref] = await refsOf(kind);
    const proof = await stepUp(service, "alice");
    const path = /mfa-verifications\/|identities\//;
    service.tenant.faults.add({ match: { method: "DELETE", path }, action: "reset", after });
    expectRefusal(await remove(kind, ref, proof), 504, "outcome_unknown");
    service.tenant.faults.clear();
    service.platform.advance(31_000);
    await alice("PATCH", "/me", { name: `Next of ${kind} ${after}` });
    expect(left()).toBe(after ? before - 1 : before);
    const { activity } = createRepositories(service.database);
    const { items } = await activity.list(service.userId("alice"), 2);
    expect(items.some((item) => item.event === event)).toBe(after);
  });

  test("while Logto is away changes nothing", async () => {
    const [ref] = await refsOf(kind);
    const proof = await stepUp(service, "alice");
    const before = left();
    service.tenant.faults.add({ match: { path: /^\/api\/users/, times: 4 }, status: 503 });
    expect((await remove(kind, ref, proof)).status).toBeGreaterThanOrEqual(500);
    expect(left()).toBe(before);
  });
});

describe("what has to stay", () => {
  test("the last second factor, where the tenant demands one; backup codes are none", async () => {
    await setPolicy("Mandatory");
    const [totp, passkey, codes] = await refsOf("factors");
    expect((await alice("GET", "/me/factors")).body.isRequired).toBe(true);
    expect((await remove("factors", totp, await stepUp(service, "alice"))).status).toBe(200);
    const proof = await stepUp(service, "alice");
    await expectRefused(service, [409, "factor_required"], () => remove("factors", passkey, proof));
    expect((await remove("factors", codes, proof)).status).toBe(200);
  });

  test("the last way to sign in", async () => {
    const proof = await stepUp(service, "alice");
    Object.assign(at("alice"), { username: null, primaryEmail: null, primaryPhone: null });
    const [ref] = await refsOf("identities");
    await expectRefused(service, [409, "last_identifier"], () => remove("identities", ref, proof));
    Object.assign(at("alice"), { username: "alice", passwordDigest: null });
    await expectRefused(service, [409, "last_identifier"], () => remove("identities", ref, proof));
  });
});
