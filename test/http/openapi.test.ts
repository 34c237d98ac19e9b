/** The OpenAPI document: complete, consistent, and true of every kind of answer. */

import { createHash, createHmac } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { problemCodes } from "../../src/problem-codes.ts";
import { everyRoute } from "../support/every-route.ts";
import { useService } from "../support/fixtures.ts";
import { readOpenApi } from "../support/openapi.ts";
import { newPassword } from "../support/people.ts";
import { png } from "../support/pictures.ts";
import { type ApiCall, listCalls, listRoutes, sampleBody, takesJson } from "../support/routes.ts";
import { type Answer, sendCode, stepUp } from "../support/service.ts";

const fullPatch = {
  name: "Alice Doe",
  profile: { address: { locality: "Oslo" }, birthdate: "1990-05-17" },
  customData: { preferences: { theme: { dark: true } }, newsletter: true },
  business: { gender: "female", mailingAddress: { country: "NO" } },
};
const business = {
  ssn: "521-73-8846",
  paymentMethods: [{ token: "tok_1", brand: "visa", last4: "4242", expiry: "12/30" }],
};
const signingKey = everyRoute.LOGTO_WEBHOOK_SIGNING_KEY;
const service = useService({ environment: everyRoute });
const alice = service.as("alice");

let api: Awaited<ReturnType<typeof readOpenApi>>;
let calls: ApiCall[];
beforeAll(async () => {
  api = await readOpenApi(service);
  calls = await listCalls(service);
});

const nameOf = ({ method, declared }: ApiCall) => `${method} ${declared}`;
const send = (call: ApiCall, headers = {}, username = "alice", identity = {}) =>
  service.as(username, identity)(call.method, call.path, sampleBody(call), headers);
const query = (call: ApiCall, text: string) => alice(call.method, `${call.path}?${text}`, sampleBody(call));
const event = JSON.stringify({ event: "User.Data.Updated", params: { userId: "somebody0000" } });
const signature = {
  "logto-signature-sha-256": createHmac("sha256", signingKey).update(event).digest("hex"),
};

/** Acts, and expects an answer that the document describes. */
async function described(name: string, act: () => Promise<Answer>): Promise<Answer> {
  const answer = await act();
  expect(api.faultOf(name, answer)).toBeUndefined();
  return answer;
}

test("lists every route of the app, and no other", async () => {
  expect(api.operations.map(({ name }) => name).sort()).toEqual((await listRoutes(service)).sort());
});

test("names every operation once, and tags it with a tag that is described", () => {
  const names = api.operations.map(({ operationId }) => operationId);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  const tags = api.document.tags.map(({ name }) => name);
  expect(new Set(api.operations.flatMap((operation) => operation.tags))).toEqual(new Set(tags));
});

test("has every code of every refusal", async () => {
  const { text } = await service.anonymous("GET", "/openapi.json");
  expect(problemCodes.filter((code) => !text.includes(`"${code}"`))).toEqual([]);
});

test("says of every call of a signed-in person that it can come too often", () => {
  const type = "https://profile.example.test/problems/too_many_requests";
  const body = { type, title: "Too many", status: 429, code: "too_many_requests", requestId: "r" };
  const headers = new Headers({ "content-type": "application/problem+json" });
  for (const one of calls) {
    expect(api.faultOf(nameOf(one), { status: 429, headers, body, text: "" })).toBeUndefined();
  }
});

test("agrees with /me/schema", async () => {
  const { $schema: _version, $defs, ...profile } = (await alice("GET", "/me/schema")).body;
  const { Profile, ProfilePatch, ...schemas } = api.document.components.schemas;
  const inlined = (schema: unknown): unknown =>
    JSON.parse(JSON.stringify(schema), (_name, value) =>
      value?.$ref ? inlined(schemas[String(value.$ref).replace("#/components/schemas/", "")]) : value,
    );
  expect(inlined(Profile)).toEqual(profile);
  expect(inlined(ProfilePatch)).toEqual($defs.ProfilePatch);
});

const pictureOf = (file: Uint8Array) => `/avatars/${createHash("sha256").update(file).digest("hex")}.png`;
const newEmail = { email: "somebody.new@example.test" };

describe("what it says of a refusal is true: every call", () => {
  test.each<[string, number, (call: ApiCall) => Promise<Answer>]>([
    ["without a token", 401, ({ method, path }) => service.anonymous(method, path)],
    ["with a token that is none", 401, (call) => send(call, {}, "alice", { token: "a.b.c" })],
    ["without its scope", 403, (call) => send(call, {}, "alice", { scope: "openid" })],
    ["with an unknown query", 400, (call) => query(call, "x=1")],
    ["with a long URL", 414, (call) => query(call, "x".repeat(9_000))],
  ])("%s", async (_what, status, act) => {
    for (const call of calls) {
      const answer = await described(nameOf(call), () => act(call));
      expect(answer.status).toBe(status);
    }
  });

  test.each<[string, number, string, Record<string, string>]>([
    ["broken JSON", 400, "{", {}],
    ["no object", 422, "[]", {}],
    ["an unknown member", 422, '{"unknown":1}', {}],
    ["65 KiB", 413, " ".repeat(66_560), {}],
    ["plain text", 415, "{}", { "content-type": "text/plain" }],
  ])("with a body of %s", async (_what, status, body, headers) => {
    for (const call of calls.filter(takesJson)) {
      const act = () => alice(call.method, call.path, body, headers);
      expect((await described(nameOf(call), act)).status).toBe(status);
    }
  });

  test("with a method that its path does not take", async () => {
    const answer = await described("GET /me", () => alice("DELETE", "/me"));
    expect(answer.status).toBe(405);
  });
});

