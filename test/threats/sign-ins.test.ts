/** The sign-in history: what others could put into it, read from it, or learn by it. */
import { createHmac } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import { logged } from "../support/audit-log.ts";
import { everyByte } from "../support/files.ts";
import { useService } from "../support/fixtures.ts";
import { useFreshDays } from "../support/people.ts";

const signingKey = "webhook-signing-key";
const service = useService({ environment: { LOGTO_WEBHOOK_SIGNING_KEY: signingKey } });
const alice = service.as("alice");
useFreshDays(service);
beforeEach(() => service.tenant.state.auditLog.clear());

const day = 24 * 60 * 60_000;
const marker = "PLANTED-SECRET";
/** Those of this test: each begins two days after the one before. */
const list = async () => {
  const since = new Date(service.platform.now() - day).toISOString();
  const { items } = (await alice("GET", "/me/sign-ins")).body;
  return items.filter(({ at }: { at: string }) => at > since);
};

test("nothing of a log's payload passes but what is named, wherever a secret stands", async () => {
  const secret = { value: marker, deeper: [{ [marker]: marker }] };
  logged(service, "alice", {
    key: marker,
    sessionId: marker,
    params: { code: marker, code_verifier: marker, client_secret: marker, refresh_token: marker },
    applicationSecret: { name: marker },
    payload: { password: marker, identifier: { type: "email", value: marker }, ...secret },
    userAgentParsed: { ua: marker, browser: { name: marker }, os: { name: marker } },
    verification: secret,
    error: { code: "session.blocked", message: marker, data: { [marker]: marker } },
    signInContext: { country: "FR", city: "Lyon", ip: marker, latitude: marker, [marker]: marker },
    interaction: {
      userId: marker,
      profile: secret,
      mfa: secret,
      captcha: secret,
      signInContext: { ip: marker, userAgent: marker, country: marker },
      verificationRecords: [
        { id: marker, type: "Password", verified: true, identifier: { type: "email", value: marker } },
        { id: marker, type: marker, verified: true, socialUserInfo: secret },
      ],
    },
    [marker]: secret,
  });
  const { status, text } = await alice("GET", "/me/sign-ins");
  expect({ status, hasItem: text.includes("Lyon") }).toEqual({ status: 200, hasItem: true });
  expect(text).not.toContain(marker);
  expect(service.platform.lines.join("\n")).not.toContain(marker);
  expect(await everyByte(service.folder)).not.toContain(marker);
});

test.each<[string, Record<string, unknown>]>([
  ["no payload members at all", { ip: null, userAgent: null, interaction: null, applicationId: null }],
  ["members of other kinds", { ip: 7, userAgent: {}, interaction: "x", signInContext: [], error: 1 }],
  ["an address that is none", { ip: "203.0.113.7, evil", userAgent: `${"x".repeat(20_000)}` }],
  [
    "a place with markup and a bidirectional override",
    { signInContext: { country: "<b>", city: "\u202eevil" } },
  ],
  [
    "records of unknown ways",
    { interaction: { verificationRecords: [{ type: "__proto__" }, { type: "toString" }] } },
  ],
])("an entry with %s is listed with what is known", async (_what, payload) => {
  logged(service, "alice", payload);
  const [item] = await list();
  expect(item).toMatchObject({ result: "ok", reportedPlace: { country: null, city: null } });
  expect([null, "203.0.113.0/24"]).toContain(item.address);
});

test("an entry about somebody else is passed on to nobody", async () => {
  const entry = { id: "x", createdAt: 1, payload: { result: "Success", userId: service.userId("bob") } };
  service.tenant.faults.add({
    match: { method: "GET", path: /^\/api\/logs/, times: 3 },
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify([entry]),
  });
  expect(await alice("GET", "/me/sign-ins")).toMatchObject({
    status: 502,
    body: { code: "upstream_invalid" },
  });
});

test.each([
  ["another person's", async () => pageCursor("bob")],
  ["a changed", async () => (await pageCursor("alice")).replace(/^./, "0")],
  ["an invented", async () => "zzzzzzzz.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
  ["an empty", async () => ""],
])("%s cursor is refused", async (_whose, cursorOf) => {
  const cursor = await cursorOf();
  expect(await alice("GET", `/me/sign-ins?cursor=${cursor}`)).toMatchObject({
    status: 400,
    body: { code: "bad_request" },
  });
});

async function pageCursor(username: string): Promise<string> {
  for (let ago = 30; ago > 0; ago--) logged(service, username, { agoMs: ago * 1000 });
  return (await service.as(username)("GET", "/me/sign-ins")).body.nextCursor;
}

test("while the tenant is away the history is refused, and nothing is made up", async () => {
  service.tenant.faults.add({
    match: { method: "GET", path: /^\/api\/logs/ },
    status: 503,
  });
  expect(await alice("GET", "/me/sign-ins")).toMatchObject({
    status: 503,
    body: { code: "upstream_unavailable" },
  });
});

const lockout = (value: string, more: Record<string, unknown> = {}) =>
  JSON.stringify({
    event: "Identifier.Lockout",
    createdAt: new Date(service.platform.now()).toISOString(),
    interactionEvent: "SignIn",
    userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    applicationId: service.tenant.description.web.appId,
    sessionId: marker,
    ip: "2001:db8:1:2::3",
    type: "username",
    value,
    ...more,
  });
const sign = (body: string) => createHmac("sha256", signingKey).update(body).digest("hex");
const deliver = (body: string, signature = sign(body)) =>
  service.anonymous("POST", "/webhooks/logto", body, { "logto-signature-sha-256": signature });

test("an event of a lockout that comes twice counts once, under whichever identifier, in short", async () => {
  const events = [
    lockout("alice"),
    lockout("alice@example.test", { type: "email" }),
    lockout("Alice@Example.TEST", { type: "email" }),
  ];
  for (const event of [...events, ...events]) expect((await deliver(event)).status).toBe(204);
  const items = await list();
  expect(items).toHaveLength(3);
  expect(items[0]).toMatchObject({
    result: "refused",
    reason: "locked",
    browser: "Chrome",
    system: "Windows",
    address: "2001:db8:1::/48",
  });
  expect(await everyByte(service.folder)).not.toContain(marker);
});

test.each<[string, () => [string, string]]>([
  ["forged", () => [lockout("alice"), "0".repeat(64)]],
  ["about nobody", () => [lockout("nobody"), sign(lockout("nobody"))]],
  ["a month old", () => signed(lockout("alice", { createdAt: "2020-01-01T00:00:00.000Z" }))],
  ["about no identifier", () => signed(lockout("alice", { type: "userId" }))],
  ["about something too long", () => signed(lockout("a".repeat(300)))],
])("an event of a lockout that is %s leaves nothing", async (_what, made) => {
  await deliver(...made());
  expect(await list()).toEqual([]);
});

const signed = (body: string): [string, string] => [body, sign(body)];

test("whoever causes lockouts for ever fills nothing: the newest hundred stay", async () => {
  const { lockouts } = createRepositories(service.database);
  const nothing = { browser: null, system: null, address: null, applicationId: null };
  const rows = Array.from({ length: 105 }, (_, at) => ({
    id: `${at}`,
    userId: service.userId("carol"),
    at,
    ...nothing,
  }));
  await service.database.batch(rows.map((row) => lockouts.insert(row, {})));
  await deliver(lockout("carol"));
  const left = await lockouts.list(service.userId("carol"), service.platform.now(), 1000);
  expect({ left: left.length, oldest: left.at(-1)?.at }).toEqual({ left: 100, oldest: 6 });
});
