import { createHmac } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { everyByte } from "../support/files.ts";
import { useService } from "../support/fixtures.ts";
import { eventually } from "../support/instances.ts";
import { manage } from "../support/manage.ts";
import { sendCode, startService, stepUp } from "../support/service.ts";

const signingKey = "webhook-signing-key";
const events = ["User.Data.Updated", "User.SuspensionStatus.Updated", "User.Deleted"];

// A long life, so that only a webhook can make a snapshot go.
const environment = { LOGTO_WEBHOOK_SIGNING_KEY: signingKey, PROFILE_CACHE_SECONDS: "300" };
const service = useService({ environment });
beforeAll(() => {
  const url = `${service.url}/webhooks/logto`;
  const hook = {
    id: "h1",
    name: "service",
    events,
    config: { url },
    signingKey,
    enabled: true,
    createdAt: 0,
  };
  service.tenant.state.hooks.insert(hook);
});
beforeEach(() => service.tenant.requests.clear());

/** As Logto would send it. */
const deliver = (body: string, headers: Record<string, string> = {}) =>
  service.anonymous("POST", "/webhooks/logto", body, { "logto-signature-sha-256": signed(body), ...headers });
const signed = (body: string) => createHmac("sha256", signingKey).update(body).digest("hex");
const deleted = (userId: string) => JSON.stringify({ event: "User.Deleted", params: { userId }, data: null });

async function administer(method: string, path: string, body?: unknown) {
  const status = await manage(service.tenant, method, path, body);
  await service.tenant.webhooksSettled();
  return status;
}

test("a change made at Logto is read at once, not when the snapshot ends", async () => {
  const bob = service.as("bob");
  await bob("GET", "/me");
  await administer("PATCH", `/api/users/${service.userId("bob")}`, { name: "Robert" });
  expect((await bob("GET", "/me")).body.name).toBe("Robert");
});

test("somebody suspended at Logto is refused at once", async () => {
  const carol = service.as("carol");
  expect((await carol("GET", "/me")).status).toBe(200);
  const path = `/api/users/${service.userId("carol")}/is-suspended`;
  await administer("PATCH", path, { isSuspended: true });
  expect(await carol("GET", "/me")).toMatchObject({ status: 403, body: { code: "user_suspended" } });
  await administer("PATCH", path, { isSuspended: false });
  expect((await carol("GET", "/me")).status).toBe(200);
});

test.each<[string, Record<string, string>]>([
  ["without a signature", { "logto-signature-sha-256": "" }],
  ["signed with another key", { "logto-signature-sha-256": "0".repeat(64) }],
  ["with a signature that is no hex", { "logto-signature-sha-256": "zz" }],
])("an event %s is refused, and erases nobody", async (_how, headers) => {
  await service.as("alice")("PATCH", "/me/business", { gender: "female" });
  const { status, body } = await deliver(deleted(service.userId("alice")), headers);
  expect({ status, code: body.code }).toEqual({ status: 401, code: "unauthenticated" });
  expect((await service.as("alice")("GET", "/me/business")).body.gender).toBe("female");
});

test("an event changed by a byte on its way is refused", async () => {
  const body = deleted(service.userId("alice"));
  const { status } = await deliver(`${body} `, { "logto-signature-sha-256": signed(body) });
  expect(status).toBe(401);
});

test.each<[string, string, number]>([
  ["an event of another kind", JSON.stringify({ event: "Role.Created", data: { id: "x" } }), 204],
  ["an event about nobody", JSON.stringify({ event: "User.Deleted", data: null }), 204],
  ["an event about an impossible user", JSON.stringify({ event: "User.Deleted", data: { id: "../x" } }), 204],
  ["a body that is no JSON", "{", 400],
  ["a body beyond a megabyte", JSON.stringify({ event: "x".repeat(1_048_577) }), 413],
])("answers %s", async (_what, body, status) => {
  expect((await deliver(body)).status).toBe(status);
});

test("there is no such path without a signing key, and no other method with it", async () => {
  const plain = await startService({ tenant: service.tenant });
  const body = deleted(plain.userId("alice"));
  const headers = { "logto-signature-sha-256": createHmac("sha256", "").update(body).digest("hex") };
  expect((await plain.anonymous("POST", "/webhooks/logto", body, headers)).status).toBe(404);
  await plain.close();
  expect((await service.anonymous("GET", "/webhooks/logto")).status).toBe(405);
});

test("somebody deleted at Logto leaves no byte in the database's files, and others stay", async () => {
  const dave = service.as("dave");
  const userId = service.userId("dave");
  const verificationCode = await sendCode(service, "dave", { email: "dave@example.test" });
  const proof = { email: "dave@example.test", verificationCode };
  await dave("POST", "/me/verification-codes/verify", proof, { "idempotency-key": "k1" });
  await dave("POST", "/me/password/verify", { password: "wrong" });
  await dave("PATCH", "/me/business", { ethnicity: "Sami" }, { "idempotency-key": "k2" });
  await service.as("alice")("PATCH", "/me/business", { ssn: "521-73-8846" }, await stepUp(service, "alice"));
  expect(everyByte(service.folder)).toContain(userId);

  expect(await administer("DELETE", `/api/users/${userId}`)).toBe(204);
  expect(everyByte(service.folder)).not.toContain(userId);
  expect(everyByte(service.folder)).toContain(service.userId("alice"));
  expect((await service.as("alice")("GET", "/me/business")).body.ssn).toEqual({ masked: "•••••8846" });
  for (const [method, path, body] of [
    ["GET", "/me"],
    ["PATCH", "/me/business", { ethnicity: "Sami" }],
    ["POST", "/me/password/verify", { password: "x" }],
  ] as const) {
    const answer = await dave(method, path, body);
    expect(answer).toMatchObject({ status: 401, body: { code: "invalid_token" } });
  }
  // What the refusals left in the log, a lease and nothing more, goes with the hourly retention.
  await service.database.scrubFiles();
  expect(everyByte(service.folder)).not.toContain(userId);
});

test("a change that is under way when its person is erased stores nothing", async () => {
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const path = /^\/api\/users\/\w+$/;
  service.tenant.faults.add({ match: { method: "PATCH", path, times: 1 }, gate });
  const change = service.as("bob")("PATCH", "/me", { name: "Late", business: { ethnicity: "late" } });
  await eventually(() => service.tenant.requests.count("PATCH", path) > 0);
  expect((await deliver(deleted(service.userId("bob")))).status).toBe(204);
  goOn();
  expect(await change).toMatchObject({ status: 504, body: { code: "outcome_unknown" } });
  expect((await service.as("bob")("GET", "/me/business")).body.ethnicity).toBeNull();
});

test("an event delivered again does no more than the first time", async () => {
  const body = deleted(service.userId("dave"));
  expect([(await deliver(body)).status, (await deliver(body)).status]).toEqual([204, 204]);
});