type Step = [
  call: string,
  status: number,
  sent?: { body?: unknown; headers?: Record<string, string>; proven?: true; path?: string },
];

test("what it says is true of every step of a walk over the whole API", async () => {
  const take = async ([name, status, { body, headers, proven, path } = {}]: Step) => {
    const [method = "", declared = ""] = name.split(" ");
    const sent = { ...headers, ...(proven ? await stepUp(service, "alice") : {}) };
    const call = declared.startsWith("/me") ? alice : service.anonymous;
    const answer = await described(name, () => call(method, path ?? declared, body, sent));
    expect({ name, status: answer.status }).toEqual({ name, status });
  };
  const key = { "idempotency-key": "a" };
  const newPrimary = { primaryEmail: newEmail.email };
  const own = { origin: "https://profile.example.test" };
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const steps: Step[] = [
    ["GET /me", 200],
    ["GET /me/schema", 200],
    ["PUT /me/avatar", 200, { body: new Blob([png()], { type: "image/png" }) }],
    ["PUT /me/avatar", 415, { body: {} }],
    ["PUT /me/avatar", 422, { body: new Blob(["GIF89a"], { type: "image/png" }) }],
    ["GET /avatars/{file}", 200, { path: pictureOf(png()) }],
    ["DELETE /me/avatar", 200],
    ["GET /avatars/{file}", 404, { path: pictureOf(png()) }],
    ["GET /me/custom-data", 200],
    ["GET /me/business", 200],
    ["GET /me/has-password", 200],
    ["GET /me/notices", 200],
    ["PATCH /me/notices", 200, { body: { choices: { "sessions.ended": false } } }],
    ["GET /me/activity", 200],
    ["GET /me/activity", 400, { path: "/me/activity?cursor=x" }],
    ["GET /me/sign-ins", 200],
    ["GET /me/sign-ins", 400, { path: "/me/sign-ins?cursor=x" }],
    ["PATCH /me", 412, { body: {}, headers: { "if-match": '"another"' } }],
    ["PATCH /me", 200, { body: fullPatch, headers: key }],
    ["PATCH /me", 200, { body: fullPatch, headers: key }],
    ["PATCH /me", 409, { body: {}, headers: key }],
    ["PATCH /me", 409, { body: { username: "bob" } }],
    ["PATCH /me", 422, { body: { createdAt: null } }],
    ["PATCH /me", 422, { body: { name: "4242 4242 4242 4242" } }],
    ["PATCH /me", 403, { body: newPrimary }],
    ["PATCH /me", 422, { body: newPrimary, proven: true }],
    ["GET /me/undo", 200],
    ["POST /me/undo/{ref}", 404, { body: {}, path: "/me/undo/none" }],
    ["POST /me/undo/{ref}", 404, { body: {} }],
    ["GET /me/factors", 200],
    ["DELETE /me/factors/{ref}", 403, { path: "/me/factors/none" }],
    ["DELETE /me/factors/{ref}", 404, { path: "/me/factors/none", proven: true }],
    ["GET /me/identities", 200],
    ["DELETE /me/identities/{ref}", 404, { path: "/me/identities/none", proven: true }],
    ["PATCH /me/custom-data", 200, { body: { preferences: { a: [1] } } }],
    ["PATCH /me/business", 200, { body: business, proven: true }],
    ["GET /me/business", 200],
    ["GET /me/business", 304, { headers: { "if-none-match": "*" } }],
    ["GET /me", 200],
    ["POST /me/business/reveal", 403, { body: { fields: ["ssn"] } }],
    [
      "POST /me/business/reveal",
      200,
      { body: { fields: ["ssn", "paymentMethods", "ethnicity"] }, proven: true },
    ],
    ["POST /me/export", 403],
    ["POST /me/export", 200, { proven: true }],
    ["POST /me/export", 429, { proven: true }],
    ["GET /schemas/account-export", 200],
    ["POST /me/password/check", 200, { body: { password: "aaaa" } }],
    ["POST /me/password/verify", 422, { body: { password: "x" } }],
    ["POST /me/password/verify", 200, { body: { password: "alice-password-1" } }],
    ["PATCH /me/password", 422, { body: { password: "a" }, proven: true }],
    ["POST /me/verification-codes", 403, { body: newEmail }],
    ["POST /me/verification-codes", 202, { body: newEmail, proven: true }],
    ["POST /me/verification-codes", 429, { body: newEmail, proven: true }],
    ["POST /me/verification-codes/verify", 400, { body: { ...newEmail, verificationCode: "1" } }],
    ["GET /me/deletion", 200],
    ["POST /me/deletion", 403, { body: { confirm: "alice" } }],
    ["POST /me/deletion", 422, { body: { confirm: "bob" }, proven: true }],
    ["POST /me/deletion", 202, { body: { confirm: "Alice@example.test" }, proven: true }],
    ["DELETE /me/deletion", 200],
    ["GET /me/sessions", 200],
    ["DELETE /me/sessions/{ref}", 404, { path: "/me/sessions/none" }],
    ["DELETE /me/sessions", 403],
    ["DELETE /me/sessions", 200, { proven: true, headers: { "idempotency-key": "sessions" } }],
    ["DELETE /me/sessions", 200, { proven: true }],
    ["GET /me/applications", 200],
    ["DELETE /me/applications/{ref}", 404, { path: "/me/applications/none" }],
    ["PATCH /me/password", 200, { body: { password: newPassword }, proven: true }],
    ["POST /me/sign-ins/not-me", 200, { body: {} }],
    ["GET /", 200],
    ["GET /", 302, { headers: { accept: "text/html" } }],
    ["GET /healthz", 200],
    ["GET /readyz", 200],
    ["GET /openapi.json", 200],
    ["GET /problems/{code}", 200, { path: "/problems/csrf" }],
    ["GET /problems/{code}", 404, { path: "/problems/nothing" }],
    ["POST /webhooks/logto", 401, { body: event }],
    ["POST /webhooks/logto", 204, { body: event, headers: signature }],
    ["GET /session", 200],
    ["GET /session/sign-in", 303],
    ["GET /session/callback", 400],
    ["POST /session/sign-out", 403],
    ["POST /session/sign-out", 200, { headers: { ...own, "x-csrf": "1" } }],
    ["POST /session/sign-out", 303, { body: "", headers: { ...own, ...form } }],
    ["POST /session/backchannel-logout", 400, { body: "logout_token=x", headers: form }],
  ];
  for (const step of steps) await take(step);
  expect(api.operations.map(({ name }) => name).sort()).toEqual(
    [...new Set(steps.map(([name]) => name))].sort(),
  );
});

