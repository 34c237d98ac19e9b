/** `/me/has-password` and `/me/password`: whether there is one, whether one would be accepted, verify, change. */
import { beforeEach, describe, expect, test } from "vitest";
import { hashPassword } from "../../../dev/tenant/password-hash.ts";
import { useService } from "../../support/fixtures.ts";
import { eventually } from "../../support/instances.ts";
import { lastActivity, newPassword, upstreamWrites, useFreshDays } from "../../support/people.ts";
import { sendCode, stepUp } from "../../support/service.ts";

const service = useService();
useFreshDays(service);
beforeEach(() => {
  service.tenant.settings.breachServiceReachable = true;
});

const alice = service.as("alice");
const change = async (password: string) =>
  alice("PATCH", "/me/password", { password }, await stepUp(service, "alice"));
const proves = async (password: string, username = "alice") =>
  (await service.as(username)("POST", "/me/password/verify", { password })).status === 200;

/** Composed and decomposed, the same to whoever types it. */
const composed = "Ångström-lake-77".normalize("NFC");
const decomposed = composed.normalize("NFD");

test.each([
  ["alice", true],
  ["dave", false],
])("tells %s whether they have a password: %s", async (username, hasPassword) => {
  const { status, body } = await service.as(username)("GET", "/me/has-password");
  expect({ status, body }).toEqual({ status: 200, body: { hasPassword } });
});

describe("POST /me/password/check", () => {
  test("accepts what the policy accepts", async () => {
    const { status, body } = await alice("POST", "/me/password/check", { password: newPassword });
    expect({ status, body }).toEqual({ status: 200, body: { ok: true, issues: [] } });
  });

  test("names the rules that a password breaks, in our own codes", async () => {
    const { status, body } = await alice("POST", "/me/password/check", { password: "aaaa" });
    expect(status).toBe(200);
    expect(body).toEqual({
      ok: false,
      issues: [{ code: "too_short", params: { min: 8 } }, { code: "restricted.repetition" }],
    });
  });

  test("judges by who asks", async () => {
    const { body } = await alice("POST", "/me/password/check", { password: "alice1alice" });
    expect(body.issues).toEqual([{ code: "restricted.user_info" }]);
  });

  test("changes nothing and leaves no trace in the activity", async () => {
    await proves("alice-password-1");
    await alice("POST", "/me/password/check", { password: newPassword });
    expect(await proves("alice-password-1")).toBe(true);
    expect(await lastActivity(service, "alice")).toMatchObject({ event: "step_up.granted" });
  });
});

describe("POST /me/password/verify", () => {
  test("answers a step-up record that lives ten minutes", async () => {
    const { status, body } = await alice("POST", "/me/password/verify", { password: "alice-password-1" });
    expect(status).toBe(200);
    expect(body).toEqual({
      verificationId: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: new Date(service.platform.now() + 600_000).toISOString(),
    });
    expect(await lastActivity(service, "alice")).toEqual({
      event: "step_up.granted",
      detail: { method: "password" },
    });
  });

  test("stores nothing from which a record could be used", async () => {
    const { "verification-id": id } = await stepUp(service, "alice");
    const rows = await service.database.kysely.selectFrom("verification_records").selectAll().execute();
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(id);
  });

  test("refuses a wrong password, and the activity tells", async () => {
    const { status, body } = await alice("POST", "/me/password/verify", { password: "nope" });
    expect({ status, code: body.code }).toEqual({ status: 422, code: "password_incorrect" });
    expect(await lastActivity(service, "alice")).toEqual({
      event: "step_up.refused",
      detail: { method: "password" },
    });
  });

  test("takes either form of a password whose letters can be written in two", async () => {
    const passwordDigest = await hashPassword(composed, 64);
    Object.assign(service.tenant.state.users.get(service.userId("alice")), { passwordDigest });
    expect(composed).not.toBe(decomposed);
    expect(await proves(decomposed)).toBe(true);
    expect(await proves(composed)).toBe(true);
  });

  test("takes the composed form of a password that was set in the decomposed one", async () => {
    const passwordDigest = await hashPassword(decomposed, 64);
    Object.assign(service.tenant.state.users.get(service.userId("alice")), { passwordDigest });
    expect(await proves(composed)).toBe(true);
  });

  test.each([301, 302, 303, 307, 308])(
    "is no yes when Logto answers with a redirect by %i",
    async (status) => {
      const verifies = { path: /\/password\/verify$/, times: 1 };
      service.tenant.faults.add({ match: verifies, status, headers: { location: "/elsewhere" } });
      expect((await alice("POST", "/me/password/verify", { password: "nope" })).status).toBe(502);
    },
  );

  test("counts as one try when Logto evaluates one form and refuses to evaluate the other", async () => {
    const verifies = { match: { path: /\/password\/verify$/, times: 1 } };
    service.tenant.faults.add(verifies);
    service.tenant.faults.add({ ...verifies, status: 401, body: "{}" });
    service.tenant.faults.add({ ...verifies, status: 401, body: "{}" });
    expect((await alice("POST", "/me/password/verify", { password: composed })).status).toBe(502);
    const statuses: number[] = [];
    for (let tries = 1; tries <= 5; tries += 1) {
      statuses.push((await alice("POST", "/me/password/verify", { password: "nope" })).status);
    }
    expect(statuses).toEqual([422, 422, 422, 422, 429]);
  });
});

test.each([
  ["verify", { password: "alice-password-1" }],
  ["check", { password: newPassword }],
])("somebody who is suspended has nothing to %s", async (verb, body) => {
  await alice("GET", "/me");
  Object.assign(service.tenant.state.users.get(service.userId("alice")), { isSuspended: true });
  service.platform.advance(20_000);
  const answer = await alice("POST", `/me/password/${verb}`, body);
  expect(answer).toMatchObject({ status: 403, body: { code: "user_suspended" } });
  expect(service.tenant.requests.count("POST", /password/)).toBe(0);
});

