/** Sign-ins that are cut short, repeated, forged, or finished in another browser. */
import { describe, expect, test } from "vitest";
import {
  publicUrl,
  ServiceBrowser,
  sessionCookie,
  signedInBrowser,
  useSessionService,
} from "../support/browser-session.ts";

const service = useSessionService();
const callback = `${publicUrl}/session/callback`;

/** A browser that has signed in at Logto, and its callback, which has yet to be opened. */
async function arrive(username = "alice", query: Record<string, string> = {}) {
  const browser = new ServiceBrowser(service);
  const url = new URL(await browser.pass(await browser.depart(query), username));
  expect(`${url.origin}${url.pathname}`).toBe(callback);
  return { browser, url };
}

const changed = (url: URL, change: (query: URLSearchParams) => void): string => {
  const copy = new URL(url);
  change(copy.searchParams);
  return copy.href;
};

/** Exchanges of a code that the tenant has seen. */
const exchanges = () => service.tenant.requests.all().filter(({ path }) => path === "/oidc/token").length;

async function expectFace(browser: ServiceBrowser, url: string, title: string, status = 400) {
  const answer = await browser.open(url);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "text/html; charset=utf-8"]);
  expect(answer.text).toContain(`<h1>${title}</h1>`);
  expect(browser.id).toBeUndefined();
  return answer;
}

