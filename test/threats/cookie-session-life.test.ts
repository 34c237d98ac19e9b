/** How long a cookie session lives, what renews it, and what a stolen table gives. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import {
  type ServiceBrowser,
  ServiceBrowser as Stranger,
  sessionCookie,
  signedInBrowser,
  useSessionService,
} from "../support/browser-session.ts";
import { useInstance } from "../support/fixtures.ts";
import { eventually } from "../support/instances.ts";

const service = useSessionService({ SESSION_HOURS: "4" });
const other = useInstance(service);
const move = (milliseconds: number) => service.platform.advance(milliseconds);
const minute = 60_000;

const isIn = async (browser: ServiceBrowser) => (await browser.call("GET", "/me")).status === 200;
/** How often a refresh token was used at Logto. */
const refreshes = () =>
  service.tenant.state.auditLog.list().filter(({ key }) => key === "ExchangeTokenBy.RefreshToken").length;
/** Uses the session until its access token has expired. */
async function untilDue(browser: ServiceBrowser) {
  move(40 * minute);
  expect(await isIn(browser)).toBe(true);
  await service.platform.idle();
  move(21 * minute);
}
const failToken = (fault: object) =>
  service.tenant.faults.add({ match: { path: /^\/oidc\/token$/ }, ...fault });
const grantError = (error: string) => ({
  status: 400,
  body: JSON.stringify({ code: `oidc.${error}`, error }),
});

/** What Logto answers to a refresh token, but for its life. */
const renewed = { access_token: "a", refresh_token: "next", token_type: "Bearer", scope: "openid" };
const tokenRequests = () => service.tenant.requests.count("POST", /^\/oidc\/token$/);

beforeEach(() => {
  service.tenant.faults.clear();
});

describe("a session", () => {
  test("ends an hour after its last use, and asking about it is no use", async () => {
    const browser = await signedInBrowser(service, "alice");
    for (let minutes = 0; minutes < 60; minutes += 20) {
      move(20 * minute - 1_000);
      expect((await browser.call("GET", "/session")).body.authenticated).toBe(true);
    }
    move(10_000);
    expect((await browser.call("GET", "/session")).body).toEqual({ authenticated: false });
    expect(await isIn(browser)).toBe(false);
  });

  test("ends after its hours, however much it is used", async () => {
    const browser = await signedInBrowser(service, "alice");
    const { endsAt } = (await browser.call("GET", "/session")).body;
    expect(Date.parse(endsAt) - service.platform.now()).toBe(4 * 60 * minute);
    for (let minutes = 0; minutes < 230; minutes += 50) {
      move(46 * minute);
      expect(await isIn(browser)).toBe(true);
      await service.platform.idle();
    }
    move(10 * minute + 1_000);
    expect(await isIn(browser)).toBe(false);
  });
});

