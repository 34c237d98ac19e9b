import { expect, test } from "vitest";
import { createClient } from "../../src/client/client.ts";
import { publicUrl, ServiceBrowser, signedInBrowser, useSessionService } from "../support/browser-session.ts";
import { readOpenApi } from "../support/openapi.ts";
import type { Answer } from "../support/service.ts";

const service = useSessionService();

test("somebody signs in, reads and changes their profile, and signs out", async () => {
  const browser = new ServiceBrowser(service);
  expect((await browser.call("GET", "/session")).body).toEqual({ authenticated: false });
  const back = await browser.signIn("alice", { returnTo: "/account?tab=name" });
  expect([back.status, back.headers.get("location")]).toEqual([303, `${publicUrl}/account?tab=name`]);

  expect((await browser.call("GET", "/me")).body).toMatchObject({ username: "alice" });
  service.platform.advance(1);
  expect((await browser.call("PATCH", "/me", { name: "Alice by cookie" })).body).toMatchObject({
    name: "Alice by cookie",
  });
  const { body: session } = await browser.call("GET", "/session");
  expect(session).toMatchObject({ authenticated: true, userId: service.userId("alice") });
  expect(Date.parse(session.endsAt) - Date.parse(session.startedAt)).toBe(24 * 3_600_000);
  const { items } = (await browser.call("GET", "/me/activity")).body;
  expect(items.map(({ event }: { event: string }) => event)).toEqual(["profile.updated", "session.started"]);

  const { status, body } = await browser.call("POST", "/session/sign-out");
  expect(status).toBe(200);
  expect(body.redirectTo).toContain(`${service.tenant.description.endpoint}/oidc/session/end?`);
  expect(browser.id).toBeUndefined();
  expect((await browser.call("GET", "/session")).body).toEqual({ authenticated: false });
});

test("the document says what a browser gets from sign-in to sign-out", async () => {
  const api = await readOpenApi(service);
  const browser = new ServiceBrowser(service);
  const { issuer, web } = service.tenant.description;
  const described = async (name: string, answer: Promise<Answer>) => {
    const { status } = await answer;
    expect([name, status, api.faultOf(name, await answer)]).toEqual([name, status, undefined]);
    return status;
  };
  const callback = await browser.pass(await browser.depart(), "bob");
  expect(await described("GET /session/callback", browser.open(callback, { purpose: "prefetch" }))).toBe(503);
  expect(await described("GET /session/callback", browser.open(callback))).toBe(303);
  expect(await described("GET /session", browser.call("GET", "/session"))).toBe(200);
  expect(await described("GET /session", browser.send("/session"))).toBe(403);
  const iat = Math.floor(service.platform.now() / 1000);
  const claims = { iss: issuer, aud: web.appId, iat, exp: iat + 120, jti: "described" };
  const logout_token = await service.tenant.sign(
    {
      ...claims,
      sub: service.userId("bob"),
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    },
    { typ: "logout+jwt" },
  );
  const told = browser.post("/session/backchannel-logout", { logout_token });
  expect(await described("POST /session/backchannel-logout", told)).toBe(204);
  expect((await browser.call("GET", "/session")).body).toEqual({ authenticated: false });
});

test("the client asks for the session, reads and changes the profile by it, and signs out", async () => {
  const browser = new ServiceBrowser(service);
  const client = createClient({
    baseUrl: `${publicUrl}/`,
    async fetch(url, { method = "", headers, body } = {}) {
      const sent = { ...Object.fromEntries(new Headers(headers)), origin: publicUrl };
      const text = typeof body === "string" ? { body } : {};
      const answer = await browser.send(String(url), { method, headers: sent, ...text });
      return new Response(answer.text, { status: answer.status, headers: answer.headers });
    },
  });
  expect(await client.session.get()).toEqual({ authenticated: false });
  const link = client.session.signInUrl({ returnTo: "/shop?a=b", uiLocales: "de", reauthenticate: true });
  expect(link).toBe(`${publicUrl}/session/sign-in?returnTo=%2Fshop%3Fa%3Db&uiLocales=de&reauthenticate=true`);
  const { headers } = await browser.open(link);
  const back = await browser.open(await browser.pass(headers.get("location") ?? "", "carol"));
  expect(back.headers.get("location")).toBe(`${publicUrl}/shop?a=b`);
  expect(await client.session.get()).toMatchObject({ authenticated: true, userId: service.userId("carol") });
  expect((await client.profile.patch({ name: "Carol Client" })).data.name).toBe("Carol Client");
  expect(await client.session.signOut()).toContain("/oidc/session/end?");
  expect(await client.session.get()).toEqual({ authenticated: false });
});

test("a form signs out with its token", async () => {
  const browser = await signedInBrowser(service, "bob");
  const { csrfToken } = (await browser.call("GET", "/session")).body;
  const refused = await browser.post("/session/sign-out", { csrf: "x" });
  expect([refused.status, refused.body.code]).toEqual([403, "csrf"]);
  const left = await browser.post("/session/sign-out", { csrf: csrfToken });
  expect([left.status, browser.id]).toEqual([303, undefined]);
});

test("signing in again is a step-up, under a new id of the same session", async () => {
  const browser = await signedInBrowser(service, "carol");
  const refused = await browser.call("POST", "/me/business/reveal", { fields: ["ssn"] });
  expect(refused.body).toMatchObject({
    code: "step_up_required",
    methods: ["password", "email", "phone", "sign_in"],
  });
  const { id } = browser;
  const again = await browser.signIn("carol", { returnTo: "/account", reauthenticate: "true" });
  expect([again.status, again.text]).toEqual([303, ""]);
  expect(browser.id).not.toBe(id);
  expect((await browser.call("POST", "/me/business/reveal", { fields: ["ssn"] })).status).toBe(200);
});