describe("the callback", () => {
  test.each<[string, (query: URLSearchParams) => void]>([
    ["has no state", (query) => query.delete("state")],
    ["has an empty state", (query) => query.set("state", "")],
    ["has two states", (query) => query.append("state", "x")],
    ["has a state that was made up", (query) => query.set("state", "a-state")],
    ["has a state that was changed", (query) => query.set("state", `${query.get("state")?.slice(0, -2)}AA`)],
    ["has no iss", (query) => query.delete("iss")],
    ["has the iss of another provider", (query) => query.set("iss", "https://evil.test/oidc")],
    ["has two iss", (query) => query.append("iss", "https://evil.test/oidc")],
    ["has no code", (query) => query.delete("code")],
  ])("is refused and asks Logto nothing if it %s, and the sign-in goes on", async (_what, change) => {
    const { browser, url } = await arrive();
    const before = exchanges();
    await expectFace(browser, changed(url, change), "This sign-in cannot be finished");
    expect(exchanges()).toBe(before);
    expect((await browser.open(url.href)).status).toBe(303);
    expect(browser.id).toBeDefined();
  });

  test("in another browser begins nothing there, and the sign-in goes on", async () => {
    const { browser, url } = await arrive();
    const before = exchanges();
    await expectFace(new ServiceBrowser(service), url.href, "This sign-in belongs to another browser");
    expect(exchanges()).toBe(before);
    expect((await browser.open(url.href)).status).toBe(303);
  });

  test("with the state of one sign-in and the code of another is refused", async () => {
    const browser = new ServiceBrowser(service);
    const first = new URL(await browser.pass(await browser.depart(), "alice"));
    const second = new URL(await browser.pass(await browser.depart(), "alice"));
    const mixed = changed(first, (query) => query.set("code", second.searchParams.get("code") ?? ""));
    await expectFace(browser, mixed, "This sign-in is finished already");
  });

  test("of an attacker's sign-in signs nobody in elsewhere, also with the attacker's flow cookie missing", async () => {
    const { url } = await arrive("bob");
    const victim = await signedInBrowser(service, "alice");
    const { id } = victim;
    expect((await victim.open(url.href)).status).toBe(400);
    expect(victim.id).toBe(id);
    expect((await victim.call("GET", "/me")).body.username).toBe("alice");
  });

  test("that is opened again leads a browser that is signed in to where it wanted to go", async () => {
    const { browser, url } = await arrive("alice", { returnTo: "/account/name" });
    await browser.open(url.href);
    const { id } = browser;
    const before = exchanges();
    const again = await browser.open(url.href);
    expect([again.status, again.headers.get("location")]).toEqual([303, `${publicUrl}/account/name`]);
    expect([browser.id, exchanges()]).toEqual([id, before]);
  });

  test("that is opened again elsewhere, or after the sign-out, says what to do", async () => {
    const { browser, url } = await arrive("alice", { returnTo: "/account/name" });
    await browser.open(url.href);
    await expectFace(new ServiceBrowser(service), url.href, "This sign-in is finished already");
    await browser.call("POST", "/session/sign-out");
    const face = await expectFace(browser, url.href, "This sign-in is finished already");
    expect(face.text).toContain(`${publicUrl}/session/sign-in?returnTo=%2Faccount%2Fname`);
  });

  test("that is opened ten times at once exchanges its code once, and ends on a session or a page", async () => {
    const { browser, url } = await arrive();
    const before = exchanges();
    const answers = await Promise.all(Array.from({ length: 10 }, () => browser.open(url.href)));
    expect(exchanges() - before).toBe(1);
    expect(answers.filter(({ status }) => status === 303).length).toBeGreaterThanOrEqual(1);
    expect(answers.every(({ status }) => status === 303 || status === 400)).toBe(true);
    expect((await browser.call("GET", "/me")).status).toBe(200);
  });

  test.each<[string, { method?: string; headers?: Record<string, string> }, number]>([
    ["a HEAD", { method: "HEAD" }, 200],
    ["a prefetch", { headers: { "sec-purpose": "prefetch" } }, 503],
    ["a prerender", { headers: { "sec-purpose": "prefetch;prerender" } }, 503],
    ["an older prefetch", { headers: { purpose: "prefetch" } }, 503],
  ])("is not used up by %s", async (_by, init, status) => {
    const { browser, url } = await arrive();
    expect((await browser.send(url.href, init)).status).toBe(status);
    expect(browser.id).toBeUndefined();
    expect((await browser.open(url.href)).status).toBe(303);
  });

  test("ignores parameters that others add", async () => {
    const { browser, url } = await arrive();
    const more = changed(url, (query) => {
      query.append("utm_source", "mail");
      query.append("utm_source", "again");
      query.append("fbclid", "x");
    });
    expect((await browser.open(more)).status).toBe(303);
    expect((await browser.call("GET", "/me?utm_source=mail")).status).toBe(400);
  });

  test.each([
    ["access_denied", "The sign-in was cancelled", 400],
    ["login_required", "The sign-in did not succeed", 400],
    ["server_error", "The sign-in service does not answer", 503],
  ])(
    "with the error %s shows its face, and nothing of what the address says",
    async (error, title, status) => {
      const { browser, url } = await arrive("alice", { returnTo: "/account" });
      const failed = changed(url, (query) => {
        query.delete("code");
        query.set("error", error);
        query.set("error_description", "<script>alert(1)</script> call +1 555 0100");
      });
      const { text } = await expectFace(browser, failed, title, status);
      expect(text).not.toContain("alert");
      expect(text).not.toContain("555");
      expect(text).toContain(`href="${publicUrl}/account"`);
      expect([...browser.cookies.keys()]).toEqual([]);
    },
  );

  test("shows its faces in the language of the browser, with the headers of pages", async () => {
    const browser = new ServiceBrowser(service);
    const answer = await browser.open(`${callback}?state=made-up`, { "accept-language": "de-AT" });
    expect(answer.text).toContain("<h1>Diese Anmeldung kann nicht abgeschlossen werden</h1>");
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self'/);
    expect(answer.headers.get("referrer-policy")).toBe("same-origin");
  });

  test("shows a face while the token endpoint is away, and another sign-in succeeds afterwards", async () => {
    const { browser, url } = await arrive();
    const mend = service.tenant.faults.add({ match: { path: /^\/oidc\/token$/ }, status: 503, body: "{}" });
    const face = await expectFace(browser, url.href, "The sign-in service does not answer", 503);
    expect(face.text).toContain("/session/sign-in?");
    mend();
    expect((await browser.signIn("alice")).status).toBe(303);
  });

  test("refuses an ID token with another nonce", async () => {
    const { browser, url } = await arrive();
    const { web, issuer } = service.tenant.description;
    const iat = Math.floor(service.platform.now() / 1000);
    const forged = await service.tenant.sign(
      { iss: issuer, aud: web.appId, sub: service.userId("alice"), iat, exp: iat + 3600, nonce: "another" },
      { typ: "JWT" },
    );
    const answer = {
      access_token: "a",
      token_type: "Bearer",
      expires_in: 3600,
      scope: "openid",
      id_token: forged,
    };
    const mend = service.tenant.faults.add({
      match: { path: /^\/oidc\/token$/ },
      status: 200,
      body: JSON.stringify(answer),
    });
    await expectFace(browser, url.href, "This sign-in cannot be finished");
    mend();
  });

  test("after more than an hour says so", async () => {
    const { browser, url } = await arrive();
    service.platform.advance(3_601_000);
    await expectFace(browser, url.href, "This sign-in took too long");
  });
});

