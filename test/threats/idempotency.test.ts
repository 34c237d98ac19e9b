/** A request that is sent again under its key has one effect and one answer, for the one who sent it. */
import { beforeEach, describe, expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import { lastActivity, newPassword, tally, times, upstreamWrites, useFreshDays } from "../support/people.ts";
import { type ApiCall, listCalls, sampleBody } from "../support/routes.ts";
import { stepUp } from "../support/service.ts";

const minute = 60_000;
const hour = 60 * minute;
const ssn = "521-73-8846";

const service = useService();
let key: { "idempotency-key": string };
useFreshDays(service);
beforeEach(() => {
  key = { "idempotency-key": crypto.randomUUID() };
});

const alice = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  service.as("alice")(method, path, body, headers);
const rename = (name: string, headers: Record<string, string> = key) =>
  alice("PATCH", "/me", { name }, headers);
const replayed = ({ headers }: { headers: Headers }) => headers.get("idempotent-replayed") === "true";
const writes = () => upstreamWrites(service).length;

describe("a repeat", () => {
  test("with the same body gets the same answer, marked, and no second effect", async () => {
    const first = await rename("Once");
    service.tenant.requests.clear();
    await rename("Between", {});
    const second = await rename("Once");
    expect(second).toMatchObject({ status: 200, text: first.text });
    expect(second.headers.get("etag")).toBe(first.headers.get("etag"));
    expect(second.headers.get("content-type")).toBe(first.headers.get("content-type"));
    expect([replayed(first), replayed(second)]).toEqual([false, true]);
    expect(writes()).toBe(1);
    expect((await alice("GET", "/me")).body.name).toBe("Between");
  });

  test("of a lasting refusal gets the refusal again", async () => {
    const first = await rename("😀".repeat(65));
    const second = await rename("😀".repeat(65));
    expect(first.status).toBe(422);
    expect(second.text).toBe(first.text);
    const lines = service.platform.lines.slice(-2).map((line): unknown => JSON.parse(line));
    const refused = { status: 422, code: first.body.code };
    expect(lines).toMatchObject([refused, refused]);
  });

  test.each<[string, () => [string, string, unknown, Record<string, string>?]]>([
    ["another body", () => ["PATCH", "/me", { name: "Other" }]],
    ["another path", () => ["PATCH", "/me/custom-data", { name: "Once" }]],
    ["another condition", () => ["PATCH", "/me", { name: "Once" }, { "if-match": '"x"' }]],
    ["another step-up record", () => ["PATCH", "/me", { name: "Once" }, { "verification-id": "x" }]],
  ])("with %s is a conflict", async (_what, other) => {
    await rename("Once");
    const [method, path, body, headers] = other();
    const { status, body: problem } = await alice(method, path, body, { ...key, ...headers });
    expect({ status, code: problem.code }).toEqual({ status: 409, code: "idempotency_conflict" });
    expect(writes()).toBe(1);
  });

  test("at the same time waits for the one effect", async () => {
    const answers = await times(10, () => rename("Together"));
    expect(tally(answers)).toEqual({ 200: 10 });
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(replayed)).toHaveLength(9);
    expect(writes()).toBe(1);
  });

  test("sends one message", async () => {
    const email = "alice@example.test";
    const answers = await times(5, () => alice("POST", "/me/verification-codes", { email }, key));
    expect(tally(answers)).toEqual({ 202: 5 });
    expect(service.tenant.requests.count("POST", /verification-codes$/)).toBe(1);
  });

  test("is carried out anew after a failure that may pass", async () => {
    service.tenant.faults.add({
      match: { method: "PATCH", path: /\/users\//, times: 1 },
      status: 429,
      body: "{}",
    });
    expect((await rename("Later")).status).toBe(503);
    expect(await rename("Later")).toMatchObject({ status: 200, body: { name: "Later" } });
  });

  test("is carried out anew a day later", async () => {
    await rename("Yesterday");
    service.platform.advance(24 * hour - 10);
    expect(replayed(await rename("Yesterday"))).toBe(true);
    service.platform.advance(20);
    expect(replayed(await rename("Yesterday"))).toBe(false);
    expect((await rename("Today")).status).toBe(409);
  });

  test.each(["", "x".repeat(256), "with a space"])(
    "under a malformed key is refused: %j",
    async (malformed) => {
      const { status, body } = await rename("Any", { "idempotency-key": malformed });
      expect({ status, code: body.code }).toEqual({ status: 400, code: "bad_request" });
    },
  );
});

describe("every call that changes something", () => {
  test("takes a key, except PUT, whose repeat changes nothing, and what must not outlive its step-up: the reveal, the export", async () => {
    const calls = await listCalls(service);
    const takesKey = ({ headers }: ApiCall) => headers.includes("Idempotency-Key");
    const named = (some: ApiCall[]) => some.map(({ method, path }) => `${method} ${path}`);
    const changing = calls.filter(({ method }) => method !== "GET" && method !== "PUT");
    expect(named(changing.filter((call) => !takesKey(call))).sort()).toEqual([
      "POST /me/business/reveal",
      "POST /me/export",
    ]);
    expect(named(calls.filter((call) => takesKey(call) && !changing.includes(call)))).toEqual([]);
  });

  test("reads the key where its document names it, and nowhere else", async () => {
    const malformed = { "idempotency-key": "with a space" };
    for (const call of await listCalls(service)) {
      const { status, body } = await alice(call.method, call.path, sampleBody(call), malformed);
      const refused = status === 400 && body.code === "bad_request";
      expect({ call, refused }).toEqual({ call, refused: call.headers.includes("Idempotency-Key") });
    }
  });
});

describe("a stored answer", () => {
  test("is not given to another person with the same key", async () => {
    const mine = await rename("Mine");
    const theirs = await service.as("bob")("PATCH", "/me", { name: "Mine" }, key);
    expect(theirs).toMatchObject({ status: 200, body: { username: "bob", name: "Mine" } });
    expect(theirs.text).not.toBe(mine.text);
    expect(replayed(theirs)).toBe(false);
  });

  test.each([
    ["another client", { clientId: "other-client" }, 409, "idempotency_conflict"],
    ["a token that may not write", { scope: "profile:read" }, 403, "insufficient_scope"],
  ])("is not given to %s", async (_who, identity, status, code) => {
    await rename("Mine");
    const answer = await service.as("alice", identity)("PATCH", "/me", { name: "Mine" }, key);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  });

  test("is not given once its owner is suspended", async () => {
    await rename("Mine");
    Object.assign(service.tenant.state.users.get(service.userId("alice")), { isSuspended: true });
    service.platform.advance(16_000);
    expect(await rename("Mine")).toMatchObject({ status: 403, body: { code: "user_suspended" } });
  });

  test("is sealed: neither body, answer nor key can be read or guessed from the database", async () => {
    const record = await stepUp(service, "alice");
    const body = { ssn, gender: "marker-gender" };
    expect((await alice("PATCH", "/me/business", body, { ...key, ...record })).status).toBe(200);
    const rows = await service.database.kysely.selectFrom("idempotency").selectAll().execute();
    const text = JSON.stringify(rows);
    expect(rows.length).toBeGreaterThan(0);
    for (const marker of [ssn, "marker-gender", key["idempotency-key"]]) expect(text).not.toContain(marker);
    // Whoever has the database can try all social security numbers: no unkeyed hash may tell which one is right.
    const parts = ["PATCH", "/me/business", "", record["verification-id"], JSON.stringify(body)].join("\n");
    for (const guess of [parts, JSON.stringify(body), key["idempotency-key"]])
      expect(text).not.toContain(await sha256(guess));
  });

  async function sha256(value: string) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value));
    return Buffer.from(digest).toString("base64url");
  }
});

