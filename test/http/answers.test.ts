import { expect, test } from "vitest";
import { createApp, createWorld, origin, publicUrl } from "./support.ts";

const bearer = async (world = createWorld()) => ({ Authorization: `Bearer ${await world.token()}` });

test.each([
  ["an answer", "GET", "/healthz", 200],
  ["an empty answer", "HEAD", "/healthz", 200],
  ["a method list", "OPTIONS", "/me", 204],
  ["an unknown path", "GET", "/nothing", 404],
  ["a wrong method", "PUT", "/me", 405],
  ["no credentials", "GET", "/me", 401],
  ["a long URL", "GET", `/me?${"a".repeat(9000)}`, 414],
  ["a bug", "GET", "/broken", 500],
  ["an unavailable store", "GET", "/busy", 503],
])("sends the headers with %s", async (_name, method, path, status) => {
  const response = await createApp(createWorld()).request(path, { method });
  expect(response.status).toBe(status);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    vary: "Origin, Cookie, Authorization",
    "cache-control": "no-store",
    "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test("answers a refusal as a problem document that names the request", async () => {
  const response = await createApp(createWorld()).request("/me", { headers: { "X-Request-Id": "mine" } });
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("www-authenticate")).toBe("Bearer");
  expect(response.headers.get("x-request-id")).not.toBe("mine");
  expect(await response.json()).toEqual({
    type: `${publicUrl}/problems/unauthenticated`,
    title: "Sign in first",
    status: 401,
    code: "unauthenticated",
    requestId: response.headers.get("x-request-id"),
  });
});

test.each([
  ["", 401, "unauthenticated", "wrong_scheme"],
  ["Basic YTpi", 401, "unauthenticated", "wrong_scheme"],
  ["DPoP abc", 401, "unauthenticated", "wrong_scheme"],
  ["Bearer", 401, "unauthenticated", "malformed"],
  ["Bearer a b", 401, "unauthenticated", "malformed"],
  ["Bearer abc", 401, "invalid_token", "opaque"],
  ["Bearer a.b.c", 401, "invalid_token", "malformed"],
  ["Bearer a.b.c, Bearer d.e.f", 400, "bad_request", undefined],
])("answers Authorization: %s with %i %s, and logs: %s", async (authorization, status, code, reason) => {
  const world = createWorld();
  const response = await createApp(world).request("/me", {
    headers: { Authorization: authorization },
  });
  expect(response.status).toBe(status);
  const problem = await response.json();
  expect(problem).toMatchObject({ code });
  expect(problem).not.toHaveProperty("reason");
  const line: unknown = JSON.parse(world.state.lines[0] ?? "");
  expect(line).toMatchObject({ status, code, ...(reason === undefined ? {} : { reason }) });
});

test("takes the scheme in any case, and no token from anywhere but the header", async () => {
  const world = createWorld();
  const app = createApp(world);
  const token = await world.token();
  expect((await app.request("/me", { headers: { Authorization: `bearer ${token}` } })).status).toBe(200);
  expect((await app.request(`/me?access_token=${token}`)).status).toBe(401);
  expect((await app.request("/me", { headers: { Cookie: `access_token=${token}` } })).status).toBe(401);
});

test("names the scope a token lacks", async () => {
  const world = createWorld();
  const headers = { Authorization: `Bearer ${await world.token({ scope: "profile:write" })}` };
  const response = await createApp(world).request("/me", { headers });
  expect(response.status).toBe(403);
  expect(response.headers.get("www-authenticate")).toBe(
    'Bearer error="insufficient_scope", scope="profile:read"',
  );
});

test("reads a token without a scope claim as one without scopes", async () => {
  const world = createWorld();
  const headers = { Authorization: `Bearer ${await world.token({ scope: undefined })}` };
  expect((await createApp(world).request("/me", { headers })).status).toBe(403);
});

test.each([
  ["PUT", "/me", "GET, PATCH, HEAD, OPTIONS"],
  ["POST", "/me", "GET, PATCH, HEAD, OPTIONS"],
  ["PATCH", "/me/items/7", "GET, DELETE, HEAD, OPTIONS"],
  ["DELETE", "/problems/csrf", "GET, HEAD, OPTIONS"],
  ["TRACE-LIKE", "/healthz", "GET, HEAD, OPTIONS"],
])("answers %s %s with 405 and what it takes", async (method, path, allow) => {
  const response = await createApp(createWorld()).request(path, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe(allow);
  expect(await response.json()).toMatchObject({ code: "method_not_allowed" });
});

test.each([
  "/ME",
  "/me/",
  "//me",
  "/me/nothing",
  "/users/bob",
  "/me/..%2fbob",
  "/me%00",
  "/me/%252f",
  "/%6de",
  "/me//items",
  "/x\\me",
])("finds nothing at %s", async (path) => {
  const response = await createApp(createWorld()).request(`http://localhost${path}`, {
    headers: await bearer(),
  });
  expect(response.status).toBe(404);
});

test.each([
  "?userId=bob",
  "?cursor=1&cursor=2",
  "?%63ursor=1&cursor=1",
  "?includePasswordHash=true",
  "?cursor=1&x",
])("refuses the query %s", async (query) => {
  const response = await createApp(createWorld()).request(`/me${query}`, { headers: await bearer() });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: "bad_request" });
});

test.each(["", "?", "?cursor=1"])("accepts the query '%s'", async (query) => {
  expect((await createApp(createWorld()).request(`/me${query}`, { headers: await bearer() })).status).toBe(
    200,
  );
});

test("lets nobody change who calls or which method runs by a header", async () => {
  const headers = {
    ...(await bearer()),
    "X-User-Id": "bob",
    "X-Forwarded-User": "bob",
    "X-HTTP-Method-Override": "DELETE",
  };
  const response = await createApp(createWorld()).request("/me", { headers });
  expect(await response.json()).toMatchObject({ userId: "alice" });
});