describe("PATCH /me/password", () => {
  test("sets the new password, and the old one is no longer right", async () => {
    const { status, body } = await change(newPassword);
    expect({ status, body }).toEqual({ status: 200, body: { revokedSessions: 0 } });
    expect(await lastActivity(service, "alice")).toEqual({ event: "password.changed", detail: {} });
    expect(await proves("alice-password-1")).toBe(false);
    expect(await proves(newPassword)).toBe(true);
  });

  test("gives a first password to someone who has none", async () => {
    const email = "dave@example.test";
    const verificationCode = await sendCode(service, "dave", { email });
    const dave = service.as("dave");
    const { body } = await dave("POST", "/me/verification-codes/verify", { email, verificationCode });
    const record = { "verification-id": String(body.verificationId) };
    expect((await dave("PATCH", "/me/password", { password: newPassword }, record)).status).toBe(200);
    expect((await dave("GET", "/me/has-password")).body).toEqual({ hasPassword: true });
    expect(await proves(newPassword, "dave")).toBe(true);
  });

  test("asks the policy first, and sets nothing that it rejects", async () => {
    const { status, body } = await change("password");
    expect({ status, code: body.code, issues: body.issues }).toMatchObject({
      status: 422,
      code: "password_rejected",
      issues: expect.arrayContaining([{ code: "pwned" }]),
    });
    expect(upstreamWrites(service).filter(({ method }) => method === "PATCH")).toEqual([]);
    expect(await proves("alice-password-1")).toBe(true);
  });

  test("checks and sets it as it was typed: Logto hashes it so", async () => {
    const record = await stepUp(service, "alice");
    await alice("PATCH", "/me/password", { password: decomposed }, record);
    await alice("POST", "/me/password/check", { password: decomposed });
    const asked = service.tenant.requests.matching("POST", /check-password$/);
    expect(asked.map(({ body }) => body)).toEqual(
      asked.map(() => expect.objectContaining({ password: decomposed })),
    );
    expect(asked).toHaveLength(2);
  });

  test.each<[string, string, number]>([
    ["256 characters", `${newPassword}-${"qX7~".repeat(58)}`.slice(0, 256), 200],
    ["257 characters", `${newPassword}-${"qX7~".repeat(60)}`.slice(0, 257), 422],
    ["129 emoji, which are 258 UTF-16 units", "😀".repeat(129), 422],
    ["none", "", 422],
    ["a megabyte", "x".repeat(1_000_000), 413],
  ])("answers %s", async (_what, password, expected) => {
    expect((await change(password)).status).toBe(expected);
  });

  test.each<[string, string, boolean]>([
    ["256 UTF-16 units", "😀".repeat(128), true],
    ["258 UTF-16 units", "😀".repeat(129), false],
    ["256 units, decomposed", "e\u0301".repeat(128), true],
    ["258 units, decomposed, of which the composed form has 129", "e\u0301".repeat(129), false],
    ["spaces", "   ", true],
  ])("is asked about as it was typed, up to 256 UTF-16 units: %s", async (_what, password, isAsked) => {
    for (const action of ["check", "verify"]) {
      service.tenant.requests.clear();
      const { status, body } = await alice("POST", `/me/password/${action}`, { password });
      const asked = service.tenant.requests.matching("POST", /password/).map(({ body }) => body);
      if (isAsked) expect(asked[0]).toMatchObject({ password });
      else {
        expect({ status, code: body.code }).toEqual({ status: 422, code: "validation_failed" });
        expect(asked).toEqual([]);
      }
    }
  });

  test("holds the rest of the policy while the breach service is away, and notes it in the log", async () => {
    service.tenant.settings.breachServiceReachable = false;
    expect((await change("short")).body).toMatchObject({ code: "password_rejected" });
    service.platform.lines.length = 0;
    expect((await change(newPassword)).status).toBe(200);
    const noted = service.platform.lines.filter((line) => line.includes("password.breach_check_skipped"));
    expect(noted).toHaveLength(1);
    expect(noted.join()).not.toContain(newPassword);
  });

  test("is refused to somebody who was suspended a moment ago, whatever a snapshot says", async () => {
    const record = await stepUp(service, "alice");
    await alice("GET", "/me");
    Object.assign(service.tenant.state.users.get(service.userId("alice")), { isSuspended: true });
    const answer = await alice("PATCH", "/me/password", { password: newPassword }, record);
    expect(answer).toMatchObject({ status: 403, body: { code: "user_suspended" } });
    expect(service.tenant.requests.count("PATCH", /\/password$/)).toBe(0);
  });

  test("whose outcome nobody knows gives out no record to who proves the old one meanwhile", async () => {
    const record = await stepUp(service, "alice");
    const gate = Promise.withResolvers<void>();
    const checks = /\/password\/verify$/;
    service.tenant.requests.clear();
    service.tenant.faults.add({
      match: { method: "POST", path: checks, times: 1 },
      answerGate: gate.promise,
    });
    const proof = alice("POST", "/me/password/verify", { password: "alice-password-1" });
    await eventually(() => service.tenant.requests.count("POST", checks) === 1);
    service.tenant.faults.add({
      match: { method: "PATCH", path: /\/password$/, times: 1 },
      after: true,
      action: "reset",
    });
    const changed = await alice("PATCH", "/me/password", { password: newPassword }, record);
    expect(changed).toMatchObject({ status: 504, body: { code: "outcome_unknown" } });
    gate.resolve();
    expect(await proof).toMatchObject({ status: 422, body: { code: "password_incorrect" } });
  });
});
