/** `/readyz` of the whole service: what it says of Logto, and what the log says once. */
import { afterEach, describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import { backgroundJobs } from "../../src/jobs.ts";
import { eventually } from "../support/instances.ts";
import { type ServiceOptions, startService, startTestTenant, type TestService } from "../support/service.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A service beside a tenant of its own. @param environment may depend on the tenant's port. */
async function start(environment: (port: string) => ServiceOptions["environment"] = () => ({})) {
  const tenant = await startTestTenant();
  closing.push(() => tenant.close());
  const { port } = new URL(tenant.description.endpoint);
  const service = await startService({ tenant, environment: environment(port) ?? {} });
  closing.push(() => service.close());
  return service;
}

const discovery = /^\/oidc\/\.well-known\/openid-configuration$/;
const token = /^\/oidc\/token$/;
const readiness = async ({ anonymous }: TestService) => {
  const { status, body } = await anonymous("GET", "/readyz");
  return [status, body.checks.logto, body.checks.issuer];
};
const eventsOf = ({ platform }: TestService) =>
  platform.lines
    .map((line) => JSON.parse(line))
    .flatMap(({ level, event }) => (event ? [[level, event]] : []));

test("says that all is well", async () => {
  const service = await start();
  const { status, body } = await service.anonymous("GET", "/readyz");
  const checks = { server: "ok", database: "ok", logto: "ok", issuer: "ok" };
  expect([status, body]).toEqual([200, { status: "ready", checks }]);
});

test("is 503 while the server finishes its last requests", async () => {
  const service = await start();
  const services = await createServices(service.config, service.platform, service.database);
  const response = await createApp(services, () => true).request("/readyz");
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ checks: { server: "stopping", database: "ok" } });
});

describe("an issuer that is not the configured one", () => {
  test("is a warning: one event in the log, and a word at /readyz, which stays 200", async () => {
    const service = await start((port) => ({ LOGTO_ENDPOINT: `http://127.0.0.1:${port}` }));
    for (let call = 0; call < 10; call += 1)
      expect(await readiness(service)).toEqual([200, "ok", "mismatch"]);
    expect(eventsOf(service)).toEqual([["warn", "logto.issuer_mismatch"]]);
  });

  test("is found at the start, without anybody's request", async () => {
    const service = await start((port) => ({ LOGTO_ENDPOINT: `http://127.0.0.1:${port}` }));
    await eventually(() => eventsOf(service).length > 0);
    expect(eventsOf(service)).toEqual([["warn", "logto.issuer_mismatch"]]);
  });

  test("is looked for again after an hour", async () => {
    const service = await start();
    expect(await readiness(service)).toEqual([200, "ok", "ok"]);
    const { config, platform, database, tenant } = service;
    const services = await createServices(config, platform, database);
    const job = backgroundJobs(services).find(({ name }) => name === "discovery");
    const run = () => job?.run(new AbortController().signal);
    tenant.requests.clear();
    for (let minute = 0; minute < 60; minute += 1) {
      await run();
      platform.advance(60_000);
    }
    expect(tenant.requests.count("GET", discovery)).toBe(1);
    await run();
    expect(tenant.requests.count("GET", discovery)).toBe(2);
  });
});

describe("a Logto that is away", () => {
  test("leaves /readyz at 200, which says so within seconds and when it is back", async () => {
    const service = await start();
    const alice = service.as("alice");
    expect((await alice("GET", "/me")).status).toBe(200);
    expect(await readiness(service)).toEqual([200, "ok", "ok"]);
    await service.tenant.pause();
    service.platform.advance(3_000);
    expect(await readiness(service)).toEqual([200, "unreachable", "unreachable"]);
    await service.tenant.resume();
    await eventually(async () => (await readiness(service))[1] === "ok");
    expect(await readiness(service)).toEqual([200, "ok", "ok"]);
    expect(eventsOf(service)).toEqual([
      ["warn", "logto.unreachable"],
      ["info", "logto.issuer_ok"],
    ]);
  });

  test("does not hold /readyz up when it does not answer", async () => {
    const service = await start();
    expect(await readiness(service)).toEqual([200, "ok", "ok"]);
    service.tenant.faults.add({ match: { path: discovery }, action: "blackhole" });
    const begin = performance.now();
    expect((await readiness(service))[0]).toBe(200);
    expect(performance.now() - begin).toBeLessThan(2_000);
    await eventually(async () => (await readiness(service))[1] === "unreachable");
    service.tenant.faults.clear();
  });
});

describe("a bad credential", () => {
  test("is 503 at /readyz, and one event in the log for any number of requests", async () => {
    const service = await start(() => ({ LOGTO_M2M_APP_SECRET: "not-the-secret" }));
    const alice = service.as("alice");
    for (let round = 0; round < 5; round += 1) {
      expect((await alice("GET", "/me")).status).toBe(503);
      expect((await readiness(service)).slice(0, 2)).toEqual([503, "bad_credential"]);
      service.platform.advance(31_000);
    }
    await service.platform.idle();
    expect(eventsOf(service)).toEqual([["error", "logto.bad_credential"]]);
    expect(service.platform.lines.join()).not.toContain("not-the-secret");
  });

  test("that works again is an event too", async () => {
    const service = await start();
    expect((await service.as("alice")("GET", "/me")).status).toBe(200);
    const match = { path: /^\/api\/users\/\w+$/ };
    service.tenant.faults.add({ match, status: 403, body: '{"code":"auth.forbidden"}' });
    service.platform.advance(20_000);
    expect((await service.as("alice")("GET", "/me")).status).toBe(503);
    service.tenant.faults.clear();
    service.platform.advance(31_000);
    expect((await service.as("alice")("GET", "/me")).status).toBe(200);
    expect(eventsOf(service)).toEqual([
      ["error", "logto.bad_credential"],
      ["info", "logto.credential_ok"],
    ]);
  });
});

describe("Retry-After of the token endpoint", () => {
  test.each([429, 503])("of a %i answer is passed on, and no request is made before", async (status) => {
    const service = await start();
    const alice = service.as("alice");
    await service.platform.idle();
    // The token has expired, and the next one is refused.
    service.platform.advance(2 * 60 * 60_000);
    service.tenant.requests.clear();
    service.tenant.faults.add({
      match: { path: token },
      status,
      headers: { "retry-after": "120" },
      body: "",
    });
    const first = await alice("GET", "/me");
    expect([first.body.code, first.headers.get("retry-after")]).toEqual(["upstream_unavailable", "120"]);
    expect(await readiness(service)).toEqual([200, "unreachable", "ok"]);
    service.platform.advance(100_000);
    const second = await alice("GET", "/me");
    expect([second.body.code, second.headers.get("retry-after")]).toEqual(["upstream_unavailable", "20"]);
    expect(await readiness(service)).toEqual([200, "unreachable", "ok"]);
    expect(service.tenant.requests.count("POST", token)).toBe(1);
    service.tenant.faults.clear();
    service.platform.advance(20_000);
    expect((await alice("GET", "/me")).status).toBe(200);
  });
});
