/** A front-end under development, on another port of this machine, against the service as `npm run dev` starts it. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import { launchBrowser } from "../support/browser.ts";
import { useProcess, useService } from "../support/fixtures.ts";
import { freePort } from "../support/free-port.ts";
import { openPage } from "../support/page.ts";
import { runCommands, shellEnvironment, startCommand } from "../support/shell.ts";
import { SignInFlow } from "./tenant/sign-in-flow.ts";

const tokens = z.object({ access_token: z.string() });
const problem = z.object({ requestId: z.string() });
const vite = "http://localhost:5173";
const tracing = {
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  "sentry-trace": "1-2",
};

describe.each([
  ["npm run dev", "profile-bff http"],
  ["npm run dev:workers", "Ready on http"],
])("beside %s, with no setting", (command, ready) => {
  let folder: string;
  let url: string;
  let token: string;
  let tenant: Pick<Tenant, "description" | "messages">;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "profile-bff-"));
    const [port, tenantPort] = await Promise.all([freePort(), freePort()]);
    const places = { PORT: `${port}`, DEV_TENANT_PORT: `${tenantPort}`, DATA_DIR: folder };
    const env = { ...shellEnvironment(), ...places };
    url = `http://localhost:${port}`;
    stop = await startCommand(command, ready, { env });
    token = (await runCommands("npm run -s token -- alice", { env })).trim();
    const description: Tenant["description"] = JSON.parse(
      await readFile(join(folder, "dev-tenant.json"), "utf8"),
    );
    tenant = { description, messages: () => undefined };
  });
  afterAll(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });

  test.each([vite, "http://127.0.0.1:5173", "http://[::1]:8080", "http://localhost"])(
    "a page on %s reads and changes the profile",
    async (origin) => {
      const page = openPage(origin);
      const authorization = `Bearer ${token}`;
      const read = await page(`${url}/me`, { headers: { authorization, ...tracing } });
      expect(await read.json()).toMatchObject({ username: "alice" });
      const etag = read.headers.get("etag") ?? "";
      expect(etag).not.toBe("");
      const name = `Alice at ${origin.length}`;
      const headers = {
        authorization,
        "content-type": "application/merge-patch+json",
        "if-match": etag,
        "idempotency-key": crypto.randomUUID(),
        ...tracing,
      };
      const changed = await page(`${url}/me`, { method: "PATCH", headers, body: JSON.stringify({ name }) });
      expect(await changed.json()).toMatchObject({ name });
    },
  );

  test("a page reads why it is refused, and when it may come back", async () => {
    const refused = await openPage(vite)(`${url}/me`, { headers: { "x-anything": "1" } });
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(refused.headers.get("x-request-id")).toBe(problem.parse(await refused.json()).requestId);
  });

  test.each(["http://localhost.evil.test:5173", "http://192.168.0.10:5173", "null"])(
    "a page on %s gets nothing",
    async (origin) => {
      const call = openPage(origin)(`${url}/me`, { headers: { authorization: `Bearer ${token}` } });
      await expect(call).rejects.toThrow(TypeError);
    },
  );

  // Wrangler serves no other files.
  test.each(command === "npm run dev" ? ["cookie", "bearer"] : [])(
    "the example with a %s signs in, changes the name, shows a detail after a proof, and signs out",
    { timeout: 60_000 },
    async (example) => {
      await using opened = new AsyncDisposableStack();
      const chromium = opened.adopt(await launchBrowser(), (browser) => browser.close());
      const page = await chromium.newPage({ baseURL: url, locale: "en" });
      const faults: string[] = [];
      page.on("pageerror", ({ message }) => faults.push(message));
      const said = (text: string) => page.locator("#said", { hasText: text }).waitFor();
      await page.goto(`/examples/${example}.html`);
      await page.click("#sign-in");
      await page.fill("#identifier", "bob");
      await page.fill("#password", "bob-password-1");
      await page.click("button[type=submit]");
      await page.locator("#profile").waitFor();
      await page.fill("#name", `Bob by ${example}`);
      await page.getByRole("button", { name: "Save" }).click();
      await said(`Saved: Bob by ${example}`);
      await page.click("#reveal");
      await page.fill("dialog #password", "not-it");
      await page.getByRole("button", { name: "Continue" }).click();
      await said("That is not your password.");
      await page.fill("dialog #password", "bob-password-1");
      await page.getByRole("button", { name: "Continue" }).click();
      await said("Social security number: none");
      await page.click("#sign-out");
      await page.locator("#profile").waitFor({ state: "hidden" });
      await page.goto(`/examples/${example}.html`);
      await page.locator("#sign-in").waitFor();
      expect(faults).toEqual([]);
    },
  );

  test("a person signs in on such a page, and it calls with the token it gets", async () => {
    const { spa, apiResource, issuer } = tenant.description;
    const redirect = { client_id: spa.appId, redirect_uri: `${vite}/callback` };
    const flow = new SignInFlow(tenant);
    await flow.authorize(redirect);
    await flow.start();
    await flow.verify({ type: "username", value: "alice", password: "alice-password-1" });
    await flow.identify();
    await flow.submit();
    const page = openPage(vite);
    const exchange = await page(`${issuer}/token`, {
      method: "POST",
      body: new URLSearchParams({
        ...redirect,
        grant_type: "authorization_code",
        code: await flow.finish(),
        code_verifier: flow.verifier,
        resource: apiResource,
      }),
    });
    const { access_token } = tokens.parse(await exchange.json());
    const read = await page(`${url}/me`, { headers: { authorization: `Bearer ${access_token}` } });
    expect(await read.json()).toMatchObject({ username: "alice" });
  });
});

describe("in production, wherever people reach it", () => {
  const service = useService({ environment: { PUBLIC_URL: "http://localhost:3000" } });
  const started = useProcess(() => ({ ...service.environment, NODE_ENV: "development" }));

  test("a page on this machine gets nothing", async () => {
    for (const url of [service.url, started.url]) {
      await expect(openPage(vite)(`${url}/healthz`)).rejects.toThrow(TypeError);
      const authorization = `Bearer ${await service.token("alice")}`;
      await expect(openPage(vite)(`${url}/me`, { headers: { authorization } })).rejects.toThrow(TypeError);
    }
  });
});
