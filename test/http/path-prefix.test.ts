/** A service that people reach under a path, through a proxy that hands the path on or strips it. */
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import { useService } from "../support/fixtures.ts";

const publicUrl = "https://example.test/apps/profile";
const service = useService({ environment: { PUBLIC_URL: `${publicUrl}/` } });
const alice = service.as("alice");

describe.each([
  ["hands it on", "/apps/profile"],
  ["strips it", ""],
])("a proxy that %s", (_name, prefix) => {
  test("reaches every kind of route", async () => {
    expect((await alice("GET", `${prefix}/me`)).body).toMatchObject({ username: "alice" });
    expect((await alice("GET", `${prefix}/me/activity?cursor=`)).status).toBe(400);
    expect((await service.anonymous("GET", `${prefix}/healthz`)).status).toBe(200);
    expect((await service.anonymous("GET", `${prefix}/problems/csrf`)).body).toMatchObject({ code: "csrf" });
    expect((await service.anonymous("HEAD", `${prefix}/`)).status).toBe(200);
  });

  test("changes the profile once for one key, in whichever form the repeat comes", async () => {
    const key = { "idempotency-key": `key-${prefix.length}` };
    const renamed = await alice("PATCH", `${prefix}/me`, { name: "Alice Prefix" }, key);
    const repeated = await alice("PATCH", "/apps/profile/me", { name: "Alice Prefix" }, key);
    expect([renamed.status, repeated.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
  });

  test("gets the same refusals", async () => {
    const unknown = await alice("GET", `${prefix}/me/nothing`);
    expect(unknown.body).toMatchObject({ code: "not_found", type: `${publicUrl}/problems/not_found` });
    const method = await service.anonymous("DELETE", `${prefix}/me`);
    expect([method.status, method.headers.get("allow")]).toEqual([405, "GET, PATCH, HEAD, OPTIONS"]);
    expect((await service.anonymous("GET", `${prefix}/me`)).status).toBe(401);
    expect((await alice("GET", `${prefix}//me`)).status).toBe(404);
  });
});

test("the prefix alone is the front page", async () => {
  expect((await service.anonymous("GET", "/apps/profile")).body).toMatchObject({
    openapi: `${publicUrl}/openapi.json`,
  });
});

test.each(["/apps", "/apps/profiles/me", "/Apps/profile/me", "/apps/profile/apps/profile/me", "/profile/me"])(
  "finds nothing at %s",
  async (path) => {
    expect((await alice("GET", path)).status).toBe(404);
  },
);

test("the document names the prefix as its server, and paths without it", async () => {
  const { body } = await service.anonymous("GET", "/openapi.json");
  expect(body.servers).toEqual([{ url: publicUrl }]);
  expect(Object.keys(body.paths)).toContain("/me");
});

test.each(["/me", "/me/profile", "/problems", "/healthz", "/openapi.json"])(
  "refuses to start under %s, where a path could be meant with it or without",
  async (prefix) => {
    const { config, platform, database } = service;
    const services = await createServices(
      { ...config, publicUrl: `https://example.test${prefix}` },
      platform,
      database,
    );
    expect(() => createApp(services)).toThrow(/PUBLIC_URL must not begin with a path of this service/);
  },
);
