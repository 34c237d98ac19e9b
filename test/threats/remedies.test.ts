/** What a change leaves to be done blocks nobody: revocations that fail, journal rows that nobody can read. */
import { describe, expect, test } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import { createServices } from "../../src/compose.ts";
import { resumeRevocations } from "../../src/logto/revoke-sessions.ts";
import { useService } from "../support/fixtures.ts";
import { eventually, settleElsewhere } from "../support/instances.ts";
import { newPassword, useFreshDays } from "../support/people.ts";
import { stepUp } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";

const minute = 60_000;
const listsSessions = /^\/api\/users\/\w+\/sessions$/;
const listsGrants = /^\/api\/users\/\w+\/grants$/;
const setsPassword = /\/users\/\w+\/password$/;
const endsSession = /^\/api\/users\/\w+\/sessions\//;

const service = useService();
useFreshDays(service);

const alice = service.as("alice");
const change = async () =>
  alice("PATCH", "/me/password", { password: newPassword }, await stepUp(service, "alice"));
const signInAlice = () => signIn(service.tenant, "alice", "alice-password-1");
const outstanding = () => createRepositories(service.database).revocations.outstanding();
async function resume() {
  service.platform.advance(minute);
  return resumeRevocations(await createServices(service.config, service.platform, service.database));
}
const json = (body: unknown) => ({ status: 200, body: JSON.stringify(body) });
const text = { "content-type": "text/plain" };

