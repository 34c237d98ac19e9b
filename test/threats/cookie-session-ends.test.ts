/** What ends a cookie session from outside: Logto's logout, events, a change of the password, an erasure. */
import { createHmac, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  ServiceBrowser,
  sessionCookie,
  signedInBrowser,
  useSessionService,
} from "../support/browser-session.ts";
import { eventually, settleElsewhere } from "../support/instances.ts";
import { manage } from "../support/manage.ts";
import { newPassword } from "../support/people.ts";

const signingKey = "webhook-signing-key";
const service = useSessionService({ LOGTO_WEBHOOK_SIGNING_KEY: signingKey });

const isIn = async (browser: ServiceBrowser) => (await browser.call("GET", "/me")).status === 200;
const logoutEvent = { "http://schemas.openid.net/event/backchannel-logout": {} };

const sidOf = async (username: string) => {
  const row = await service.database.kysely
    .selectFrom("sessions")
    .select("sid")
    .where("user_id", "=", service.userId(username))
    .orderBy("started_at", "desc")
    .executeTakeFirstOrThrow();
  return row.sid ?? "";
};

function logoutClaims(claims: Record<string, unknown>): Record<string, unknown> {
  const { issuer, web } = service.tenant.description;
  const iat = Math.floor(service.platform.now() / 1000);
  return {
    iss: issuer,
    aud: web.appId,
    iat,
    exp: iat + 120,
    jti: randomUUID(),
    events: logoutEvent,
    ...claims,
  };
}
const signLogout = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
  service.tenant.sign(logoutClaims(claims), { typ: "logout+jwt", ...header });
const deliver = (token: string) =>
  new ServiceBrowser(service).send("/session/backchannel-logout", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ logout_token: token }).toString(),
  });

async function sendEvent(body: Record<string, unknown>) {
  const text = JSON.stringify(body);
  const answer = await service.anonymous("POST", "/webhooks/logto", text, {
    "logto-signature-sha-256": createHmac("sha256", signingKey).update(text).digest("hex"),
  });
  await service.platform.idle();
  return answer.status;
}

const activityOf = async (username: string) =>
  (await service.as(username)("GET", "/me/activity")).body.items.map(
    ({ event, detail }: { event: string; detail: { by?: string } }) => [event, detail.by],
  );

describe("back-channel logout", () => {
  test("ends exactly the session that it names", async () => {
    const one = await signedInBrowser(service, "alice");
    const named = await sidOf("alice");
    service.platform.advance(1_000);
    const two = await signedInBrowser(service, "alice");
    const bob = await signedInBrowser(service, "bob");
    expect((await deliver(await signLogout({ sid: named, sub: service.userId("alice") }))).status).toBe(204);
    expect([await isIn(one), await isIn(two), await isIn(bob)]).toEqual([false, true, true]);
    expect(await activityOf("alice")).toContainEqual(["session.ended", "logto"]);
  });

  test("of a person, without a session, ends all of theirs", async () => {
    const one = await signedInBrowser(service, "alice");
    const bob = await signedInBrowser(service, "bob");
    expect((await deliver(await signLogout({ sub: service.userId("alice") }))).status).toBe(204);
    expect([await isIn(one), await isIn(bob)]).toEqual([false, true]);
  });

  test("that comes before the session begins keeps it from beginning", async () => {
    const browser = new ServiceBrowser(service);
    const callback = await browser.pass(await browser.depart(), "alice");
    const { web } = service.tenant.description;
    for (const listed of service.tenant.state.oidc.list("Session")) {
      const sid = listed.authorizations?.[web.appId]?.sid;
      if (sid) expect((await deliver(await signLogout({ sid }))).status).toBe(204);
    }
    expect((await browser.open(callback)).status).toBe(400);
    expect(browser.id).toBeUndefined();
  });

  test("with a token that was used before is refused", async () => {
    await signedInBrowser(service, "carol");
    const token = await signLogout({ sid: await sidOf("carol") });
    expect((await deliver(token)).status).toBe(204);
    expect((await deliver(token)).status).toBe(400);
  });

  test.each<[string, (sid: string) => Promise<string> | string]>([
    ["another typ", (sid) => signLogout({ sid }, { typ: "JWT" })],
    ["the typ of an access token", (sid) => signLogout({ sid }, { typ: "at+jwt" })],
    ["another audience", (sid) => signLogout({ sid, aud: "another-app" })],
    ["another issuer", (sid) => signLogout({ sid, iss: "https://evil.test/oidc" })],
    ["a nonce", (sid) => signLogout({ sid, nonce: "n" })],
    ["no events", (sid) => signLogout({ sid, events: undefined })],
    ["another event", (sid) => signLogout({ sid, events: { "http://example.test/event": {} } })],
    ["no jti", (sid) => signLogout({ sid, jti: undefined })],
    ["neither sid nor sub", () => signLogout({})],
    ["an expiry that has passed", (sid) => signLogout({ sid, exp: 1_700_000_000 })],
    [
      "an issue far ahead",
      (sid) => signLogout({ sid, iat: Math.floor(service.platform.now() / 1000) + 3_600 }),
    ],
    [
      "no signature",
      (sid) => {
        const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
        return `${part({ alg: "none", typ: "logout+jwt" })}.${part(logoutClaims({ sid }))}.`;
      },
    ],
    ["a changed signature", async (sid) => (await signLogout({ sid })).replace(/.{10}$/, "AAAAAAAAAA")],
    ["no form of a token", () => "x"],
    ["nothing", () => ""],
  ])("with %s is refused, and ends nothing", async (_what, forge) => {
    const browser = await signedInBrowser(service, "alice");
    const { status, body } = await deliver(await forge(await sidOf("alice")));
    expect([status, body.code]).toEqual([400, "bad_request"]);
    expect(await isIn(browser)).toBe(true);
  });
});

