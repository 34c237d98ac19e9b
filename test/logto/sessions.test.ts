import { expect, test } from "vitest";
import { sessionsApi } from "../../src/logto/sessions.ts";
import { startLogto } from "../support/logto.ts";
import { json } from "../support/upstream.ts";

/** One session and its grant, with the members a Logto 1.42 gives them. */
const session = {
  payload: {
    exp: 1796549800,
    iat: 1795340200,
    jti: "the-session-cookie",
    uid: "session-1",
    kind: "Session",
    loginTs: 1795340200,
    accountId: "u1",
    authorizations: { "web-app": { sid: "sid-1", grantId: "grant-1", persistsLogout: true }, other: {} },
  },
  lastSubmission: { interactionEvent: "SignIn" },
  clientId: "web-app",
  accountId: "u1",
  expiresAt: 1796549800737,
};
const grant = {
  id: "grant-1",
  payload: {
    exp: 1810892200,
    iat: 1795340200,
    jti: "grant-1",
    kind: "Grant",
    clientId: "web-app",
    accountId: "u1",
  },
  expiresAt: 1810892200718,
  application: { id: "web-app", name: "Profile" },
};

async function start() {
  const { upstream, management } = await startLogto();
  return { upstream, sessions: sessionsApi(management) };
}

test("lists sessions without the value of their cookie", async () => {
  const { upstream, sessions } = await start();
  upstream.on("GET /api/users/u1/sessions", json(200, { sessions: [session] }));
  const list = await sessions.list("u1");
  const expected = {
    id: "session-1",
    clientId: "web-app",
    expiresAt: 1796549800737,
    begunAt: 1795340200000,
    grantIds: ["grant-1"],
    sids: { "web-app": "sid-1" },
    applicationIds: ["web-app", "other"],
    origin: { userAgent: null, country: null, city: null },
  };
  expect(list).toEqual({ items: [expected], unreadable: 0 });
  expect(JSON.stringify(list)).not.toContain("the-session-cookie");
});

test("lists grants", async () => {
  const { upstream, sessions } = await start();
  upstream.on("GET /api/users/u1/grants", json(200, { grants: [grant] }));
  const expected = {
    id: "grant-1",
    clientId: "web-app",
    expiresAt: 1810892200718,
    begunAt: 1795340200000,
  };
  expect(await sessions.listGrants("u1")).toEqual({ items: [expected], unreadable: 0 });
});

test.each([
  ["a session", "sessions", { sessions: [session, { ...session, accountId: "u2" }] }],
  [
    "a session's payload",
    "sessions",
    { sessions: [{ ...session, payload: { ...session.payload, accountId: "u2" } }] },
  ],
  ["a grant", "grants", { grants: [grant, { ...grant, payload: { ...grant.payload, accountId: "u2" } }] }],
])("takes nothing of a list in which %s is of another user", async (_what, list, body) => {
  const { upstream, sessions } = await start();
  upstream.on(`GET /api/users/u1/${list}`, json(200, body));
  const call = list === "sessions" ? sessions.list("u1") : sessions.listGrants("u1");
  await expect(call).rejects.toMatchObject({ code: "upstream_invalid" });
});

test("accepts sessions and grants of a release that names no user", async () => {
  const { upstream, sessions } = await start();
  const { accountId: _session, ...bare } = session;
  const { accountId: _payload, ...payload } = session.payload;
  upstream.on("GET /api/users/u1/sessions", json(200, { sessions: [{ ...bare, payload }] }));
  upstream.on("GET /api/users/u1/grants", json(200, { grants: [{ id: "grant-1" }] }));
  expect(await sessions.list("u1")).toMatchObject({ items: [{ id: "session-1" }], unreadable: 0 });
  expect(await sessions.listGrants("u1")).toMatchObject({ items: [{ id: "grant-1" }], unreadable: 0 });
});

test("ends a session with the grants given in it, and revokes a single grant", async () => {
  const { upstream, sessions } = await start();
  upstream.on("DELETE /api/users/u1/sessions/session-1", json(204));
  upstream.on("DELETE /api/users/u1/grants/grant-1", json(204));
  await sessions.end("u1", "session-1");
  await sessions.revokeGrant("u1", "grant-1");
  expect(upstream.received.slice(1).map(({ path }) => path)).toEqual([
    "/api/users/u1/sessions/session-1?revokeGrantsTarget=all",
    "/api/users/u1/grants/grant-1",
  ]);
});

test("treats a session or grant that is gone already as ended", async () => {
  const { upstream, sessions } = await start();
  upstream.on("DELETE /api/users/u1/sessions/gone", json(404, { code: "oidc.session_not_found" }));
  upstream.on("DELETE /api/users/u1/grants/gone", json(404, { code: "oidc.invalid_grant" }));
  await sessions.end("u1", "gone");
  await sessions.revokeGrant("u1", "gone");
});

test("does not take another person's session for an ended one", async () => {
  const { upstream, sessions } = await start();
  upstream.on("DELETE /api/users/u1/sessions/theirs", json(404, { code: "oidc.invalid_session_account_id" }));
  await expect(sessions.end("u1", "theirs")).rejects.toMatchObject({ code: "upstream_invalid" });
});

test("does not take a 404 it cannot read for an ended session", async () => {
  const { sessions } = await start();
  await expect(sessions.end("u1", "unknown-route")).rejects.toMatchObject({ code: "upstream_invalid" });
});

test("counts what it cannot read, and lists the rest", async () => {
  const { upstream, sessions } = await start();
  upstream.on("GET /api/users/u1/sessions", json(200, { sessions: [session, {}, { payload: { uid: 7 } }] }));
  upstream.on("GET /api/users/u1/grants", json(200, { grants: ["?", grant] }));
  expect(await sessions.list("u1")).toMatchObject({ items: [{ id: "session-1" }], unreadable: 2 });
  expect(await sessions.listGrants("u1")).toMatchObject({ items: [{ id: "grant-1" }], unreadable: 1 });
});

test("takes a Logto that knows no grants for one without any, and no other 404", async () => {
  const { upstream, sessions } = await start();
  expect(await sessions.listGrants("u1")).toEqual({ items: [], unreadable: 0 });
  upstream.on("GET /api/users/u1/grants", json(404, { code: "entity.not_found" }));
  await expect(sessions.listGrants("u1")).rejects.toMatchObject({ code: "invalid_token" });
  await expect(sessions.list("u1")).rejects.toMatchObject({ code: "upstream_invalid" });
});
