import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { startTenant } from "../../../dev/tenant/start-tenant.ts";
import type { Tenant, TenantOptions } from "../../../dev/tenant/tenant.ts";

const base = { port: 0, apiResource: "http://localhost:3000/api", passwordCost: 64 } satisfies TenantOptions;

describe("a dev tenant", () => {
  const tenants: Tenant[] = [];

  afterEach(async () => {
    vi.unstubAllEnvs();
    await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
  });

  async function start(options: Partial<TenantOptions> = {}): Promise<Tenant> {
    const tenant = await startTenant({ ...base, ...options });
    tenants.push(tenant);
    return tenant;
  }

  async function managementToken({ description: { issuer, m2m, managementApi } }: Tenant): Promise<string> {
    const { tokens } = await clientCredentials(issuer, m2m, managementApi);
    return tokens;
  }

  async function clientCredentials(
    issuer: string,
    m2m: { appId: string; appSecret: string },
    resource: string,
  ) {
    const credentials = Buffer.from(`${m2m.appId}:${m2m.appSecret}`).toString("base64");
    const response = await fetch(`${issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams({ grant_type: "client_credentials", resource, scope: "all" }),
    });
    return { tokens: JSON.parse(await response.text()).access_token };
  }

  async function api(tenant: Tenant, method: string, path: string, body?: unknown, token?: string) {
    const headers = {
      authorization: `Bearer ${token ?? (await managementToken(tenant))}`,
      "content-type": "application/json",
    };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(tenant.description.endpoint + path, { method, headers, ...content });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text,
    };
  }

  test("refuses to start in production and says why", async () => {
    vi.stubEnv("NODE_ENV", "production");
    await expect(startTenant(base)).rejects.toThrow(/NODE_ENV=production/);
  });

  test("describes itself in a file only its owner can read", async () => {
    const directory = await mkdtemp(join(tmpdir(), "dev-tenant-"));
    const dataFile = join(directory, "data", "dev-tenant.json");
    const { description } = await start({ dataFile });
    expect(JSON.parse(await readFile(dataFile, "utf8"))).toEqual(description);
    expect((await stat(dataFile)).mode & 0o777).toBe(0o600);
    await rm(directory, { recursive: true });
  });

  test("gives its people the same ids at each start", async () => {
    const [first, second] = [await start(), await start()];
    expect(first.description.users).toEqual(second.description.users);
    expect(first.description.users.map(({ id }) => id)).toEqual(
      first.description.users.map(() => expect.stringMatching(/^[a-z0-9]{12}$/)),
    );
  });

  test("prints codes and keeps the last message for each address", async () => {
    const lines: string[] = [];
    const tenant = await start({ print: (line) => lines.push(line) });
    await api(tenant, "POST", "/api/verification-codes", { email: "new@example.test" });
    const messages = `${tenant.description.endpoint}/dev/messages?to=`;
    const message = await (await fetch(`${messages}new@example.test`)).json();
    expect(message).toEqual(tenant.messages("new@example.test"));
    expect(lines).toEqual([
      `verification code for new@example.test: ${tenant.messages("new@example.test")?.code}`,
    ]);
    expect((await fetch(`${messages}other@example.test`)).status).toBe(404);
  });

  test("hashes passwords with Argon2", async () => {
    const tenant = await start();
    const [alice] = tenant.description.users;
    const { body } = await api(tenant, "GET", `/api/users/${alice?.id}?includePasswordHash=true`);
    expect(body.passwordDigest).toMatch(/^\$argon2i\$v=19\$m=64,/);
  });

  test("counts the calls that reach it", async () => {
    const tenant = await start();
    const [alice] = tenant.description.users;
    await api(tenant, "PATCH", `/api/users/${alice?.id}`, { name: "Al" });
    expect(tenant.requests.count("POST", /^\/oidc\/token$/)).toBe(1);
    expect(tenant.requests.matching("PATCH", /^\/api\/users\//)).toMatchObject([{ body: { name: "Al" } }]);
    tenant.requests.clear();
    expect(tenant.requests.all()).toEqual([]);
  });

  test("fails the way it is told, once", async () => {
    const tenant = await start();
    const token = await managementToken(tenant);
    const path = `/api/users/${tenant.description.users[0]?.id}`;
    const once = { path: /^\/api\/users\//, times: 1 };
    tenant.faults.add({ match: once, status: 503, headers: { "retry-after": "2" }, body: "busy" });
    const busy = await api(tenant, "GET", path, undefined, token);
    expect([busy.status, busy.headers.get("retry-after"), busy.body]).toEqual([503, "2", "busy"]);
    tenant.faults.add({ match: once, action: "reset", after: true });
    await expect(api(tenant, "PATCH", path, { name: "Written" }, token)).rejects.toThrow();
    expect((await api(tenant, "GET", path, undefined, token)).body.name).toBe("Written");
    tenant.faults.add({ match: once, action: "hang" });
    const headers = { authorization: `Bearer ${token}` };
    const signal = AbortSignal.timeout(50);
    await expect(fetch(tenant.description.endpoint + path, { headers, signal })).rejects.toThrow();
    expect((await api(tenant, "GET", path, undefined, token)).status).toBe(200);
  });

  test("goes down and comes back at the same address", async () => {
    const tenant = await start();
    await tenant.pause();
    await expect(fetch(`${tenant.description.endpoint}/api/status`)).rejects.toThrow();
    await tenant.resume();
    expect((await fetch(`${tenant.description.endpoint}/api/status`)).status).toBe(204);
  });

  test("rotates its keys and refuses tokens it was told to revoke", async () => {
    const tenant = await start();
    const token = await managementToken(tenant);
    const status = async () => (await api(tenant, "GET", "/api/users", undefined, token)).status;
    await tenant.rotateKeys();
    expect(await status()).toBe(200);
    await tenant.rotateKeys({ keepOld: false });
    expect(await status()).toBe(401);
    const fresh = await managementToken(tenant);
    tenant.revokeM2mTokens();
    expect((await api(tenant, "GET", "/api/users", undefined, fresh)).status).toBe(401);
    expect((await api(tenant, "GET", "/api/users")).status).toBe(200);
  });

  test("lets a script set up an application, its role and its second secret", async () => {
    const tenant = await start();
    const seeded = { name: "operator", type: "MachineToMachine" };
    const { body: app } = await api(tenant, "POST", "/api/applications", seeded);
    expect(app).toMatchObject({ ...seeded, id: expect.stringMatching(/^[a-z0-9]{21}$/) });
    const { body: found } = await api(tenant, "GET", "/api/applications?search=%25operator%25&page_size=100");
    expect(found).toMatchObject([{ id: app.id }]);
    const role = { name: "operators", description: "Operators", type: "MachineToMachine" };
    const { body: made } = await api(tenant, "POST", "/api/roles", role);
    const { body: scopes } = await api(tenant, "GET", "/api/resources/management-api/scopes");
    await api(tenant, "POST", `/api/roles/${made.id}/scopes`, { scopeIds: [scopes[0].id] });
    expect(
      (await api(tenant, "POST", `/api/applications/${app.id}/roles`, { roleIds: [made.id] })).status,
    ).toBe(201);
    const secrets = `/api/applications/${app.id}/secrets`;
    const { body: secret } = await api(tenant, "POST", secrets, { name: "second" });
    const { issuer, managementApi } = tenant.description;
    const credential = { appId: app.id, appSecret: secret.value };
    const { tokens } = await clientCredentials(issuer, credential, managementApi);
    expect((await api(tenant, "GET", "/api/users", undefined, tokens)).status).toBe(200);
    expect((await api(tenant, "DELETE", `${secrets}/second`)).status).toBe(204);
    expect((await clientCredentials(issuer, credential, managementApi)).tokens).toBeUndefined();
  });
});
