import { beforeEach, expect, test } from "vitest";
import { enter } from "../support/account-page.ts";
import { follow } from "../support/account-states.ts";
import { launchBrowser } from "../support/browser.ts";
import { sessionEnvironment } from "../support/browser-session.ts";
import { useShared, useTenant } from "../support/fixtures.ts";
import { call, tokensOf } from "../support/service.ts";
import { startWorker } from "../support/worker.ts";

const tenant = useTenant();
/** Triggers that are still running when the Worker is closed. */
const minutes: Promise<string>[] = [];
const worker = useShared(
  () => startWorker(tenant),
  async (started) => {
    await started.close();
    await Promise.all(minutes);
  },
);
beforeEach(() => tenant.requests.clear());

async function as(username: string, method: string, path: string, body?: unknown, headers = {}) {
  const token = await tokensOf(tenant, Date)(username);
  return call(worker.url, method, path, body, { authorization: `Bearer ${token}`, ...headers });
}
const asked = () => tenant.requests.all().map(({ method, path }) => `${method} ${path}`);

test("fetches the keys, a token and the person once for callers that meet a cold isolate together", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => as("alice", "GET", "/me")));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(asked()).toEqual(["GET /oidc/jwks", "POST /oidc/token", "GET /api/users/devalice0000"]);
});

test("starts a new isolate without another token request", async () => {
  await worker.restart();
  expect((await as("alice", "GET", "/me")).status).toBe(200);
  expect(asked()).toEqual(["GET /oidc/jwks", "GET /api/users/devalice0000"]);
});

test("goes on with shared work when the client that caused it disconnects", async () => {
  await worker.restart();
  tenant.faults.add({ match: { path: /^\/oidc\/jwks$/, times: 1 }, delayMs: 800 });
  const token = await tokensOf(tenant, Date)("alice");
  const leaving = fetch(`${worker.url}/me`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(300),
  });
  const staying = new Promise((resolve) => setTimeout(resolve, 200)).then(() => as("alice", "GET", "/me"));
  await expect(leaving).rejects.toThrow(/timeout/);
  expect((await staying).status).toBe(200);
  expect(asked().filter((request) => request === "GET /oidc/jwks")).toHaveLength(1);
});

test("replaces a token that was revoked by one request for all", async () => {
  tenant.revokeM2mTokens();
  // Tokens hold whole seconds, and the new one has to be younger than the revocation.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const answers = await Promise.all(
    ["alice", "bob", "carol", "dave"].map((name) =>
      as(name, "GET", "/me", undefined, { "cache-control": "no-cache" }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(asked().filter((request) => request === "POST /oidc/token")).toHaveLength(1);
});

test("stores the token sealed", async () => {
  const database = await worker.database();
  const rows = await database.kysely.selectFrom("shared_tokens").selectAll().execute();
  expect(rows).toHaveLength(1);
  expect(rows[0]?.sealed).toMatch(/^[\w-]+\.\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/);
});

test("finishes by its cron trigger what a writer left behind", async () => {
  tenant.faults.add({
    match: { method: "PATCH", path: /^\/api\/users\/\w+$/, times: 1 },
    action: "reset",
    after: true,
  });
  const { status, body } = await as("bob", "PATCH", "/me", {
    name: "Bob After",
    business: { gender: "male" },
  });
  expect({ status, code: body.code }).toEqual({ status: 504, code: "outcome_unknown" });
  const database = await worker.database();
  // Shorter than a writer's half minute, and longer than until the trigger's first look.
  await database.kysely
    .updateTable("leases")
    .set({ expires_at: Date.now() + 5_000 })
    .execute();
  const minute = worker.scheduled("* * * * *").catch(() => "ended with the Worker");
  const pending = () => database.kysely.selectFrom("journal").selectAll().execute();
  expect(await pending()).toHaveLength(1);
  await expect.poll(pending, { timeout: 20_000, interval: 500 }).toEqual([]);
  const after = await as("bob", "GET", "/me", undefined, { "cache-control": "no-cache" });
  expect(after.body).toMatchObject({ name: "Bob After", business: { gender: "male" } });
  minutes.push(minute);
}, 40_000);

test("deletes what expired by its cron trigger", async () => {
  const database = await worker.database();
  await database.kysely
    .insertInto("identifier_proofs")
    .values({ user_id: "someone", recipient: "hash", expires_at: 1 })
    .execute();
  expect(await worker.scheduled("7 * * * *")).toBe("ok");
  expect(await database.kysely.selectFrom("identifier_proofs").selectAll().execute()).toEqual([]);
});

test("in Chromium, somebody signs in to the account page, changes their name, and signs out", async () => {
  await using opened = new AsyncDisposableStack();
  const { web } = tenant.description;
  tenant.state.applications.get(web.appId).oidcClientMetadata = {
    redirectUris: [`${worker.url}/session/callback`],
    postLogoutRedirectUris: [`${worker.url}/`],
  };
  await worker.restart({ ...sessionEnvironment(tenant), PUBLIC_URL: worker.url });
  const chromium = opened.adopt(await launchBrowser(), (browser) => browser.close());
  const page = await chromium.newPage({ baseURL: worker.url, locale: "en" });

  await enter(page, "carol");
  await page.goto("/account/profile");
  await page.fill("#name", "Wilma of the Worker");
  await follow(page, () => page.locator("main form .primary").click());
  expect(await page.locator("[role=status]").innerText()).toContain("Name");
  expect(await page.locator("main").innerText()).toContain("Wilma of the Worker");
  expect((await as("carol", "GET", "/me")).body.name).toBe("Wilma of the Worker");
  await page.locator(".sign-out").click();
  await page.locator("main .button.primary").waitFor();
  expect(page.url()).toBe(`${worker.url}/account`);
  expect(await page.locator(".who").count()).toBe(0);
}, 60_000);

test("writes one line a request, with no name, address or token in it", async () => {
  const lines = worker.lines().filter((line) => line.startsWith("{"));
  expect(lines.length).toBeGreaterThan(4);
  expect(lines.join("\n")).not.toMatch(/alice|Bob|Wilma|devbob|@|eyJ/);
});

test("answers without detail, and logs what to change, where a variable is missing", async () => {
  const broken = await startWorker(tenant, { API_RESOURCE: "" });
  const { status, headers, text } = await call(broken.url, "GET", "/healthz");
  expect({ status, code: JSON.parse(text).code }).toEqual({ status: 500, code: "internal" });
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(text).not.toContain("API_RESOURCE");
  expect(broken.lines().join("\n")).toContain("API_RESOURCE is missing");
  await broken.close();
});