describe("a replay", () => {
  test("of a reveal does not exist: each one asks for step-up and is recorded", async () => {
    const record = await stepUp(service, "alice");
    await alice("PATCH", "/me/business", { ssn }, record);
    const reveal = () => alice("POST", "/me/business/reveal", { fields: ["ssn"] }, { ...key, ...record });
    for (let time = 0; time < 2; time += 1) {
      expect(await reveal()).toMatchObject({ status: 200, body: { ssn } });
      expect(await lastActivity(service, "alice")).toMatchObject({ event: "business.revealed" });
    }
    service.platform.advance(10 * minute + 1000);
    expect(await reveal()).toMatchObject({ status: 403, body: { code: "step_up_required" } });
  });

  test("of a step-up record makes it no younger", async () => {
    const verify = () => alice("POST", "/me/password/verify", { password: "alice-password-1" }, key);
    const { body: issued } = await verify();
    const record = { "verification-id": String(issued.verificationId) };
    expect((await verify()).body).toEqual(issued);
    expect(service.tenant.requests.count("POST", /password\/verify$/)).toBe(1);
    service.platform.advance(10 * minute + 1000);
    expect((await verify()).body).toEqual(issued);
    expect((await alice("PATCH", "/me/business", { ssn }, record)).status).toBe(403);
  });

  test("of a change under a used record does not repeat the change", async () => {
    const record = await stepUp(service, "alice");
    const change = () => alice("PATCH", "/me/password", { password: newPassword }, { ...key, ...record });
    const first = await change();
    expect(first.status).toBe(200);
    expect(await change()).toMatchObject({ status: 200, text: first.text });
    expect(service.tenant.requests.count("PATCH", /\/password$/)).toBe(1);
    expect((await alice("PATCH", "/me/password", { password: newPassword }, record)).status).toBe(403);
  });

  test("of a wrong password neither counts nor tells anything", async () => {
    const wrong = () => alice("POST", "/me/password/verify", { password: "wrong" }, key);
    for (let attempt = 0; attempt < 8; attempt += 1) expect((await wrong()).status).toBe(422);
    expect(service.tenant.requests.count("POST", /password\/verify$/)).toBe(1);
    expect((await stepUp(service, "alice"))["verification-id"]).toBeDefined();
  });
});
