/** `/me/sessions` and `/me/applications`: where somebody is signed in, whom they have let in, and the end of both. */
import { expect, test } from "vitest";
import { Browser } from "../../dev/tenant/browser.ts";
import { type ServiceBrowser, signedInBrowser, useSessionService } from "../../support/browser-session.ts";
import { sendCode } from "../../support/service.ts";
import { letIn, signIn } from "../../support/sign-in.ts";

const service = useSessionService();
const second = 1_000;
const macSafari =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15";

const list = async (browser: ServiceBrowser) => (await browser.call("GET", "/me/sessions")).body;
const isIn = async (browser: ServiceBrowser) => (await browser.call("GET", "/me")).status === 200;
const prove = async (browser: ServiceBrowser, username: string) => {
  const body = { password: `${username}-password-1` };
  const answer = await browser.call("POST", "/me/password/verify", body);
  return { "verification-id": String(answer.body.verificationId) };
};
/** The sessions at the tenant that belong to a person. */
const atLogto = (username: string) =>
  service.tenant.state.oidc.list("Session").filter(({ accountId }) => accountId === service.userId(username));
const events = async (browser: ServiceBrowser) =>
  (await browser.call("GET", "/me/activity")).body.items.map(({ event, detail }: Entry) => ({
    event,
    detail,
  }));
type Entry = { event: string; detail: object };

test("lists the browser's own session first, the others with what they reported, and no cookie of Logto's", async () => {
  const { endpoint, web } = service.tenant.description;
  const elsewhere = { "user-agent": macSafari, "x-logto-cf-country": "DE", "x-logto-cf-city": "Berlin" };
  await signIn(service.tenant, "alice", undefined, new Browser(endpoint, elsewhere));
  service.platform.advance(second);
  const browser = await signedInBrowser(service, "alice");
  service.platform.advance(60 * second);
  const { text, body } = await browser.call("GET", "/me/sessions");
  const applications = [{ id: web.appId, name: "profile-web" }];
  expect(body).toEqual({
    complete: true,
    items: [
      expect.objectContaining({ current: true, reportedPlace: null, applications }),
      {
        ref: expect.stringMatching(/^[\w-]{43}$/),
        current: false,
        browser: "Safari",
        system: "Mac OS",
        reportedPlace: { country: "DE", city: "Berlin" },
        begunAt: expect.any(String),
        lastSeenAt: null,
        expiresAt: expect.any(String),
        applications,
      },
    ],
  });
  for (const { jti, uid } of atLogto("alice")) {
    expect(text).not.toContain(jti);
    expect(text).not.toContain(uid);
  }
});

test("ends another session after step-up: here at once, and at Logto with its refresh token", async () => {
  const mine = await signedInBrowser(service, "bob");
  service.platform.advance(second);
  const other = await signedInBrowser(service, "bob");
  const device = await signIn(service.tenant, "bob");
  const [, ...others] = (await list(mine)).items;
  expect(others).toHaveLength(2);
  const end = (ref: string, headers = {}) => mine.call("DELETE", `/me/sessions/${ref}`, undefined, headers);
  expect(await end(others[0].ref)).toMatchObject({ status: 403, body: { code: "step_up_required" } });
  const proof = await prove(mine, "bob");
  service.platform.advance(second);
  expect(await Promise.all(others.map(({ ref }: { ref: string }) => end(ref, proof)))).toMatchObject([
    { status: 204, text: "" },
    { status: 204, text: "" },
  ]);
  expect([await isIn(other), await device.refresh(), await isIn(mine)]).toEqual([false, 400, true]);
  expect(atLogto("bob")).toHaveLength(1);
  expect(await end(others[0].ref, proof)).toMatchObject({ status: 404 });
  const ended = { event: "session.ended", detail: { by: "person", session: expect.any(String) } };
  expect((await events(mine)).slice(0, 2)).toEqual([ended, ended]);
});

