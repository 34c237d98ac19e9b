/** Signing in again as a step-up: who may earn it, what it opens, and for how long. */
import { beforeEach, describe, expect, test } from "vitest";
import { publicUrl, ServiceBrowser, signedInBrowser, useSessionService } from "../support/browser-session.ts";
import { stepUp } from "../support/service.ts";

const service = useSessionService();
const move = (milliseconds: number) => service.platform.advance(milliseconds);

const reveal = (browser: ServiceBrowser, headers: Record<string, string> = {}) =>
  browser.call("POST", "/me/business/reveal", { fields: ["ssn"] }, headers);
const again = { returnTo: "/account", reauthenticate: "true" };

beforeEach(() => {
  service.tenant.faults.clear();
  move(1_000);
});

test("Logto is asked for the password, whatever its session is worth", async () => {
  const browser = await signedInBrowser(service, "alice");
  const query = new URL(await browser.depart(again)).searchParams;
  expect([query.get("prompt"), query.get("max_age")]).toEqual(["login", "0"]);
  expect(query.get("nonce")).toMatch(/^[\w-]{43}$/);
});

test("opens for ten minutes what asks for step-up, in this session alone", async () => {
  const browser = await signedInBrowser(service, "alice");
  const elsewhere = await signedInBrowser(service, "alice");
  const former = browser.id;
  const refused = await reveal(browser);
  expect(refused.body).toMatchObject({
    code: "step_up_required",
    methods: expect.arrayContaining(["sign_in"]),
  });
  const back = await browser.signIn("alice", again);
  expect([back.status, back.headers.get("location")]).toEqual([303, `${publicUrl}/account`]);
  expect(browser.id).not.toBe(former);
  expect((await reveal(browser)).status).toBe(200);
  expect((await reveal(elsewhere)).status).toBe(403);
  const { authenticatedAt } = (await browser.call("GET", "/session")).body;
  expect(Math.abs(Date.parse(authenticatedAt) - service.platform.now())).toBeLessThan(2_000);
  move(10 * 60_000);
  expect((await reveal(browser)).status).toBe(403);
});

test("the former id opens nothing any more, and forms of the session go on", async () => {
  const browser = await signedInBrowser(service, "alice");
  const { csrfToken } = (await browser.call("GET", "/session")).body;
  const old = new ServiceBrowser(service);
  for (const [name, value] of browser.cookies) old.cookies.set(name, value);
  await browser.signIn("alice", again);
  expect((await old.call("GET", "/me")).status).toBe(401);
  expect((await browser.call("GET", "/session")).body.csrfToken).toBe(csrfToken);
  expect((await browser.post("/session/sign-out", { csrf: csrfToken })).status).toBe(303);
});

test("a change of the password ends it", async () => {
  const browser = await signedInBrowser(service, "carol");
  await browser.signIn("carol", again);
  expect((await reveal(browser)).status).toBe(200);
  expect((await browser.call("PATCH", "/me/password", { password: "vivid-Maple-orbit-83" })).status).toBe(
    200,
  );
  expect((await browser.call("GET", "/me")).status).toBe(200);
  expect((await reveal(browser)).status).toBe(403);
});

test("a bearer caller is not offered it, and a proof of one is none for the other", async () => {
  const browser = await signedInBrowser(service, "bob");
  const bearer = await service.as("bob")("POST", "/me/business/reveal", { fields: ["ssn"] });
  expect(bearer.body.methods).not.toContain("sign_in");
  expect((await reveal(browser, await stepUp(service, "bob"))).status).toBe(403);
});

describe("another person at the prompt", () => {
  test("changes nothing, and is told so", async () => {
    const browser = await signedInBrowser(service, "alice");
    const { id } = browser;
    const answer = await browser.signIn("bob", again);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("Somebody else signed in")]);
    expect(browser.id).toBe(id);
    expect((await browser.call("GET", "/me")).body.username).toBe("alice");
    expect((await reveal(browser)).status).toBe(403);
  });
});

test("to cancel it ends nothing", async () => {
  const browser = await signedInBrowser(service, "alice");
  const { id } = browser;
  const state = new URL(await browser.depart(again)).searchParams.get("state") ?? "";
  const { issuer } = service.tenant.description;
  const query = new URLSearchParams({ state, iss: issuer, error: "access_denied" });
  const answer = await browser.open(`/session/callback?${query}`);
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("The sign-in was cancelled")]);
  expect(answer.text).toContain("reauthenticate=true");
  expect([browser.id, (await browser.call("GET", "/me")).status]).toEqual([id, 200]);
});

describe("an ID token", () => {
  /** Answers the next exchange with an ID token of our making. */
  const issue = async (claims: Record<string, unknown>, nonce: string) => {
    const { web, issuer } = service.tenant.description;
    const iat = Math.floor(service.platform.now() / 1000);
    const token = await service.tenant.sign(
      { iss: issuer, aud: web.appId, sub: service.userId("alice"), iat, exp: iat + 3_600, nonce, ...claims },
      { typ: "JWT" },
    );
    const answer = {
      access_token: "a",
      token_type: "Bearer",
      expires_in: 3_600,
      scope: "openid",
      id_token: token,
    };
    service.tenant.faults.add({
      match: { path: /^\/oidc\/token$/ },
      status: 200,
      body: JSON.stringify(answer),
    });
  };
  const seconds = (ago: number) => Math.floor(service.platform.now() / 1000) - ago;

  test.each<[string, () => Record<string, unknown>, number]>([
    ["with a fresh auth_time", () => ({ auth_time: seconds(1) }), 200],
    ["without an auth_time", () => ({}), 403],
    ["with an auth_time of two minutes ago", () => ({ auth_time: seconds(120) }), 403],
    ["with an auth_time far ahead", () => ({ auth_time: seconds(-120) }), 403],
  ])("%s", async (_what, claims, status) => {
    const browser = await signedInBrowser(service, "alice");
    const departure = await browser.depart(again);
    const callback = await browser.pass(departure, "alice");
    await issue(claims(), new URL(departure).searchParams.get("nonce") ?? "");
    expect((await browser.open(callback)).status).toBe(status === 200 ? 303 : 400);
    service.tenant.faults.clear();
    expect((await reveal(browser)).status).toBe(status);
  });
});

test("without a session it is an ordinary sign-in", async () => {
  const browser = new ServiceBrowser(service);
  expect(new URL(await browser.depart(again)).searchParams.get("prompt")).toBe("consent");
  expect((await browser.signIn("alice", again)).status).toBe(303);
  expect((await reveal(browser)).status).toBe(403);
});

test("a session that began after the question earns nothing by the answer", async () => {
  const browser = await signedInBrowser(service, "alice");
  const callback = await browser.pass(await browser.depart(again), "alice");
  await browser.signIn("alice");
  const answer = await browser.open(callback);
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("has changed meanwhile")]);
  expect((await reveal(browser)).status).toBe(403);
});