describe("a session whose access token has expired", () => {
  test("is renewed once for 50 requests at two instances, and all of them are served", async () => {
    const browser = await signedInBrowser(service, "alice");
    await untilDue(browser);
    const before = refreshes();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const tab = new Stranger({ url: index % 2 ? service.url : other.url, tenant: service.tenant });
        tab.cookies.set(sessionCookie, browser.id ?? "");
        return tab.call("GET", "/me");
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(refreshes() - before).toBe(1);
  });

  test("ends when Logto answers invalid_grant", async () => {
    const browser = await signedInBrowser(service, "alice");
    await untilDue(browser);
    const mend = failToken(grantError("invalid_grant"));
    const refused = await browser.call("GET", "/me");
    expect([refused.status, refused.body.code]).toEqual([401, "unauthenticated"]);
    mend();
    expect(await isIn(browser)).toBe(false);
  });

  test.each([
    ["an expired client secret", grantError("invalid_request"), 502],
    ["a wrong client secret", { status: 401, body: JSON.stringify({ error: "invalid_client" }) }, 502],
    ["another OAuth error", grantError("unauthorized_client"), 502],
    ["a server error", { status: 503, body: "Service Unavailable" }, 503],
    ["too many requests", { status: 429, body: "{}" }, 503],
    ["a broken connection", { action: "reset" }, 503],
  ])("goes on after %s, and no longer than before", async (_what, fault, status) => {
    const browser = await signedInBrowser(service, "bob");
    await untilDue(browser);
    const mend = failToken(fault);
    expect((await browser.call("GET", "/me")).status).toBe(status);
    const before = (await browser.call("GET", "/session")).body;
    expect(before.authenticated).toBe(true);
    move(3_000);
    expect((await browser.call("GET", "/me")).status).toBe(status);
    await service.platform.idle();
    expect((await browser.call("GET", "/session")).body).toEqual(before);
    mend();
    move(3_000);
    expect(await isIn(browser)).toBe(true);
  });

  test("is renewed although the answer of the refresh was lost", async () => {
    const browser = await signedInBrowser(service, "alice");
    await untilDue(browser);
    const before = refreshes();
    const mend = service.tenant.faults.add({
      match: { path: /^\/oidc\/token$/, times: 1 },
      action: "reset",
      after: true,
    });
    expect(await isIn(browser)).toBe(true);
    mend();
    expect(refreshes() - before).toBe(2);
  });

  test("leads on from a callback that is opened again, although Logto does not answer", async () => {
    const browser = new Stranger(service);
    const callback = await browser.pass(await browser.depart({ returnTo: "/account" }), "alice");
    await browser.open(callback);
    await untilDue(browser);
    failToken({ status: 503, body: "{}" });
    expect((await browser.open(callback)).headers.get("location")).toBe(
      "https://profile.example.test/account",
    );
    expect((await browser.open("/session/sign-in?reauthenticate=true")).status).toBe(303);
  });

  test("uses a refresh token that Logto replaced", async () => {
    service.tenant.settings.refreshTokenRotation = "always";
    const browser = await signedInBrowser(service, "alice");
    await untilDue(browser);
    expect(await isIn(browser)).toBe(true);
    await untilDue(browser);
    expect(await isIn(browser)).toBe(true);
  });

  test("keeps a refresh token that Logto replaced, also where Logto does not answer what comes next", async () => {
    service.tenant.settings.refreshTokenRotation = "always";
    const browser = await signedInBrowser(service, "alice");
    await untilDue(browser);
    const mend = service.tenant.faults.add({ match: { path: /^\/api\/users\// }, status: 503, body: "" });
    expect((await browser.call("GET", "/me")).status).toBe(503);
    mend();
    move(3_000);
    await eventually(() => isIn(browser));
    await untilDue(browser);
    expect(await isIn(browser)).toBe(true);
  });

  test("ends when Logto renews it for somebody else", async () => {
    const browser = await signedInBrowser(service, "alice");
    await untilDue(browser);
    const { web, issuer } = service.tenant.description;
    const iat = Math.floor(service.platform.now() / 1000);
    const claims = { iss: issuer, aud: web.appId, sub: service.userId("bob"), iat, exp: iat + 3_600 };
    const body = {
      ...renewed,
      expires_in: 3_600,
      id_token: await service.tenant.sign(claims, { typ: "JWT" }),
    };
    failToken({ status: 200, body: JSON.stringify(body) });
    expect(await isIn(browser)).toBe(false);
    service.tenant.faults.clear();
    expect(await isIn(browser)).toBe(false);
  });

  test("is renewed once a minute at most, however short Logto's tokens live", async () => {
    const browser = await signedInBrowser(service, "alice");
    await untilDue(browser);
    const mend = failToken({ status: 200, body: JSON.stringify({ ...renewed, expires_in: 1 }) });
    expect(await isIn(browser)).toBe(true);
    const before = tokenRequests();
    move(59_000);
    expect(await isIn(browser)).toBe(true);
    expect(tokenRequests()).toBe(before);
    move(2_000);
    expect(await isIn(browser)).toBe(true);
    expect(tokenRequests()).toBe(before + 1);
    mend();
  });

  test("ends when Logto's session has ended, although the refresh token lives", async () => {
    const browser = await signedInBrowser(service, "alice");
    const mine = service.tenant.state.oidc
      .list("Session")
      .filter(({ accountId }) => accountId === service.userId("alice"));
    await untilDue(browser);
    service.tenant.state.oidc.removeWhere(["Session"], ({ uid }) => mine.some((one) => one.uid === uid));
    expect(await isIn(browser)).toBe(false);
  });

  test("is renewed by the next instance when the one that asked has died", async () => {
    const browser = await signedInBrowser(service, "alice");
    await untilDue(browser);
    await service.database.kysely
      .updateTable("sessions")
      .set({ lease: "dead", lease_until: service.platform.now() + 1_000 })
      .execute();
    const waiting = browser.call("GET", "/me");
    await sleep(200);
    move(1_001);
    expect((await waiting).status).toBe(200);
  });
});

test("the tables open nothing: neither as a cookie nor as a token", async () => {
  const browser = await signedInBrowser(service, "alice");
  const rows = await service.database.kysely.selectFrom("sessions").selectAll().execute();
  const dump = JSON.stringify(rows);
  const tokens = service.tenant.state.oidc.list("RefreshToken").map(({ jti }) => String(jti));
  expect(tokens.length).toBeGreaterThan(0);
  for (const secret of [browser.id ?? "", ...tokens, "127.0.0.1"]) expect(dump).not.toContain(secret);
  for (const row of rows) {
    for (const value of Object.values(row)) {
      const thief = new Stranger(service);
      thief.cookies.set(sessionCookie, String(value));
      expect((await thief.call("GET", "/me")).status).toBe(401);
    }
  }
});

test("a row moved to another id opens nothing, and does not outlive its next renewal", async () => {
  const mallory = await signedInBrowser(service, "bob");
  const victim = await signedInBrowser(service, "alice");
  const [mine, theirs] = await Promise.all(
    ["bob", "alice"].map((name) =>
      service.database.kysely
        .selectFrom("sessions")
        .selectAll()
        .where("user_id", "=", service.userId(name))
        .orderBy("started_at", "desc")
        .executeTakeFirstOrThrow(),
    ),
  );
  expect(victim.id).toBeDefined();
  await service.database.kysely
    .updateTable("sessions")
    .set({ tokens: theirs?.tokens ?? "" })
    .where("id_hash", "=", mine?.id_hash ?? "")
    .execute();
  await untilDue(mallory);
  await eventually(async () => !(await isIn(mallory)));
});
