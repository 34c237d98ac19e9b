/** A sensitive call needs a fresh proof that it is still the same person, and one proof allows one such change. */
import { beforeEach, describe, expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import { comparable, newPassword, tally, times, upstreamWrites, useFreshDays } from "../support/people.ts";
import { type Answer, sendCode, stepUp } from "../support/service.ts";

const minute = 60_000;
const ssn = "521-73-8846";

const service = useService();
useFreshDays(service);

const alice = service.as("alice");

/** Records that must not open anything of Alice's, each as the headers that carry it. */
async function uselessRecords(): Promise<Record<string, Record<string, string>>> {
  const expired = await stepUp(service, "alice");
  service.platform.advance(10 * minute + 1000);
  const used = await stepUp(service, "alice");
  const change = await alice("PATCH", "/me", { primaryPhone: null }, used);
  expect(change.status).toBe(200);
  Object.assign(service.tenant.state.users.get(service.userId("alice")), { primaryPhone: "12025550111" });
  service.platform.advance(minute);
  const mine = await stepUp(service, "alice");
  return {
    none: {},
    empty: { "verification-id": "" },
    garbage: { "verification-id": "../../x" },
    unknown: { "verification-id": "A".repeat(43) },
    twice: { "verification-id": `${mine["verification-id"]}, ${mine["verification-id"]}` },
    foreign: await stepUp(service, "bob"),
    "another client's": await stepUp(service, "alice", { clientId: "other-client" }),
    expired,
    used,
  };
}

describe("without a valid record", () => {
  let records: Record<string, Record<string, string>>;
  beforeEach(async () => {
    records = await uselessRecords();
    service.tenant.requests.clear();
  });

  test.each<[string, string, unknown]>([
    ["PATCH", "/me/password", { password: newPassword }],
    ["PATCH", "/me", { primaryEmail: "new@example.test" }],
    ["PATCH", "/me", { primaryPhone: "12025550199" }],
    ["PATCH", "/me", { primaryPhone: null }],
    ["PATCH", "/me", { name: "Changed too", business: { ssn } }],
    ["PATCH", "/me/business", { ssn }],
    ["POST", "/me/business/reveal", { fields: ["ssn"] }],
    ["POST", "/me/export", undefined],
    ["POST", "/me/verification-codes", { email: "new@example.test" }],
  ])("%s %s %j is refused in one and the same way", async (method, path, body) => {
    const answers: Answer[] = [];
    for (const headers of Object.values(records)) answers.push(await alice(method, path, body, headers));
    const [first] = answers.map(comparable);
    expect(first).toMatchObject({
      status: 403,
      body: { code: "step_up_required", methods: ["password", "email", "phone"] },
    });
    expect(answers.map(comparable)).toEqual(answers.map(() => first));
    expect(upstreamWrites(service)).toEqual([]);
  });
});

test("a guess at a masked value is not confirmed without step-up", async () => {
  const stored = await alice("PATCH", "/me/business", { ssn }, await stepUp(service, "alice"));
  expect(stored.status).toBe(200);
  const answers = [
    await alice("PATCH", "/me/business", { ssn }),
    await alice("PATCH", "/me/business", { ssn: "521-73-8840" }),
  ];
  const [first] = answers.map(comparable);
  expect(answers.map(comparable)).toEqual([first, first]);
  expect(first).toMatchObject({ status: 403, body: { code: "step_up_required" } });
  expect((await alice("PATCH", "/me", { primaryEmail: "alice@example.test" })).status).toBe(200);
});

describe("a valid record", () => {
  test("allows one of twenty parallel uses", async () => {
    const record = await stepUp(service, "alice");
    const answers = await times(20, (index) =>
      alice("PATCH", "/me/password", { password: `${newPassword}-${index}` }, record),
    );
    expect(tally(answers)).toEqual({ 200: 1, 403: 19 });
    expect(service.tenant.requests.count("PATCH", /\/password$/)).toBe(1);
  });

  test("allows any number of reveals and business changes within its ten minutes", async () => {
    const record = await stepUp(service, "alice");
    for (const value of [ssn, "521-73-8847"]) {
      expect((await alice("PATCH", "/me/business", { ssn: value }, record)).status).toBe(200);
      const revealed = await alice("POST", "/me/business/reveal", { fields: ["ssn"] }, record);
      expect(revealed.body).toEqual({ ssn: value });
    }
    service.platform.advance(10 * minute - 1000);
    expect((await alice("POST", "/me/business/reveal", { fields: ["ssn"] }, record)).status).toBe(200);
    service.platform.advance(2000);
    expect((await alice("POST", "/me/business/reveal", { fields: ["ssn"] }, record)).status).toBe(403);
  });

  test("is used up by a change of identifier", async () => {
    const record = await stepUp(service, "alice");
    expect((await alice("PATCH", "/me", { primaryPhone: null }, record)).status).toBe(200);
    expect((await alice("PATCH", "/me", { primaryEmail: null }, record)).status).toBe(403);
    expect((await alice("POST", "/me/business/reveal", { fields: ["ssn"] }, record)).status).toBe(403);
  });

  test("is used up by a change of password, and so is every other record of the person", async () => {
    const record = await stepUp(service, "alice");
    const elsewhere = await stepUp(service, "alice", { clientId: "other-client" });
    expect((await alice("PATCH", "/me/password", { password: newPassword }, record)).status).toBe(200);
    expect((await alice("PATCH", "/me/business", { ssn }, record)).status).toBe(403);
    const other = service.as("alice", { clientId: "other-client" });
    expect((await other("PATCH", "/me/business", { ssn }, elsewhere)).status).toBe(403);
  });

  test.each<[string, unknown, number, string]>([
    ["/me/password", { password: "short" }, 422, "password_rejected"],
    ["/me", { primaryEmail: "unproven@example.test" }, 422, "identifier_unproven"],
  ])("survives a change of %s %j that is refused", async (path, body, status, code) => {
    const record = await stepUp(service, "alice");
    const refused = await alice("PATCH", path, body, record);
    expect({ status: refused.status, code: refused.body.code }).toEqual({ status, code });
    expect((await alice("PATCH", "/me", { primaryPhone: null }, record)).status).toBe(200);
  });

  test("survives a change that Logto refuses", async () => {
    const record = await stepUp(service, "alice");
    const taken = { username: "bob", primaryPhone: null };
    expect((await alice("PATCH", "/me", taken, record)).body.code).toBe("identifier_taken");
    expect((await alice("PATCH", "/me", { primaryPhone: null }, record)).status).toBe(200);
  });

  test("opens nothing once its owner is suspended", async () => {
    const record = await stepUp(service, "alice");
    Object.assign(service.tenant.state.users.get(service.userId("alice")), { isSuspended: true });
    service.platform.advance(16_000);
    for (const [method, path, body] of [
      ["PATCH", "/me/password", { password: newPassword }],
      ["POST", "/me/business/reveal", { fields: ["ssn"] }],
      ["POST", "/me/password/verify", { password: "alice-password-1" }],
      ["POST", "/me/verification-codes", { email: "alice@example.test" }],
    ] as const) {
      const { status, body: problem } = await alice(method, path, body, record);
      expect({ status, code: problem.code }).toEqual({ status: 403, code: "user_suspended" });
    }
    expect(upstreamWrites(service).filter(({ path }) => !path.endsWith("/verify"))).toEqual([]);
  });
});

describe("the methods a refusal offers", () => {
  test.each([
    ["someone with a password and both addresses", "alice", {}, ["password", "email", "phone"]],
    ["someone without a password and a phone", "dave", {}, ["email"]],
    ["someone without an e-mail address", "bob", { primaryEmail: null }, ["password", "phone"]],
    ["someone who signs in elsewhere only", "dave", { primaryEmail: null }, []],
  ])("fit %s", async (_who, username, changes, methods) => {
    Object.assign(service.tenant.state.users.get(service.userId(username)), changes);
    const { status, body } = await service.as(username)("PATCH", "/me/business", { ssn });
    expect({ status, methods: body.methods }).toEqual({ status: 403, methods });
  });

  test("include a code sent to an address the person has", async () => {
    const email = "dave@example.test";
    const verificationCode = await sendCode(service, "dave", { email });
    const { body } = await service.as("dave")("POST", "/me/verification-codes/verify", {
      email,
      verificationCode,
    });
    const record = { "verification-id": String(body.verificationId) };
    expect((await service.as("dave")("PATCH", "/me/business", { ssn }, record)).status).toBe(200);
  });
});