test("what it says of codes is true: a record for an address of the person's, a proof for another one", async () => {
  const bob = service.as("bob");
  const name = "POST /me/verification-codes/verify";
  const verify = (address: { email: string }, verificationCode: string) =>
    described(name, () => bob("POST", "/me/verification-codes/verify", { ...address, verificationCode }));
  const own = { email: "bob@example.test" };
  const record = await verify(own, await sendCode(service, "bob", own));
  expect(record.body).toHaveProperty("verificationId");
  const headers = { "verification-id": record.body.verificationId };
  const other = { email: "bob.new@example.test" };
  const proof = await verify(other, await sendCode(service, "bob", other, headers));
  expect(proof.body).toHaveProperty("proven", true);
});

describe("what it says of a body is true:", () => {
  test.each<[object, boolean]>([
    [{}, true],
    [{ name: "A", avatar: null, primaryPhone: "+1 (202) 555-0113" }, true],
    [{ name: "", profile: { birthdate: "", address: { locality: null, region: "" } } }, true],
    [{ profile: null, customData: { preferences: { a: null } }, business: { mailingAddress: null } }, true],
    [{ name: 7 }, false],
    [{ unknown: "x" }, false],
    [{ createdAt: null }, false],
    [{ profile: { address: { unknown: null } } }, false],
    [{ customData: { newsletter: "yes" } }, false],
    [{ business: { ssn: { masked: "•••••8846" } } }, false],
    [{ business: { dateOfBirth: "yesterday" } }, false],
  ])("%j", async (patch, taken) => {
    expect(api.takes("PATCH /me", patch)).toBe(taken);
    const { status } = await service.as("carol")("PATCH", "/me", patch);
    expect(status).toBe(taken ? 200 : 422);
  });

  test("every call takes what the tests send it", () => {
    const withBody = calls.filter(takesJson);
    expect(withBody.filter((call) => !api.takes(nameOf(call), sampleBody(call)))).toEqual([]);
  });
});

// The last one: it trips the breaker, which goes by the machine's clock.
test("what it says is true of every call while Logto is away", async () => {
  service.tenant.faults.add({ match: { path: /^\/api\// }, status: 503 });
  service.platform.advance(60_000);
  // What makes an account safer is done here, and at Logto as soon as it is back.
  const works = ["POST /me/sign-ins/not-me"];
  for (const call of calls) {
    const { status } = await described(nameOf(call), () => send(call, {}, "bob"));
    expect({ call: nameOf(call), fails: status >= 500 }).toEqual({
      call: nameOf(call),
      fails: !works.includes(nameOf(call)),
    });
  }
});
