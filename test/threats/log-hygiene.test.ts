/** A tour of the whole service with marked values, then a search for them in every place where none may be. */
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { problems } from "../../src/problem-codes.ts";
import { startCollector } from "../support/collector.ts";
import { useService, useShared } from "../support/fixtures.ts";
import { listCalls, sampleBody } from "../support/routes.ts";
import { scrape } from "../support/scrape.ts";
import { type Answer, type Call, sendCode } from "../support/service.ts";

const encryptionKey = randomBytes(32).toString("base64");
const collector = useShared(startCollector, (started) => started.stop());
const service = useService(() => ({
  environment: {
    ENCRYPTION_KEYS: `test:${encryptionKey}`,
    METRICS_PORT: "0",
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  },
}));
/** What was sent or issued and must be found nowhere. */
const secrets = new Map<string, string>();
const refusals: Answer[] = [];

/** Remembers a value under the name by which a failure will call it. */
function mark(name: string, value: string): string {
  secrets.set(name, value);
  return value;
}
const marker = (name: string) =>
  mark(`${name} ${secrets.size}`, `marker-${name.replaceAll(/\W/g, "")}-${randomBytes(6).toString("hex")}`);
beforeAll(async () => {
  mark("the encryption key", encryptionKey);
  mark("the M2M secret", service.tenant.description.m2m.appSecret);
  for (const { username, password, primaryEmail, primaryPhone } of service.tenant.description.users) {
    mark(`the e-mail of ${username}`, primaryEmail);
    if (password) mark(`the password of ${username}`, password);
    if (primaryPhone) mark(`the phone of ${username}`, primaryPhone);
  }
  await refusalsOfEveryCall();
  await useEverything();
  await brokenUpstream();
  await service.platform.idle();
}, 60_000);

/** Calls as a person, with a token that is marked, and keeps what was refused. */
const as = (username: string): Call => {
  return async (method, path, body, headers) => {
    const token = mark(`token ${secrets.size}`, await service.token(username));
    const answer = await service.as(username, { token })(method, path, body, headers);
    if (answer.status >= 400) refusals.push(answer);
    return answer;
  };
};

/** Everything a person types, on every call, in every place where it does not belong. */
async function refusalsOfEveryCall() {
  const alice = as("alice");
  const headers = {
    "verification-id": marker("verification id"),
    "idempotency-key": marker("idempotency key"),
  };
  const more = { cookie: `session=${marker("cookie")}`, "x-request-id": marker("request id") };
  for (const call of await listCalls(service)) {
    const { method, path } = call;
    await alice(method, `${path}?q=${marker("query")}`, sampleBody(call));
    await alice(method, `${path}/${marker("path")}`, sampleBody(call));
    refusals.push(
      await service.anonymous(method, path, sampleBody(call), {
        authorization: `Bearer ${marker("bad token")}`,
      }),
    );
    if (call.types.length === 0) continue;
    const own = { ...headers, "idempotency-key": marker("idempotency key of a call"), ...more };
    await alice(method, path, `{"name": "${marker("broken JSON")}"`, own);
    await alice(method, path, { unknown: marker("unknown field's value") }, own);
    await alice(method, path, { name: 5, password: { deep: marker("wrong type") } }, own);
    await alice(method, path, marker("no JSON"), { ...own, "content-type": "text/plain" });
  }
  await alice("PATCH", "/me", {
    name: `${marker("card holder")} 4242424242424242`,
    avatar: marker("avatar"),
  });
  mark("a card number", "4242424242424242");
  await alice("PATCH", "/me", { username: "bob", primaryEmail: marker("address") }, headers);
  await alice("PATCH", "/me/business", { ssn: marker("malformed ssn"), dateOfBirth: marker("birth") });
  await alice("GET", `/me/activity?cursor=${marker("cursor")}`);
}

/** A person who uses everything: proofs, codes, business fields, a new address, a new password. */
async function useEverything() {
  const bob = as("bob");
  await bob("POST", "/me/password/verify", { password: marker("wrong password") });
  await bob("POST", "/me/password/check", { password: marker("considered password") });
  const { body: record } = await bob("POST", "/me/password/verify", { password: "bob-password-1" });
  const proof = { "verification-id": mark("issued verification id", String(record.verificationId)) };
  const business = {
    ssn: mark("ssn", "521-73-8846"),
    gender: marker("gender"),
    ethnicity: marker("ethnicity"),
    mailingAddress: { formatted: marker("street"), locality: marker("town") },
    paymentMethods: [{ token: marker("payment token"), brand: "visa", last4: "4242", expiry: "12/30" }],
  };
  const key = { ...proof, "idempotency-key": marker("used idempotency key") };
  expect((await bob("PATCH", "/me/business", business, key)).status).toBe(200);
  expect((await bob("PATCH", "/me/business", business, key)).status).toBe(200);
  await bob("POST", "/me/business/reveal", { fields: ["ssn", "paymentMethods"] }, proof);
  const profile = { name: marker("name"), profile: { nickname: marker("nickname") } };
  await bob("PATCH", "/me", { ...profile, customData: { preferences: { note: marker("note") } } });

  const email = mark("new address", `marker-${randomBytes(6).toString("hex")}@example.test`);
  const code = mark("code", await sendCode(service, "bob", { email }, proof));
  const wrong = code === "999999" ? "888888" : "999999";
  await bob("POST", "/me/verification-codes/verify", { email, verificationCode: wrong });
  await bob("POST", "/me/verification-codes/verify", { email, verificationCode: code });
  expect((await bob("PATCH", "/me", { primaryEmail: email }, proof)).status).toBe(200);
  const again = await bob("POST", "/me/password/verify", { password: "bob-password-1" });
  const last = { "verification-id": mark("last verification id", String(again.body.verificationId)) };
  const password = marker("new password");
  expect((await bob("PATCH", "/me/password", { password }, last)).status).toBe(200);
}