describe("an event of Logto", () => {
  test("that a person was suspended ends their sessions, for good", async () => {
    const browser = await signedInBrowser(service, "alice");
    const bob = await signedInBrowser(service, "bob");
    const user = { id: service.userId("alice") };
    const event = { event: "User.SuspensionStatus.Updated", params: { userId: user.id }, data: user };
    expect(await sendEvent(event)).toBe(204);
    expect([await isIn(browser), await isIn(bob)]).toEqual([false, true]);
    expect(await activityOf("alice")).toContainEqual(["session.ended", "suspension"]);
  });

  test("that never came is made good by the first refusal: a suspension that is lifted brings nothing back", async () => {
    const browser = await signedInBrowser(service, "alice");
    const user = service.tenant.state.users.get(service.userId("alice"));
    Object.assign(user, { isSuspended: true });
    const refused = await browser.call("GET", "/me", undefined, { "cache-control": "no-cache" });
    expect(refused.body.code).toBe("user_suspended");
    Object.assign(user, { isSuspended: false });
    service.platform.advance(60_000);
    expect(await isIn(browser)).toBe(false);
  });

  test.each<[string, Record<string, unknown>]>([
    ["User.Data.Updated", { matchedRoute: "/users/:userId/password", params: {} }],
    ["PostResetPassword", {}],
  ])("%s about a password ends their sessions", async (event, more) => {
    const browser = await signedInBrowser(service, "alice");
    const userId = service.userId("alice");
    const named = "params" in more ? { params: { userId } } : { userId };
    expect(await sendEvent({ event, ...more, ...named, data: { id: userId, updatedAt: 1 } })).toBe(204);
    expect(await isIn(browser)).toBe(false);
  });

  test("about anything else ends nothing", async () => {
    const browser = await signedInBrowser(service, "alice");
    const params = { userId: service.userId("alice") };
    await sendEvent({ event: "User.Data.Updated", params, matchedRoute: "/users/:userId" });
    expect(await isIn(browser)).toBe(true);
  });
});