test("says when to come back", async () => {
  const app = createApp(createWorld());
  expect((await app.request("/limited")).headers.get("retry-after")).toBe("900");
  expect((await app.request("/busy")).headers.get("retry-after")).toBe("5");
});

test("explains every code, and none that is made up", async () => {
  const app = createApp(createWorld());
  const response = await app.request("/problems/csrf");
  expect(await response.json()).toMatchObject({
    code: "csrf",
    status: 403,
    title: expect.any(String),
    help: expect.any(String),
  });
  expect((await app.request("/problems/__proto__")).status).toBe(404);
  expect((await app.request("/problems/toString")).status).toBe(404);
});

test("answers a bug with an empty 500 and logs its stack without its message", async () => {
  const world = createWorld();
  const response = await createApp(world).request("/broken");
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ code: "internal", status: 500 });
  const lines = world.state.lines.join("\n");
  expect(lines).toContain("support.ts");
  expect(lines + text).not.toContain("alice@example.test");
});

test("logs one line a request: the route's pattern and a digest, never a path or a name", async () => {
  const world = createWorld();
  await createApp(world).request("/me/items/secret-item", { headers: await bearer(world) });
  expect(world.state.lines).toHaveLength(1);
  expect(JSON.parse(world.state.lines[0] ?? "")).toEqual({
    time: "2027-01-15T08:00:00.000Z",
    level: "info",
    requestId: expect.any(String),
    method: "GET",
    route: "/me/items/:id",
    status: 200,
    ms: 0,
    clientId: "page",
    user: "hash-of-5",
  });
});

test("logs a refusal without a route or a person", async () => {
  const world = createWorld();
  await createApp(world).request("/secret-path?q=secret");
  expect(world.state.lines).toHaveLength(1);
  expect(world.state.lines[0]).not.toContain("secret");
  expect(JSON.parse(world.state.lines[0] ?? "")).toMatchObject({
    level: "warn",
    status: 404,
    code: "not_found",
  });
});

test("logs every refusal as a warning, from status 400 on", async () => {
  const world = createWorld();
  await createApp(world).request("/me", { headers: { Authorization: "Bearer one, Bearer two" } });
  expect(JSON.parse(world.state.lines[0] ?? "")).toMatchObject({ level: "warn", status: 400 });
});

test("lets a listed origin read answers, and refusals too", async () => {
  const response = await createApp(createWorld()).request("/me", { headers: { Origin: origin } });
  expect(response.status).toBe(401);
  expect(response.headers.get("access-control-allow-origin")).toBe(origin);
  expect(response.headers.get("access-control-expose-headers")).toContain("ETag");
  expect(response.headers.get("access-control-allow-credentials")).toBeNull();
});

test("answers a preflight without credentials", async () => {
  const headers = { Origin: origin, "Access-Control-Request-Method": "PATCH" };
  const response = await createApp(createWorld()).request("/me", { method: "OPTIONS", headers });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-methods")).toContain("PATCH");
  expect(response.headers.get("access-control-allow-headers")).toContain("Verification-Id");
});

test.each([
  ["one", "x-trace", "x-trace"],
  ["those of tracing", "authorization,baggage,sentry-trace,traceparent,tracestate", undefined],
  ["those of our own", "authorization, content-type, idempotency-key, if-match, verification-id", undefined],
  [
    "names in capitals, with blanks and empty elements",
    "X-B3-TraceId ,, \tX-Request-Start,",
    "X-B3-TraceId, X-Request-Start",
  ],
  ["every character of a name", "x!#$%&'*+-.^_`|~9", "x!#$%&'*+-.^_`|~9"],
  ["a hundred", Array.from({ length: 100 }, (_, index) => `x-header-${index}`).join(","), undefined],
])("lets an allowed page send the headers it asks for: %s", async (_name, asked, answered) => {
  const headers = {
    Origin: origin,
    "Access-Control-Request-Method": "PATCH",
    "Access-Control-Request-Headers": asked,
  };
  const response = await createApp(createWorld()).request("/me", { method: "OPTIONS", headers });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-headers")).toBe(
    answered ?? asked.split(/, ?/).join(", "),
  );
});

test.each([
  ["a blank in a name", "x a"],
  ["a bracket", "x-(a)"],
  ["a colon", "x-a: 1"],
  ["a quoted name", '"x-a"'],
  ["a letter beyond ASCII", "x-\u00e9"],
  ["a name among good ones", "authorization, x a"],
  ["9 KB of them", "x".repeat(9000)],
  ["nothing", ""],
])(
  "answers a preflight with the headers it knows where what is asked is no list of names: %s",
  async (_name, asked) => {
    const headers = {
      Origin: origin,
      "Access-Control-Request-Method": "PATCH",
      "Access-Control-Request-Headers": asked,
    };
    const response = await createApp(createWorld()).request("/me", { method: "OPTIONS", headers });
    expect(response.headers.get("access-control-allow-headers")).toMatch(
      /^Authorization, .*, Idempotency-Key$/,
    );
  },
);

test.each([
  "https://evil.example.test",
  `${origin}.evil.test`,
  `${origin}:444`,
  "http://page.example.test",
  "null",
  origin.toUpperCase(),
])("gives the origin %s nothing to read", async (stranger) => {
  const app = createApp(createWorld());
  const preflight = { Origin: stranger, "Access-Control-Request-Method": "PATCH" };
  for (const init of [{ headers: { Origin: stranger } }, { method: "OPTIONS", headers: preflight }]) {
    const names = [...(await app.request("/healthz", init)).headers.keys()];
    expect(names.filter((name) => name.startsWith("access-control-"))).toEqual([]);
  }
});
