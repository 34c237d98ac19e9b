/** Usernames and e-mail addresses obey the tenant, which its Management API does not see to. */
import { beforeEach, describe, expect, test } from "vitest";
import { useService } from "../../support/fixtures.ts";
import { times, upstreamWrites, useFreshDays } from "../../support/people.ts";
import { sendCode, stepUp } from "../../support/service.ts";

const service = useService();
useFreshDays(service);

const unrestricted = { lowercase: true, uppercase: true, numbers: true, underscore: true };
const anyName = { caseSensitive: true, minLength: 1, maxLength: 128, allowedChars: unrestricted };

beforeEach(() => {
  Object.assign(service.tenant.state.signInExperience, { usernamePolicy: anyName, emailBlocklistPolicy: {} });
});

const setRules = (rules: Record<string, unknown>) =>
  Object.assign(service.tenant.state.signInExperience, rules);
const change = (patch: unknown, headers: Record<string, string> = {}) =>
  service.as("alice")("PATCH", "/me", patch, headers);
const policyReads = () =>
  service.tenant.requests.all().filter(({ path }) => path === "/api/sign-in-exp").length;

describe("a new username", () => {
  test("is refused by the tenant's policy, with the rule that it breaks", async () => {
    setRules({
      usernamePolicy: { ...anyName, minLength: 4, allowedChars: { ...unrestricted, uppercase: false } },
    });
    for (const [username, code] of [
      ["abc", "username_too_short"],
      ["Abcdef", "username_uppercase_not_allowed"],
    ]) {
      const { status, body } = await change({ username });
      expect({ status, body }).toMatchObject({
        status: 422,
        body: { code: "validation_failed", errors: [{ pointer: "/username", code }] },
      });
    }
    expect(upstreamWrites(service)).toEqual([]);
    expect((await change({ username: "alice9" })).status).toBe(200);
  });

  test("that the policy would refuse today stays, and stands in no other change's way", async () => {
    setRules({ usernamePolicy: { ...anyName, minLength: 20 } });
    const { status, body } = await change({ username: "alice", name: "Alice" });
    expect({ status, name: body.name }).toEqual({ status: 200, name: "Alice" });
  });
});

describe("a new e-mail address", () => {
  const blocked = { customBlocklist: ["@blocked.test"], blockSubaddressing: true };

  test.each([
    ["on a blocked domain", "x@blocked.test", "email_not_allowed"],
    ["with a subaddress", "x+y@example.test", "email_subaddressing_not_allowed"],
    ["on a blocked domain in capitals", "X@BLOCKED.TEST", "email_not_allowed"],
  ])("%s is sent no code and never stored", async (_what, email, code) => {
    setRules({ emailBlocklistPolicy: blocked });
    const record = await stepUp(service, "alice");
    service.tenant.requests.clear();
    const sent = await service.as("alice")("POST", "/me/verification-codes", { email }, record);
    expect({ status: sent.status, body: sent.body }).toMatchObject({
      status: 422,
      body: { code: "validation_failed", errors: [{ pointer: "/email", code }] },
    });
    const changed = await change({ primaryEmail: email }, record);
    expect({ status: changed.status, body: changed.body }).toMatchObject({
      status: 422,
      body: { code: "validation_failed", errors: [{ pointer: "/primaryEmail", code }] },
    });
    expect(upstreamWrites(service)).toEqual([]);
  });

  test("that was proven before its domain was blocked is not stored", async () => {
    const email = "late@blocked.test";
    const record = await stepUp(service, "alice");
    const verificationCode = await sendCode(service, "alice", { email }, record);
    await service.as("alice")("POST", "/me/verification-codes/verify", { email, verificationCode });
    setRules({ emailBlocklistPolicy: blocked });
    service.platform.advance(5 * 60_000);
    expect((await change({ primaryEmail: email }, record)).body.code).toBe("validation_failed");
  });

  test("that is one's own already proves who somebody is, whatever the list says", async () => {
    setRules({ emailBlocklistPolicy: { customAllowlist: ["@nobody.test"] } });
    expect(await sendCode(service, "alice", { email: "alice@example.test" })).toMatch(/^\d{6}$/);
  });
});

test("the rules are read once in five minutes, also by many at once", async () => {
  const usernames = ["alice2", "alice3", "alice4", "alice5"];
  await times(usernames.length, (index) => change({ username: usernames[index] }));
  expect(policyReads()).toBe(1);
  service.platform.advance(5 * 60_000);
  await change({ username: "alice6" });
  expect(policyReads()).toBe(2);
});

test("nothing is asked for where no identifier changes", async () => {
  expect((await change({ name: "Alice", username: "alice" })).status).toBe(200);
  expect(policyReads()).toBe(0);
});

test("a new username is not written while the rules cannot be read", async () => {
  service.tenant.faults.add({ match: { path: /^\/api\/sign-in-exp$/ }, status: 503 });
  const { status } = await change({ username: "alice7" });
  expect(status).toBe(503);
  expect(upstreamWrites(service)).toEqual([]);
});
