/** No path, query, header or body names another user, and nothing but the caller's own document can be read or written. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import type { ProblemCode } from "../../src/problem-codes.ts";
import { useService } from "../support/fixtures.ts";
import { upstreamWrites } from "../support/people.ts";
import { expectRefused } from "../support/refusals.ts";
import { type ApiCall, listCalls, sampleBody, takesJson } from "../support/routes.ts";

const service = useService();
const alice = service.as("alice");
let calls: ApiCall[];
beforeAll(async () => {
  calls = await listCalls(service);
});
beforeEach(() => service.tenant.requests.clear());

const stored = (username: string) => service.tenant.state.users.get(service.userId(username));

test("no parameter of the router names a person, and the document lists all it serves to people", async () => {
  const { config, platform, database } = service;
  const { routes } = createApp(await createServices(config, platform, database));
  const served = [...new Set(routes.filter(({ method }) => method !== "ALL").map(({ path }) => path))];
  const named = served.flatMap((path) => path.match(/[:*{]\w*/g) ?? []);
  // A part of one person's, a picture that everybody may see, the token of a link, the code of a problem.
  expect([...new Set(named)].sort()).toEqual([":code", ":file", ":ref", ":token"]);
  const outside = ["/", "/healthz", "/readyz", "/problems/:code", "/openapi.json", "/avatars/:file"];
  const schemas = ["/schemas/account-export"];
  const pages = ["/account/style.css", "/account/script.js", "/undo/done", "/undo/:token"];
  const listed = calls.map(({ declared }) => declared.replaceAll(/\{(\w+)\}/g, ":$1"));
  expect(served.sort()).toEqual([...new Set([...outside, ...schemas, ...pages, ...listed])].sort());
});

describe("paths", () => {
  test.each([
    "/users/bob",
    "/users/devbob000000",
    "/me/devbob000000",
    "/me/bob/business",
    "/me/..%2fusers%2fdevbob000000",
    "/me/%2e%2e/users/devbob000000",
    "/me/..;/users/devbob000000",
    "/me%00",
    "/me%00bob",
    "/me%252f..%252fusers",
    "/me%2Fbusiness",
    "/%6de",
    "//me",
    "///me",
    "/me//business",
    "/me/.",
    "/ME",
    "/Me/business",
    "/me/",
    "/me/business/",
    "/me;userId=bob",
    "/me.json",
    "/mе",
    "/api/users/devbob000000",
  ])("finds nobody at %s", async (path) => {
    for (const method of ["GET", "PATCH"]) {
      const body = method === "PATCH" ? { name: "Mallory" } : undefined;
      await expectRefused(service, [404, "not_found"], () => alice(method, path, body));
    }
    expect(stored("bob").name).toBe("Bob Example");
  });
});

describe("queries", () => {
  const foreign = ["userId=bob", "id=devbob000000", "includePasswordHash=true", "sub=devbob000000", "x", "="];
  test.each(foreign)("every call refuses ?%s", async (query) => {
    for (const call of calls) {
      await expectRefused(service, [400, "bad_request"], () =>
        alice(call.method, `${call.path}?${query}`, sampleBody(call)),
      );
    }
    expect(service.tenant.requests.all().map(({ query: sent }) => sent)).not.toContain(query);
  });

  test("a cursor given twice, or one that was not issued here, is refused", async () => {
    for (const query of ["cursor=a&cursor=b", "cursor=a", "cursor=", `cursor=${"a".repeat(300)}`]) {
      await expectRefused(service, [400, "bad_request"], () => alice("GET", `/me/activity?${query}`));
    }
  });

  test("a cursor of bob's shows alice nothing of bob's", async () => {
    const bob = service.as("bob");
    for (let count = 0; count < 51; count += 1) {
      await bob("POST", "/me/password/verify", { password: "bob-password-1" });
    }
    const { nextCursor } = (await bob("GET", "/me/activity")).body;
    expect(nextCursor).toEqual(expect.any(String));
    const { status, body } = await alice("GET", `/me/activity?cursor=${nextCursor}`);
    expect({ status, items: body.items }).toEqual({ status: 200, items: [] });
  });
});

describe("headers", () => {
  test.each([
    "X-User-Id",
    "X-Forwarded-User",
    "X-Remote-User",
    "X-Authenticated-Userid",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Forwarded-Host",
    "X-Forwarded-Prefix",
    "Forwarded",
    "From",
  ])("%s does not change who calls", async (name) => {
    for (const value of [service.userId("bob"), `/users/${service.userId("bob")}`]) {
      expect((await alice("GET", "/me", undefined, { [name]: value })).body.username).toBe("alice");
      await alice("PATCH", "/me", { name: `By ${name}` }, { [name]: value });
    }
    expect({ alice: stored("alice").name, bob: stored("bob").name }).toEqual({
      alice: `By ${name}`,
      bob: "Bob Example",
    });
  });

  test.each(["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Method"])(
    "%s does not change the method",
    async (name) => {
      const before = stored("alice").name;
      expect((await alice("GET", "/me", undefined, { [name]: "PATCH" })).status).toBe(200);
      const post = () => alice("POST", "/me", { name: "Overridden" }, { [name]: "PATCH" });
      await expectRefused(service, [405, "method_not_allowed"], post);
      expect(stored("alice").name).toBe(before);
    },
  );
});

