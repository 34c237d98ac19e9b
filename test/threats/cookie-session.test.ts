/** What a cookie session must refuse, request by request. */
import { describe, expect, test } from "vitest";
import {
  publicUrl,
  ServiceBrowser,
  sessionCookie,
  signedInBrowser,
  useSessionService,
} from "../support/browser-session.ts";
import { listCalls, sampleBody } from "../support/routes.ts";

const service = useSessionService();
const own = { origin: publicUrl, "sec-fetch-site": "same-origin", "x-csrf": "1" };

describe("a call with the cookie", () => {
  test("is refused on every route unless a script of this origin makes it", async () => {
    const browser = await signedInBrowser(service, "alice");
    const calls = await listCalls(service);
    expect(calls.length).toBeGreaterThan(8);
    for (const call of calls) {
      const { "x-csrf": _script, ...form } = own;
      const body = sampleBody(call);
      const answer = await browser.send(call.path, {
        method: call.method,
        headers: { ...form, "content-type": call.types[0] ?? "text/plain" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect([call.path, answer.status, answer.body.code]).toEqual([call.path, 403, "csrf"]);
    }
    expect((await browser.send("/session")).body.code).toBe("csrf");
  });

  test.each([
    ["another value of the header", { "x-csrf": "true" }],
    ["another site", { origin: "https://evil.test" }],
    ["a sandboxed page", { origin: "null" }],
    ["a sibling", { origin: "https://other.example.test" }],
    ["this host without TLS", { origin: publicUrl.replace("https", "http") }],
    ["this host on another port", { origin: `${publicUrl}:8443` }],
    ["a cross-site request", { "sec-fetch-site": "cross-site" }],
    ["a request of a sibling", { "sec-fetch-site": "same-site" }],
    ["an address that was typed", { "sec-fetch-site": "none" }],
    ["an evil Host and Origin that agree", { host: "evil.test", origin: "https://evil.test" }],
  ])("is refused from %s", async (_from, headers) => {
    const browser = await signedInBrowser(service, "alice");
    const before = await service.as("alice")("GET", "/me");
    const answer = await browser.send("/me", {
      method: "PATCH",
      headers: { ...own, "content-type": "application/json", ...headers },
      body: JSON.stringify({ name: "Mallory" }),
    });
    expect([answer.status, answer.body.code]).toEqual([403, "csrf"]);
    expect((await service.as("alice")("GET", "/me")).body.name).toBe(before.body.name);
  });

  test("that changes something needs an origin", async () => {
    const browser = await signedInBrowser(service, "alice");
    const answer = await browser.send("/me", {
      method: "PATCH",
      headers: { "x-csrf": "1", "content-type": "application/json" },
      body: JSON.stringify({ name: "Mallory" }),
    });
    expect(answer.body.code).toBe("csrf");
  });

  test("beside an access token is refused", async () => {
    const browser = await signedInBrowser(service, "alice");
    for (const authorization of [`Bearer ${await service.token("bob")}`, "Bearer x", "Basic eA=="]) {
      const answer = await browser.call("GET", "/me", undefined, { authorization });
      expect([answer.status, answer.body.code]).toEqual([400, "bad_request"]);
    }
  });

  test("carries both scopes", async () => {
    const browser = await signedInBrowser(service, "bob");
    expect((await browser.call("GET", "/me")).status).toBe(200);
    expect((await browser.call("PATCH", "/me", { name: "Bob" })).status).toBe(200);
  });

  test.each(["x", "a".repeat(43), "", "a".repeat(5_000), "' or 1=1 --"])(
    "with an id that was made up (%s) is refused",
    async (value) => {
      const browser = new ServiceBrowser(service);
      browser.cookies.set(sessionCookie, value);
      const answer = await browser.call("GET", "/me");
      expect([answer.status, answer.body.code]).toEqual([401, "unauthenticated"]);
      expect((await browser.call("GET", "/session")).body).toEqual({ authenticated: false });
    },
  );
});

describe("the cookie", () => {
  test("is bound to this host, and out of reach of scripts and other sites", async () => {
    const browser = await signedInBrowser(service, "alice");
    const set = browser.setCookies.find((cookie) => cookie.startsWith(sessionCookie)) ?? "";
    const [pair, ...attributes] = set.split("; ");
    expect(pair).toMatch(/^__Host-profile-session=[\w-]{43}$/);
    expect(attributes.sort()).toEqual(["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
  });

  test("never goes to Logto, and neither do its parts", async () => {
    service.tenant.requests.clear();
    const browser = await signedInBrowser(service, "alice");
    await browser.call("GET", "/me", undefined, { "cache-control": "no-cache" });
    await browser.call("POST", "/session/sign-out");
    const text = JSON.stringify(service.tenant.requests.all());
    expect(text.length).toBeGreaterThan(100);
    expect(text).not.toContain(browser.cookies.get(sessionCookie) ?? "no cookie");
    expect(text).not.toContain(sessionCookie);
  });

  test("that somebody planted is replaced at the sign-in", async () => {
    const planted = "p".repeat(43);
    const browser = new ServiceBrowser(service);
    browser.cookies.set(sessionCookie, planted);
    await browser.signIn("alice");
    expect(browser.id).toMatch(/^[\w-]{43}$/);
    expect(browser.id).not.toBe(planted);
    const attacker = new ServiceBrowser(service);
    attacker.cookies.set(sessionCookie, planted);
    expect((await attacker.call("GET", "/me")).status).toBe(401);
  });

  test("of one person is replaced when another signs in over it: nothing of the first is left", async () => {
    const browser = await signedInBrowser(service, "alice");
    const former = browser.id ?? "";
    const { csrfToken } = (await browser.call("GET", "/session")).body;
    const second = new ServiceBrowser(service);
    second.cookies.set(sessionCookie, former);
    await second.signIn("bob");
    expect((await second.call("GET", "/me")).body.username).toBe("bob");
    expect((await browser.call("GET", "/me")).status).toBe(401);
    const form = await second.post("/session/sign-out", { csrf: csrfToken });
    expect([form.status, form.body.code]).toEqual([403, "csrf"]);
    expect((await second.call("GET", "/me")).status).toBe(200);
  });

  test("is of no use after the sign-out, and the refresh token is revoked", async () => {
    const browser = await signedInBrowser(service, "carol");
    const { id = "" } = browser;
    const grants = () =>
      service.tenant.state.oidc
        .list("RefreshToken")
        .filter(({ accountId }) => accountId === service.userId("carol"));
    expect(grants().length).toBeGreaterThan(0);
    await browser.call("POST", "/session/sign-out");
    expect(grants()).toEqual([]);
    const replay = new ServiceBrowser(service);
    replay.cookies.set(sessionCookie, id);
    expect((await replay.call("GET", "/me")).status).toBe(401);
  });

  test("is set by the callback alone: a late answer of an older request brings back no older id", async () => {
    const browser = await signedInBrowser(service, "alice");
    for (const act of [
      () => browser.call("GET", "/me"),
      () => browser.call("GET", "/session"),
      () => browser.call("PATCH", "/me", { name: "Alice" }),
    ]) {
      await act();
      expect(browser.setCookies).toEqual([]);
    }
    const { id = "" } = browser;
    await browser.call("POST", "/session/sign-out");
    browser.cookies.set(sessionCookie, id);
    await browser.call("GET", "/me");
    expect(browser.setCookies).toEqual([]);
  });
});

test("the log names the application of a cookie call, and never its cookie", async () => {
  const browser = await signedInBrowser(service, "alice");
  service.platform.lines.length = 0;
  await browser.call("GET", "/me");
  const line = service.platform.lines.find((one) => one.includes('"route":"/me"')) ?? "";
  expect(JSON.parse(line)).toMatchObject({ status: 200, clientId: service.tenant.description.web.appId });
  expect(service.platform.lines.join()).not.toContain(browser.id ?? "no id");
});