test("one address cannot make this service ask Logto about ever more codes", async () => {
  const browser = new ServiceBrowser(service);
  service.platform.advance(10 * 60_000);
  const { issuer } = service.tenant.description;
  const before = exchanges();
  for (let tries = 0; tries < 65; tries++) {
    const state = new URL(await browser.depart()).searchParams.get("state") ?? "";
    await browser.open(`/session/callback?${new URLSearchParams({ state, code: "guess", iss: issuer })}`);
  }
  expect(exchanges() - before).toBe(60);
  service.platform.advance(5 * 60_000);
  expect((await browser.signIn("alice")).status).toBe(303);
});

test("two tabs sign in at the same time, and each goes where it wanted", async () => {
  const browser = new ServiceBrowser(service);
  const [one, two] = await Promise.all(["/one", "/two"].map((returnTo) => browser.depart({ returnTo })));
  const first = await browser.pass(one ?? "", "alice");
  const second = await browser.pass(two ?? "", "alice");
  expect((await browser.open(first)).headers.get("location")).toBe(`${publicUrl}/one`);
  expect((await browser.open(second)).headers.get("location")).toBe(`${publicUrl}/two`);
  expect((await browser.call("GET", "/me")).status).toBe(200);
});

test("sixty sign-ins that were abandoned leave at most 4 KiB of cookies, and the last one succeeds", async () => {
  const browser = new ServiceBrowser(service);
  for (let flow = 0; flow < 60; flow++) {
    service.platform.advance(1_000);
    await browser.depart();
    expect(browser.cookieHeader.length).toBeLessThanOrEqual(4_096);
  }
  expect((await browser.signIn("alice")).status).toBe(303);
  expect(browser.cookies.has(sessionCookie)).toBe(true);

  const restored = new ServiceBrowser(service);
  await Promise.all(Array.from({ length: 60 }, () => restored.depart()));
  expect(restored.cookieHeader.length).toBeLessThanOrEqual(4_096);
});

test("Logto is asked for what an application wishes, and for nothing that has no known form", async () => {
  const browser = new ServiceBrowser(service);
  const wished = new URL(
    await browser.depart({
      firstScreen: "register",
      directSignIn: "social:github",
      loginHint: "alice@example.test",
      uiLocales: "de en",
    }),
  ).searchParams;
  expect(Object.fromEntries(wished)).toMatchObject({
    first_screen: "register",
    direct_sign_in: "social:github",
    login_hint: "alice@example.test",
    ui_locales: "de en",
    code_challenge_method: "S256",
    response_type: "code",
    scope: "openid offline_access",
  });
  const plain = new URL(
    await browser.depart({ firstScreen: "x&y", directSignIn: "evil", uiLocales: "<b>", prompt: "none" }),
  ).searchParams;
  for (const name of ["first_screen", "direct_sign_in", "ui_locales"]) expect(plain.has(name)).toBe(false);
  expect(plain.get("prompt")).toBe("consent");
});