describe("bodies", () => {
  const members = [
    ["id", "devbob000000"],
    ["userId", "devbob000000"],
    ["isSuspended", false],
    ["roles", ["admin"]],
    ["applicationId", "devspaapplication0001"],
    ["identities", { google: { userId: "1" } }],
    ["password", "new-password-1"],
    ["passwordEncrypted", "x"],
    ["hasPassword", false],
    ["mfaVerifications", []],
    ["organizations", []],
    ["logtoConfig", {}],
    ["constructor", { prototype: { admin: true } }],
    ["prototype", {}],
    ["toString", "x"],
    ["sub", "devbob000000"],
    ["lastSignInAt", 0],
    ["createdAt", 0],
    ["NAME", "x"],
    ["name ", "x"],
    ["primaryEmail\u200b", "x@example.test"],
  ] as const;
  const readOnly = new Set<string>(["hasPassword", "lastSignInAt", "createdAt"]);
  const codeFor = (name: string): ProblemCode => (readOnly.has(name) ? "read_only_field" : "unknown_field");

  test.each(members)("PATCH /me refuses %s, and the rest of the patch with it", async (name, value) => {
    const patch = { [name]: value, avatar: "https://img.example.test/new.png" };
    const answer = await expectRefused(service, [422, codeFor(name)], () => alice("PATCH", "/me", patch));
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer: `/${name}` }));
    expect(stored("alice").avatar).toBeNull();
  });

  test.each(members)("%s is refused inside every group and every object field", async (name, value) => {
    for (const group of ["profile", "customData", "business"]) {
      const patch = { [group]: { [name]: value } };
      const answer = await expectRefused(service, [422, "unknown_field"], () => alice("PATCH", "/me", patch));
      expect(answer.body.errors[0].pointer).toBe(`/${group}/${name}`);
    }
    for (const patch of [
      { profile: { address: { [name]: value } } },
      { business: { mailingAddress: { [name]: value } } },
    ]) {
      await expectRefused(service, [422, "unknown_field"], () => alice("PATCH", "/me", patch));
    }
  });

  test.each(members)("every body with %s is refused, however right the rest of it", async (name, value) => {
    for (const call of calls.filter(takesJson)) {
      if (Object.hasOwn(Object(sampleBody(call)), name)) continue;
      const code = call.path === "/me" ? codeFor(name) : "unknown_field";
      const body = { ...Object(sampleBody(call)), [name]: value };
      await expectRefused(service, [422, code], () => alice(call.method, call.path, body));
    }
  });

  test("a constructor's prototype is refused in free-form data too, at any depth", async () => {
    const reach = { constructor: { prototype: { admin: true } } };
    for (const preferences of [reach, { a: [{ b: reach }] }]) {
      for (const patch of [{ customData: { preferences } }, { business: { ...reach } }, reach]) {
        await expectRefused(
          service,
          [422, "customData" in patch ? "validation_failed" : "unknown_field"],
          () => alice("PATCH", "/me", patch),
        );
      }
    }
    expect((await alice("PATCH", "/me/custom-data", { preferences: { constructor: "x" } })).status).toBe(200);
  });

  test("every body with __proto__ at any depth is refused before it is parsed", async () => {
    for (const call of calls.filter(takesJson)) {
      for (const body of ['{"__proto__":{"id":"bob"}}', String.raw`{"a":[{"\u005f_proto__":null}]}`]) {
        await expectRefused(service, [400, "malformed_json"], () => alice(call.method, call.path, body));
      }
    }
  });

  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "http://169.254.169.254/latest/meta-data",
    "https://169.254.169.254/latest/meta-data",
    "https://2852039166/",
    "https://0x7f.1/",
    "https://127.0.0.1/a.png",
    "https://[::1]/a.png",
    "https://localhost/a.png",
    "http://img.example.test/a.png",
    "//img.example.test/a.png",
    "https://user:secret@img.example.test/a.png",
    "https://img.example.test/\u0000",
    `https://img.example.test/${"a".repeat(3000)}`,
    "file:///etc/passwd",
    "https:user@img.example.test/a.png",
    "https:\\\\user:secret@img.example.test/a.png",
    "https:///img.example.test/a.png",
    "https://img.example.test/a b.png",
    'https://img.example.test/"><script>',
  ])("the avatar %.60s is refused and never fetched", async (avatar) => {
    const answer = await alice("PATCH", "/me", { avatar });
    expect([400, 422]).toContain(answer.status);
    expect(upstreamWrites(service)).toEqual([]);
    expect(stored("alice").avatar).toBeNull();
  });
});
