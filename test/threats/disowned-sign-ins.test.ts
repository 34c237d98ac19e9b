/** "This was not me": all that a thief has begun ends, on every instance and at the tenant, whoever fails meanwhile. */
import { createHmac } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { ServiceBrowser, signedInBrowser, useSessionService } from "../support/browser-session.ts";
import { useInstance } from "../support/fixtures.ts";
import { settleElsewhere } from "../support/instances.ts";
import { useFreshDays } from "../support/people.ts";
import { sendCode, stepUp } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";

const minute = 60_000;
const signingKey = "webhook-signing-key";
const service = useSessionService({ LOGTO_WEBHOOK_SIGNING_KEY: signingKey }, { sendsNotices: true });
const other = useInstance(service);
useFreshDays(service);
beforeEach(() => service.platform.idle());

const alice = () => service.as("alice");
const disown = () => alice()("POST", "/me/sign-ins/not-me", {});
const aliceSignsIn = () => signIn(service.tenant, "alice", "alice-password-1");
const atOther = (browser: ServiceBrowser) => {
  browser.url = other.url;
  return browser.call("GET", "/me");
};
const sessionsLeft = () =>
  service.tenant.state.oidc.list("Session").filter(({ accountId }) => accountId === service.userId("alice"))
    .length;
const told = () => service.tenant.notices("alice@example.test").map(({ kind }) => kind);

test("every session and grant is gone, here, elsewhere and at the tenant, and nobody else's", async () => {
  const thief = await aliceSignsIn();
  const browser = await signedInBrowser(service, "alice");
  const bob = await signedInBrowser(service, "bob");
  const { status, body } = await disown();
  expect({ status, body }).toEqual({ status: 200, body: { revokedSessions: 2 } });
  expect([await thief.refresh(), sessionsLeft()]).toEqual([400, 0]);
  expect((await browser.call("GET", "/me")).status).toBe(401);
  expect((await atOther(browser)).status).toBe(401);
  expect((await atOther(bob)).status).toBe(200);
  // Both are of one moment.
  const { items } = (await alice()("GET", "/me/activity")).body;
  const entries = items.slice(0, 2).map(({ event, detail }: Record<string, unknown>) => ({ event, detail }));
  expect(entries).toEqual(
    expect.arrayContaining([
      { event: "sign_in.disowned", detail: { sessions: 1 } },
      { event: "session.ended", detail: { by: "not_me", session: expect.any(String) } },
    ]),
  );
  await service.platform.idle();
  expect(told()).toContain("sign_in.disowned");
});

test("what the thief had proven opens nothing, and what was sent to prove is worth nothing", async () => {
  const record = await stepUp(service, "alice");
  const code = await sendCode(service, "alice", { email: "thief@example.test" }, record);
  await disown();
  const reveal = await alice()("POST", "/me/business/reveal", { fields: ["ssn"] }, record);
  expect(reveal).toMatchObject({ status: 403, body: { code: "step_up_required" } });
  const body = { email: "thief@example.test", verificationCode: code };
  expect((await alice()("POST", "/me/verification-codes/verify", body)).body.code).toBe("code_expired");
});

test("it takes no proof, locks nobody out, and works five times an hour", async () => {
  const outcomes: number[] = [];
  for (let count = 0; count < 6; count++) outcomes.push((await disown()).status);
  expect(outcomes).toEqual([200, 200, 200, 200, 200, 429]);
  const back = await signedInBrowser(service, "alice");
  expect((await back.call("GET", "/me")).status).toBe(200);
  service.platform.advance(61 * minute);
  expect((await disown()).status).toBe(200);
});

test("while the tenant is away all ends here at once, and there as soon as it is back", async () => {
  const thief = await aliceSignsIn();
  const browser = await signedInBrowser(service, "alice");
  const mend = service.tenant.faults.add({ match: { path: /^\/api\// }, status: 503 });
  expect(await disown()).toMatchObject({ status: 200, body: { revokedSessions: 0 } });
  expect((await browser.call("GET", "/me")).status).toBe(401);
  expect(await thief.refresh()).toBe(200);
  mend();
  service.platform.advance(minute);
  await settleElsewhere(service);
  expect([await thief.refresh(), sessionsLeft()]).toEqual([400, 0]);
});

test("a crash right after the commit is made good by another instance", async () => {
  const thief = await aliceSignsIn();
  // The process that dies gets no answer to its first call after the commit.
  const mend = service.tenant.faults.add({ match: { method: "GET", path: /\/sessions$/ }, action: "reset" });
  await disown();
  mend();
  service.platform.advance(minute);
  await settleElsewhere(service);
  expect([await thief.refresh(), sessionsLeft()]).toEqual([400, 0]);
});

test("who signs in right after it stays signed in when the revocation comes to it late", async () => {
  const mend = service.tenant.faults.add({ match: { method: "GET", path: /\/sessions$/ }, status: 503 });
  await disown();
  mend();
  service.platform.advance(6_000);
  const back = await signedInBrowser(service, "alice");
  service.platform.advance(minute);
  await settleElsewhere(service);
  expect((await back.call("GET", "/me")).status).toBe(200);
});

test("the page says what it does, does it at one press, and leads to a new password behind a sign-in", async () => {
  const browser = await signedInBrowser(service, "alice");
  const page = await browser.open("/account/sign-ins/not-me");
  expect(page.text).toContain("Sign out everybody now");
  expect(sessionsLeft()).toBeGreaterThan(0);
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
  const answer = await browser.post("/account/sign-ins/not-me", { csrf });
  expect({ status: answer.status, to: answer.headers.get("location") }).toEqual({
    status: 303,
    to: "/account/password?all-ended",
  });
  const end = await browser.open("/account/password?all-ended");
  expect(end.text).toContain("Everybody was signed out");
  expect(end.text).toMatch(/session\/sign-in\?returnTo=%2Faccount%2Fpassword/);
  expect(sessionsLeft()).toBe(0);
});

test("a page of another origin, or a link, presses nothing", async () => {
  const browser = await signedInBrowser(service, "alice");
  await browser.open("/account/sign-ins/not-me");
  await browser.post("/account/sign-ins/not-me", { csrf: "x" });
  await browser.post("/account/sign-ins/not-me", { csrf: "x" }, { origin: "https://evil.example.test" });
  expect((await browser.call("GET", "/me")).status).toBe(200);
});

const signedIn = (username: string, userAgent: string) =>
  JSON.stringify({
    event: "PostSignIn",
    createdAt: new Date(service.platform.now()).toISOString(),
    userId: service.userId(username),
    userAgent,
    sessionId: "cookie-value",
  });
const deliver = (body: string) =>
  service.anonymous("POST", "/webhooks/logto", body, {
    "logto-signature-sha-256": createHmac("sha256", signingKey).update(body).digest("hex"),
  });
const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36";
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

test("the first sign-in with another browser is told once, the first of all and a known one never", async () => {
  const carolTold = () => service.tenant.notices("carol@example.test").map(({ kind }) => kind);
  for (const agent of [chrome, chrome.replace("126", "127")]) await deliver(signedIn("carol", agent));
  await service.platform.idle();
  expect(carolTold()).toEqual([]);
  const event = signedIn("carol", firefox);
  for (const body of [event, event, signedIn("carol", firefox)]) await deliver(body);
  const browser = new ServiceBrowser(service);
  const from = await browser.pass(await browser.depart(), "carol");
  expect((await browser.open(from, { "user-agent": firefox })).status).toBe(303);
  await service.platform.idle();
  expect(carolTold()).toEqual(["sign_in.new_browser"]);
});