describe("a revocation that fails", () => {
  test.each([
    [
      "a session of an unknown form",
      { match: { path: listsSessions }, ...json({ sessions: [{ payload: { uid: 7 } }] }) },
    ],
    [
      "a session that will not end",
      { match: { method: "DELETE", path: endsSession }, status: 500, body: "" },
    ],
    ["sessions that are not listed", { match: { path: listsSessions }, status: 500, body: "" }],
    ["grants that are not listed", { match: { path: listsGrants }, status: 500, body: "" }],
  ])("for %s stops no write of the person, and is tried until it succeeds", async (_what, fault) => {
    const device = await signInAlice();
    const mend = service.tenant.faults.add(fault);
    expect((await change()).status).toBe(200);
    expect((await alice("PATCH", "/me", { name: "Alice Writes On" })).status).toBe(200);
    expect(await outstanding()).toBe(1);
    await resume();
    expect(await outstanding()).toBe(1);
    mend();
    service.platform.advance(60 * minute);
    await resume();
    expect({ outstanding: await outstanding(), refresh: await device.refresh() }).toEqual({
      outstanding: 0,
      refresh: 400,
    });
  });

  test("of a grant alone is tried again, too", async () => {
    const ends = { method: "DELETE", path: /^\/api\/users\/\w+\/grants\/stuck$/ };
    const grants = [{ id: "stuck", payload: { iat: 1 } }];
    service.tenant.faults.add({ match: { path: listsGrants }, ...json({ grants }) });
    const mend = service.tenant.faults.add({ match: ends, status: 503, body: "" });
    expect((await change()).status).toBe(200);
    expect(await outstanding()).toBe(1);
    mend();
    service.tenant.faults.add({ match: ends, status: 204 });
    await resume();
    expect(await outstanding()).toBe(0);
  });

  test("is none where a release of Logto knows no grants", async () => {
    service.tenant.faults.add({
      match: { path: listsGrants },
      status: 404,
      headers: text,
      body: "Not Found",
    });
    expect((await change()).status).toBe(200);
    expect(await outstanding()).toBe(0);
  });

  test("ends sessions whose ids look like nothing we know, by escaping them", async () => {
    const odd = "a/b?c=d e";
    const sessions = [{ payload: { uid: odd, loginTs: 1 } }];
    service.tenant.faults.add({ match: { path: listsSessions }, ...json({ sessions }) });
    service.tenant.faults.add({ match: { method: "DELETE", path: endsSession }, status: 204 });
    expect((await change()).body).toEqual({ revokedSessions: 1 });
    const [ended] = service.tenant.requests.matching("DELETE", endsSession);
    expect(ended?.path).toContain(encodeURIComponent(odd));
  });

  test("spares the sessions and grants that begin after the change", async () => {
    const later = (seconds: number) => Math.floor(service.platform.now() / 1000) + seconds;
    const grants = [
      { id: "old", payload: { iat: later(-60) } },
      { id: "new", payload: { iat: later(60) } },
    ];
    const sessions = [
      { payload: { uid: "old", loginTs: later(-60) } },
      { payload: { uid: "new", loginTs: later(60) } },
      { payload: { uid: "undated" } },
    ];
    service.tenant.faults.add({ match: { path: listsSessions }, ...json({ sessions }) });
    service.tenant.faults.add({ match: { path: listsGrants }, ...json({ grants }) });
    service.tenant.faults.add({ match: { method: "DELETE", path: /\/(sessions|grants)\// }, status: 204 });
    expect((await change()).body).toEqual({ revokedSessions: 2 });
    const ended = service.tenant.requests
      .matching("DELETE", /./)
      .map(({ path }) => path.split("/").slice(-2).join("/"));
    expect(ended.sort()).toEqual(["grants/old", "sessions/old", "sessions/undated"]);
  });
});

test("a revocation that its request is carrying out is not carried out by a background job, too", async () => {
  const { promise: closed, resolve: open } = Promise.withResolvers<void>();
  service.tenant.faults.add({ match: { path: listsSessions, times: 1 }, answerGate: closed });
  const record = await stepUp(service, "alice");
  service.tenant.requests.clear();
  const changing = alice("PATCH", "/me/password", { password: newPassword }, record);
  await eventually(() => service.tenant.requests.count("GET", listsSessions) > 0);
  await resumeRevocations(await createServices(service.config, service.platform, service.database));
  expect(service.tenant.requests.count("GET", listsSessions)).toBe(1);
  open();
  expect((await changing).status).toBe(200);
});

describe("the recovery of a change of the password", () => {
  test("ends what began before Logto can have made it, and spares what began after", async () => {
    const later = (seconds: number) => Math.floor(service.platform.now() / 1000) + seconds;
    const sessions = [
      { payload: { uid: "before", loginTs: later(-60) } },
      { payload: { uid: "meanwhile", loginTs: later(30) } },
      { payload: { uid: "after", loginTs: later(120) } },
    ];
    service.tenant.faults.add({ match: { path: listsSessions }, ...json({ sessions }) });
    service.tenant.faults.add({ match: { path: listsGrants }, ...json({ grants: [] }) });
    service.tenant.faults.add({ match: { method: "DELETE", path: endsSession }, status: 204 });
    service.tenant.faults.add({ match: { path: setsPassword, times: 1 }, after: true, action: "reset" });
    expect((await change()).status).toBe(504);
    service.platform.advance(5 * minute);
    await settleElsewhere(service);
    await resume();
    const ended = service.tenant.requests.matching("DELETE", endsSession).map(({ path }) => path);
    expect(ended.map((path) => path.split("/").at(-1)).sort()).toEqual(["before", "meanwhile"]);
  });
});

describe("a journal row", () => {
  const insert = (kind: string, sealed: string) =>
    service.database.kysely
      .insertInto("journal")
      .values({
        id: kind,
        user_id: service.userId("alice"),
        kind,
        sealed,
        created_at: 1,
        attempts: 0,
        retry_at: 0,
      })
      .execute();
  const sealedFor = async (content: Record<string, string>) => {
    const { vault } = await createServices(service.config, service.platform, service.database);
    return vault.seal({ userId: service.userId("alice"), purpose: "journal" }, content);
  };
  const rows = () => service.database.kysely.selectFrom("journal").selectAll().execute();

  test.each([
    ["damaged", "update", async () => "not.a.jwe"],
    ["of an unknown kind", "teleport", () => sealedFor({})],
    ["of an unknown form", "password", () => sealedFor({ activity: "none" })],
  ])("that is %s is set aside and logged, and the person writes on", async (_what, kind, seal) => {
    await insert(kind, await seal());
    service.platform.lines.length = 0;
    expect((await alice("PATCH", "/me", { name: `Alice ${kind}` })).status).toBe(200);
    const [row] = await rows();
    expect(row).toMatchObject({ kind, attempts: 1 });
    expect(row?.retry_at).toBeGreaterThan(service.platform.now());
    expect(service.platform.lines.filter((line) => line.includes("journal.set_aside"))).toHaveLength(1);
    expect((await alice("PATCH", "/me", { name: "Alice Again" })).status).toBe(200);
    expect(await rows()).toMatchObject([{ attempts: 1 }]);
    service.platform.advance(2 * minute);
    expect((await alice("PATCH", "/me", { name: "Alice Later" })).status).toBe(200);
    expect(await rows()).toMatchObject([{ attempts: 2 }]);
    await service.database.kysely.deleteFrom("journal").execute();
  });
});