/** A Logto whose errors and HTML repeat what it was sent. */
async function brokenUpstream() {
  const carol = as("carol");
  for (const status of [400, 401, 403, 404, 409, 422, 429, 500, 503]) {
    const secret = marker(`upstream message ${status}`);
    const body = JSON.stringify({ code: secret, message: secret, data: { claims: secret } });
    service.tenant.faults.add({ match: { path: /^\/api\// }, status, body });
    await carol("PATCH", "/me", { name: marker("name in trouble") });
    await carol("POST", "/me/password/verify", { password: marker("password in trouble") });
    service.tenant.faults.clear();
  }
  service.tenant.faults.add({ match: { path: /^\/api\// }, body: `<h1>${marker("upstream HTML")}</h1>` });
  await carol("GET", "/me", undefined, { "cache-control": "no-cache" });
  service.tenant.faults.clear();
  service.tenant.faults.add({ match: { method: "PATCH", path: /^\/api\// }, action: "reset", after: true });
  await carol("PATCH", "/me", {
    name: marker("name of unknown fate"),
    business: { gender: marker("pending") },
  });
  service.tenant.faults.clear();
}

/** The names of the secrets that stand in a text. */
const found = (text: string) =>
  [...secrets].filter(([, value]) => text.includes(value)).map(([name]) => name);

/** The same for bytes, in which a secret may also be encoded: UTF-16, hexadecimal, base64 from each of three offsets. */
function foundInBytes(bytes: Buffer): string[] {
  const text = bytes.toString("latin1");
  return [...secrets]
    .filter(([, value]) => encodings(value).some((form) => text.includes(form)))
    .map(([name]) => name);
}

function encodings(value: string): string[] {
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from(`${" ".repeat(offset)}${value}`)
      .toString("base64url")
      .slice(offset ? 4 : 0, -4),
  );
  const long = base64.filter((form) => form.length >= 8);
  return [
    value,
    Buffer.from(value).toString("hex"),
    Buffer.from(value, "utf16le").toString("latin1"),
    ...long,
  ];
}

test("the tour met refusals of many kinds, so that there was something to leak", () => {
  const codes = new Set(refusals.map(({ body }) => body?.code));
  expect(refusals.length).toBeGreaterThan(80);
  expect(codes.size).toBeGreaterThan(12);
  expect(secrets.size).toBeGreaterThan(150);
});

test("no line of the log holds a marked value, a token, an address or a person's id", () => {
  const { lines } = service.platform;
  expect(lines.length).toBeGreaterThan(100);
  const text = lines.join("\n");
  expect(found(text)).toEqual([]);
  expect(text).not.toMatch(/eyJ|@example|marker|dev(?:alice|bob|carol|dave)0000|127\.0\.0\.1/);
});

/** What names or shows a person in a place that is not told of any. */
const personal = /eyJ|@example|marker|dev(?:alice|bob|carol|dave)0000|\d+\.\d+\.\d+\.\d+/;

test("no metric and no label holds a marked value, a token, an address or a person's id", async () => {
  const { text, names } = await scrape(service.metricsUrl);
  expect(names.length).toBeGreaterThan(20);
  expect(found(text)).toEqual([]);
  expect(text).not.toMatch(personal);
});

test("no span holds a marked value, a token, an address or a person's id", async () => {
  const last = await service.anonymous("GET", "/healthz");
  await collector.traceOf(last.headers.get("x-request-id") ?? "");
  expect(collector.spans().length).toBeGreaterThan(300);
  expect(found(collector.text())).toEqual([]);
  expect(collector.text()).not.toMatch(personal);
});

test("every line is one JSON object of listed members", () => {
  const allowed =
    "time level requestId method route status code reason ms clientId user event fault stack url".split(" ");
  const members = service.platform.lines.flatMap((line) => Object.keys(JSON.parse(line)));
  expect([...new Set(members)].filter((name) => !allowed.includes(name))).toEqual([]);
});

test("the line of every refusal names its code, and of every 401 a reason, from closed lists", () => {
  const refused = service.platform.lines
    .map((line) => JSON.parse(line))
    .filter(({ status }) => status >= 400);
  expect(refused.length).toBeGreaterThan(80);
  expect(refused.filter(({ code }) => !Object.hasOwn(problems, code))).toEqual([]);
  expect(refused.filter(({ status, reason }) => (status === 401) !== (reason !== undefined))).toEqual([]);
  expect(new Set(refused.flatMap(({ reason }) => reason ?? []))).toEqual(new Set(["opaque"]));
});

test("no refusal quotes what was sent, what was stored, or what Logto said", () => {
  const texts = refusals.map(({ text, headers }) => text + JSON.stringify([...headers]));
  expect(found(texts.join("\n"))).toEqual([]);
});

test("no byte of the database, its log or its index holds a marked value in any encoding", async () => {
  const files = await readdir(service.folder);
  expect(files.some((name) => name.endsWith("-wal"))).toBe(true);
  for (const name of files) {
    const bytes = await readFile(join(service.folder, name));
    expect({ name, found: foundInBytes(bytes) }).toEqual({ name, found: [] });
  }
});