describe("a change of the password", () => {
  const change = async (browser: ServiceBrowser, username: string) => {
    const proof = await browser.call("POST", "/me/password/verify", { password: `${username}-password-1` });
    return browser.call(
      "PATCH",
      "/me/password",
      { password: newPassword },
      {
        "verification-id": proof.body.verificationId,
      },
    );
  };

  test("keeps the session that makes it, and ends the others here and at Logto", async () => {
    const browser = await signedInBrowser(service, "alice");
    const elsewhere = await signedInBrowser(service, "alice");
    service.platform.advance(2_000);
    const { status, body } = await change(browser, "alice");
    expect([status, body.revokedSessions >= 1]).toEqual([200, true]);
    expect([await isIn(browser), await isIn(elsewhere)]).toEqual([true, false]);
    const live = service.tenant.state.oidc
      .list("RefreshToken")
      .filter(({ accountId }) => accountId === service.userId("alice"));
    expect(live.length).toBe(1);

    const { updatedAt } = service.tenant.state.users.get(service.userId("alice"));
    const own = {
      event: "User.Data.Updated",
      params: { userId: service.userId("alice") },
      data: { id: service.userId("alice"), updatedAt },
    };
    await sendEvent({ ...own, matchedRoute: "/users/:userId/password" });
    expect(await isIn(browser)).toBe(true);
    await sendEvent({
      ...own,
      data: { ...own.data, updatedAt: updatedAt + 1 },
      matchedRoute: "/users/:userId/password",
    });
    expect(await isIn(browser)).toBe(false);
  });

  test("keeps a sign-in with the old password, whose code Logto has taken already, from beginning a session", async () => {
    const browser = new ServiceBrowser(service);
    const callback = await browser.pass(await browser.depart({}), "carol");
    const { promise: closed, resolve: open } = Promise.withResolvers<void>();
    const exchange = { method: "POST", path: /^\/oidc\/token$/ };
    service.tenant.faults.add({ match: { ...exchange, times: 1 }, answerGate: closed });
    service.tenant.requests.clear();
    const arriving = browser.open(callback);
    await eventually(() => service.tenant.requests.count(exchange.method, exchange.path) > 0);
    service.platform.advance(2_000);
    const proof = await service.as("carol")("POST", "/me/password/verify", {
      password: "carol-password-1",
    });
    const { status } = await service.as("carol")(
      "PATCH",
      "/me/password",
      { password: newPassword },
      { "verification-id": proof.body.verificationId },
    );
    open();
    await arriving;
    expect([status, await isIn(browser), browser.id]).toEqual([200, false, undefined]);
    const former = { password: "carol-password-1" };
    await manage(service.tenant, "PATCH", `/api/users/${service.userId("carol")}/password`, former);
  });

  test("by an access token ends all of them", async () => {
    const browser = await signedInBrowser(service, "bob");
    service.platform.advance(2_000);
    const proof = await service.as("bob")("POST", "/me/password/verify", { password: "bob-password-1" });
    const { status } = await service.as("bob")(
      "PATCH",
      "/me/password",
      { password: newPassword },
      {
        "verification-id": proof.body.verificationId,
      },
    );
    expect([status, await isIn(browser)]).toEqual([200, false]);
  });

  test("of unknown outcome keeps it as well, and ends the others once it is settled", async () => {
    const browser = await signedInBrowser(service, "carol");
    const elsewhere = await signedInBrowser(service, "carol");
    service.platform.advance(2_000);
    const path = /^\/api\/users\/[^/]+\/password$/;
    const mend = service.tenant.faults.add({
      match: { method: "PATCH", path },
      action: "reset",
      after: true,
    });
    expect((await change(browser, "carol")).body.code).toBe("outcome_unknown");
    mend();
    service.platform.advance(60_000);
    await settleElsewhere(service);
    expect([await isIn(browser), await isIn(elsewhere)]).toEqual([true, false]);
  });
});

test("an erasure leaves no session, and none begins afterwards", async () => {
  const browser = new ServiceBrowser(service);
  await browser.open(await browser.pass(await browser.depart(), "bob", newPassword));
  expect(await isIn(browser)).toBe(true);
  const late = new ServiceBrowser(service);
  const callback = await late.pass(await late.depart(), "bob", newPassword);
  const userId = service.userId("bob");
  expect(await sendEvent({ event: "User.Deleted", params: { userId }, data: { id: userId } })).toBe(204);
  const rows = await service.database.kysely
    .selectFrom("sessions")
    .select("ref")
    .where("user_id", "=", userId)
    .execute();
  expect(rows).toEqual([]);
  expect((await browser.call("GET", "/session")).body).toEqual({ authenticated: false });
  expect((await late.open(callback)).status).toBe(400);
  expect(late.cookies.has(sessionCookie)).toBe(false);
});
