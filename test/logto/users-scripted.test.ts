/** Answers about users that a Logto of another release may give, and calls that come too late. */
import { expect, test } from "vitest";
import { codesApi } from "../../src/logto/codes.ts";
import { createSignInExperience } from "../../src/logto/sign-in-experience.ts";
import { usersApi } from "../../src/logto/users.ts";
import { someUser, startLogto } from "../support/logto.ts";
import { json } from "../support/upstream.ts";

async function start() {
  const { upstream, platform, management } = await startLogto();
  const users = usersApi(management, createSignInExperience(management, platform));
  return { upstream, platform, users, codes: codesApi(management) };
}

test("what Logto does not say of somebody is not so: no password, not suspended, nothing stored", async () => {
  const { upstream, users } = await start();
  const { id, createdAt } = someUser;
  upstream.on("GET /api/users/u1", json(200, { id, createdAt }));
  const none = { username: null, primaryEmail: null, primaryPhone: null, name: null, avatar: null };
  expect(await users.get("u1")).toEqual({
    ...{ id, createdAt, ...none, customData: {}, identities: {}, profile: {} },
    ...{ lastSignInAt: null, updatedAt: null, applicationId: null, isSuspended: false, hasPassword: false },
  });
});

test("a change that comes too late is not sent, of the password neither", async () => {
  const { upstream, platform, users } = await start();
  await users.get("u1");
  const before = upstream.received.length;
  const late = platform.monotonic() - 1;
  const notSent = { code: "upstream_unavailable", sent: "no" };
  await expect(users.update("u1", { name: "Late" }, late)).rejects.toMatchObject(notSent);
  await expect(users.setPassword("u1", "late", late)).rejects.toMatchObject(notSent);
  expect(upstream.received).toHaveLength(before);
});

test.each([
  ["the policy", 422, "guard.invalid_input", "validation_failed"],
  ["the policy", 404, "entity.not_found", "invalid_token"],
  ["the policy", 404, "entity.not_exists", "upstream_invalid"],
])("a refusal of %s with %i %s says nothing about breaches", async (_what, status, code, expected) => {
  const { upstream, users } = await start();
  upstream.on("POST /api/sign-in-exp/default/check-password", json(status, { code }));
  await expect(users.checkPassword("u1", "Gr8-Purple-Tiger")).rejects.toMatchObject({ code: expected });
  upstream.on("POST /api/users/u1/password/verify", json(status, { code }));
  await expect(users.verifyPassword("u1", "Gr8-Purple-Tiger")).rejects.toMatchObject({ code: expected });
});

test("the policy is asked about this person", async () => {
  const { upstream, users } = await start();
  upstream.on("POST /api/sign-in-exp/default/check-password", json(200, { result: true }));
  await users.checkPassword("u1", "Gr8-Purple-Tiger");
  expect(JSON.parse(upstream.received.at(-1)?.body ?? "")).toEqual({
    password: "Gr8-Purple-Tiger",
    userId: "u1",
  });
});

test.each([
  ["verification_code.code_mismatch", "mismatch"],
  ["verification_code.not_found", "expired"],
  ["verification_code.expired", "expired"],
  ["verification_code.exceed_max_try", "expired"],
])("a code that Logto refuses with %s is a %s", async (code, outcome) => {
  const { upstream, codes } = await start();
  upstream.on("POST /api/verification-codes/verify", json(400, { code }));
  const address = { type: "email", value: "ann@example.test" } as const;
  expect(await codes.verify("u1", address, "123456")).toBe(outcome);
  upstream.on("POST /api/verification-codes/verify", json(400, { code: "verification_code.other" }));
  await expect(codes.verify("u1", address, "123456")).rejects.toMatchObject({ code: "upstream_invalid" });
});

test.each([
  ["what an operator has to put right", "connector.template_not_found", 600],
  ["what an operator has to put right", "connector.not_found", 600],
  ["what may pass", "connector.general", 10],
  ["what may pass", "connector.of_another_release", 10],
])("a code that could not be sent because of %s (%s) can be asked for again in %i s", async (...given) => {
  const [, code, retryAfter] = given;
  const { upstream, codes } = await start();
  upstream.on("POST /api/verification-codes", json(500, { code }));
  await expect(codes.send("u1", { type: "email", value: "ann@example.test" })).rejects.toMatchObject({
    ...{ code: "upstream_unavailable", sent: "no", detail: { retryAfter } },
  });
});