test("ends the own session without step-up", async () => {
  const browser = await signedInBrowser(service, "carol");
  const [{ ref }] = (await list(browser)).items;
  const token = await service.as("carol")("GET", "/me/sessions");
  expect(token.body.items).toEqual([expect.objectContaining({ ref, current: false })]);
  expect((await browser.call("DELETE", `/me/sessions/${ref}`)).status).toBe(204);
  expect(await isIn(browser)).toBe(false);
  expect(atLogto("carol")).toEqual([]);
});

test("ends all others and keeps this one, with what was granted in it", async () => {
  const [one, mine, two] = [
    await signedInBrowser(service, "carol"),
    await signedInBrowser(service, "carol"),
    await signedInBrowser(service, "carol"),
  ];
  expect(await mine.call("DELETE", "/me/sessions")).toMatchObject({ status: 403 });
  const ended = await mine.call("DELETE", "/me/sessions", undefined, await prove(mine, "carol"));
  expect(ended).toMatchObject({
    status: 200,
    body: { endedSessions: 2, currentKept: true, complete: true },
  });
  // Beyond the next time that Logto is asked whether it goes on, and within the time that it may be idle.
  for (let times = 0; times < 2; times++) {
    service.platform.advance(2_000 * second);
    await mine.call("GET", "/me");
    await service.platform.idle();
  }
  expect([await isIn(one), await isIn(mine), await isIn(two)]).toEqual([false, true, false]);
  expect((await list(mine)).items).toEqual([expect.objectContaining({ current: true })]);
  expect(await events(mine)).toContainEqual({ event: "sessions.ended", detail: { count: 2 } });
});

test("with an access token all end, and the answer says so", async () => {
  const browser = await signedInBrowser(service, "carol");
  const email = { email: "carol@example.test" };
  const verificationCode = await sendCode(service, "carol", email);
  const carol = service.as("carol");
  const { body } = await carol("POST", "/me/verification-codes/verify", { ...email, verificationCode });
  const proof = { "verification-id": body.verificationId };
  const ended = await carol("DELETE", "/me/sessions", undefined, proof);
  expect(ended.body).toMatchObject({ currentKept: false, complete: true });
  expect(await isIn(browser)).toBe(false);
});

test("lists a session whose session at Logto is gone, and ends it", async () => {
  const browser = await signedInBrowser(service, "alice");
  service.tenant.state.oidc.removeWhere(["Session"], () => true);
  const orphan = (await list(browser)).items.find(({ current }: { current: boolean }) => current);
  expect(orphan).toMatchObject({ browser: null, applications: [{ name: "profile-web" }] });
  expect((await browser.call("DELETE", `/me/sessions/${orphan.ref}`)).status).toBe(204);
  expect(await isIn(browser)).toBe(false);
});

test("lists an application that was let in with what it may do, and takes its access away", async () => {
  await letIn(service.tenant, "bob", "Reports");
  await letIn(service.tenant, "alice", "Reports");
  const bob = service.as("bob");
  const { body } = await bob("GET", "/me/applications");
  const { apiResource } = service.tenant.description;
  expect(body).toEqual({
    complete: true,
    items: [
      {
        ref: expect.stringMatching(/^[\w-]{43}$/),
        id: "reports00000000000000",
        name: "Reports",
        scopes: ["openid", "offline_access", "profile", "email"],
        resources: [{ indicator: apiResource, scopes: ["profile:read"] }],
        grantedAt: expect.any(String),
        expiresAt: expect.any(String),
      },
    ],
  });
  const [{ ref }] = body.items;
  const key = { "idempotency-key": "revoke" };
  const answers = [
    await bob("DELETE", `/me/applications/${ref}`, undefined, key),
    await bob("DELETE", `/me/applications/${ref}`, undefined, key),
    await bob("DELETE", `/me/applications/${ref}`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 404]);
  expect((await bob("GET", "/me/applications")).body.items).toEqual([]);
  expect((await service.as("alice")("GET", "/me/applications")).body.items).toHaveLength(1);
  const { items } = (await bob("GET", "/me/activity")).body;
  expect(items[0]).toMatchObject({
    event: "application.revoked",
    detail: { application: "reports00000000000000" },
  });
});
