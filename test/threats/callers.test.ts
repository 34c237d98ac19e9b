/** Who may call at all, asked of every call that the API document lists: scope, suspension, deletion, shape. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import { expectRefusal, expectRefused } from "../support/refusals.ts";
import { type ApiCall, listCalls, listRoutes, sampleBody } from "../support/routes.ts";
import { type Identity, stepUp } from "../support/service.ts";

const cacheMs = 15_000;

const service = useService();
let calls: ApiCall[];
beforeAll(async () => {
  calls = await listCalls(service);
});
beforeEach(() => service.tenant.requests.clear());

const send = (username: string, call: ApiCall, headers = {}, identity: Identity = {}) =>
  service.as(username, identity)(call.method, call.path, sampleBody(call), headers);

const managementCalls = () => service.tenant.requests.all().filter(({ path }) => path.startsWith("/api/"));

test("every call asks for a token, and changes nothing without one", async () => {
  for (const call of calls) {
    const { method, path } = call;
    await expectRefused(service, [401, "unauthenticated"], () =>
      service.anonymous(method, path, sampleBody(call)),
    );
  }
  expect(managementCalls()).toEqual([]);
});

test("the document lists every route under /me, so that no other stands outside these tests", async () => {
  const routes = (await listRoutes(service)).filter((route) => / \/me(\/|$)/.test(route));
  expect(routes.sort()).toEqual(calls.map(({ method, declared }) => `${method} ${declared}`).sort());
});

test("every call that changes something asks for the scope to write", () => {
  const reading = calls.filter(({ scope }) => scope === "profile:read");
  const named = reading.map(({ method, path }) => `${method} ${path}`).filter((name) => !/^GET /.test(name));
  expect(named.sort()).toEqual(["POST /me/business/reveal", "POST /me/export"]);
  expect(new Set(calls.map(({ scope }) => scope))).toEqual(new Set(["profile:read", "profile:write"]));
});

test.each([
  ["no scope", () => ""],
  ["the other scope", (scope: string) => (scope === "profile:read" ? "profile:write" : "profile:read")],
  ["the scope in capitals", (scope: string) => scope.toUpperCase()],
  ["the scope's beginning", (scope: string) => `${scope.slice(0, -1)} profile profile:*`],
  ["the scope and more in one word", (scope: string) => `${scope}s x${scope}`],
  ["scopes joined by commas", () => "profile:read,profile:write"],
  ["every scope of another API", () => "all openid admin"],
])("every call is refused with %s", async (_name, given) => {
  for (const call of calls) {
    const answer = await expectRefused(service, [403, "insufficient_scope"], () =>
      send("alice", call, {}, { scope: given(call.scope) }),
    );
    const challenge = `Bearer error="insufficient_scope", scope="${call.scope}"`;
    expect(answer.headers.get("www-authenticate")).toBe(challenge);
  }
  expect(managementCalls()).toEqual([]);
});

describe("a stored answer", () => {
  const call: ApiCall = {
    method: "PATCH",
    declared: "/me",
    path: "/me",
    scope: "profile:write",
    types: ["application/json"],
    headers: [],
  };

  test("is not given to a token without the scope of the request it answered", async () => {
    const key = { "idempotency-key": "scope-key" };
    expect((await send("alice", call, key)).status).toBe(200);
    const lesser = { scope: "profile:read" };
    await expectRefused(service, [403, "insufficient_scope"], () => send("alice", call, key, lesser));
    expect((await send("alice", call, key)).status).toBe(200);
  });
});

describe("a person who is suspended", () => {
  test("is refused by every call within the cache's time, stored answers included", async () => {
    const user = service.tenant.state.users.get(service.userId("bob"));
    const proof = await stepUp(service, "bob");
    const key = { "idempotency-key": "before", ...proof };
    for (const call of calls.filter(({ path }) => path === "/me")) await send("bob", call, key);
    user.isSuspended = true;
    service.platform.advance(cacheMs);
    for (const call of calls) {
      for (const headers of [{}, key]) {
        await expectRefused(service, [403, "user_suspended"], () => send("bob", call, headers));
      }
    }
    user.isSuspended = false;
    service.platform.advance(cacheMs);
    expect((await service.as("bob")("GET", "/me")).status).toBe(200);
  });
});

describe("a person who is deleted", () => {
  test("is refused by every call within the cache's time, as their token would be", async () => {
    const proof = await stepUp(service, "carol");
    const key = { "idempotency-key": "before", ...proof };
    for (const call of calls.filter(({ path }) => path === "/me")) await send("carol", call, key);
    service.tenant.state.users.remove(service.userId("carol"));
    service.platform.advance(cacheMs);
    for (const call of calls) {
      for (const headers of [{}, key]) {
        const answer = await expectRefused(service, [401, "invalid_token"], () =>
          send("carol", call, headers),
        );
        expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
      }
    }
  });
});

test("a person whom Logto never knew is refused by every call", async () => {
  const iat = Math.floor(service.platform.now() / 1000);
  const { issuer: iss } = service.config.logto;
  const who = { iss, aud: service.config.apiResource, sub: "nobody000000", client_id: "spa-client" };
  const scope = "profile:read profile:write";
  const token = await service.tenant.sign({ ...who, scope, iat, exp: iat + 60 });
  for (const call of calls) expectRefusal(await send("alice", call, {}, { token }), 401, "invalid_token");
});
