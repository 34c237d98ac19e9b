/** Half of a revocation fails: what ended has ended, what did not stays asked for, whichever half it is. */
import { beforeEach, describe, expect, test } from "vitest";
import { StorageFailure } from "../../db/storage-failure.ts";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import { resumeRevocations } from "../../src/logto/revoke-sessions.ts";
import type { Services } from "../../src/services.ts";
import { useService } from "../support/fixtures.ts";
import { eventually } from "../support/instances.ts";
import { testTuning } from "../support/logto.ts";
import { newPassword, times, useFreshDays } from "../support/people.ts";
import { stepUp } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";

const seconds = (count: number) => count * 1000;
const paths = {
  sessions: /^\/api\/users\/[\w-]+\/sessions$/,
  grants: /^\/api\/users\/[\w-]+\/grants$/,
  ends: /^\/api\/users\/[\w-]+\/(?:sessions|grants)\//,
};

const service = useService();
useFreshDays(service);

let services: Services;
beforeEach(async () => {
  const { config, platform, database } = service;
  services = await createServices(config, platform, database, { tuning: testTuning });
  await database.kysely.deleteFrom("revocations").execute();
});

const change = async () =>
  service.as("alice")("PATCH", "/me/password", { password: newPassword }, await stepUp(service, "alice"));
const outstanding = () => services.db.revocations.outstanding();
async function resumeAfter(milliseconds: number) {
  service.platform.advance(milliseconds);
  return resumeRevocations(services);
}
const answers = (path: RegExp, body: unknown) =>
  service.tenant.faults.add({ match: { method: "GET", path }, status: 200, body: JSON.stringify(body) });
const lists = (sessions: string[], grants: string[]) => {
  answers(paths.sessions, { sessions: sessions.map((uid) => ({ payload: { uid, loginTs: 1 } })) });
  answers(paths.grants, { grants: grants.map((id) => ({ id, payload: { iat: 1 } })) });
  service.tenant.faults.add({ match: { method: "DELETE", path: paths.ends }, status: 204 });
};
const sticks = (part: string) =>
  service.tenant.faults.add({
    match: { method: "DELETE", path: new RegExp(`/${part}$`) },
    status: 403,
    body: JSON.stringify({ code: "guard.invalid_input" }),
  });
const ended = () =>
  service.tenant.requests.matching("DELETE", /./).map(({ path }) => path.split("/").slice(-2).join("/"));

describe("a revocation of which a part fails", () => {
  test.each([
    ["one of two sessions", "sessions/one"],
    ["one of two grants", "grants/four"],
  ])("%s, ends the rest at once, and that part as soon as it can", async (_what, stuck) => {
    const mend = sticks(stuck);
    lists(["one", "two"], ["three", "four"]);
    const { status, body } = await change();
    expect({ status, revoked: body.revokedSessions }).toEqual({
      status: 200,
      revoked: stuck.startsWith("sessions") ? 1 : 2,
    });
    expect(ended().sort()).toEqual(["grants/four", "grants/three", "sessions/one", "sessions/two"]);
    expect(await outstanding()).toBe(1);
    await resumeAfter(seconds(60));
    expect(await outstanding()).toBe(1);
    mend();
    service.tenant.requests.clear();
    await resumeAfter(seconds(3600));
    expect(ended()).toContain(stuck);
    expect(await outstanding()).toBe(0);
  });

  test("is tried after 20 seconds, then after twice that each time, and in the end once an hour", async () => {
    sticks("sessions/one");
    lists(["one"], []);
    await change();
    const pauses: number[] = [];
    const nextPause = async () => {
      const { retry_at: at } = await service.database.kysely
        .selectFrom("revocations")
        .select("retry_at")
        .executeTakeFirstOrThrow();
      pauses.push((at - service.platform.now()) / 1000);
      await resumeAfter(at - service.platform.now());
    };
    for (let time = 0; time < 5; time++) await nextPause();
    await service.database.kysely.updateTable("revocations").set({ attempts: 40 }).execute();
    for (let time = 0; time < 3; time++) await nextPause();
    expect(pauses).toEqual([20, 40, 80, 160, 320, 640, 3600, 3600]);
  });

  test("is told to the operator, who is not told of whom", async () => {
    sticks("sessions/one");
    lists(["one"], []);
    service.platform.lines.length = 0;
    await change();
    const told = service.platform.lines.filter((line) => line.includes('"revocation.outstanding"'));
    expect(told).toHaveLength(1);
    expect(told[0]).not.toContain(service.userId("alice"));
  });
});

test("what began before the change by Logto's clock ends, though ours is behind", async () => {
  const ahead = service.platform.now() + seconds(60);
  const user = service.tenant.state.users.get(service.userId("alice"));
  service.tenant.faults.add({
    match: { method: "PATCH", path: /\/password$/, times: 1 },
    status: 200,
    body: JSON.stringify({ ...user, updatedAt: ahead }),
  });
  const began = (uid: string, at: number) => ({ payload: { uid, loginTs: Math.floor(at / 1000) } });
  const sessions = [began("before", ahead - seconds(30)), began("after", ahead + seconds(30))];
  answers(paths.sessions, { sessions });
  answers(paths.grants, { grants: [] });
  service.tenant.faults.add({ match: { method: "DELETE", path: paths.ends }, status: 204 });
  await change();
  expect(ended()).toEqual(["sessions/before"]);
});

test("a changed password is told as changed, although the database cannot say what has ended", async () => {
  lists(["one"], []);
  const record = await stepUp(service, "alice");
  const fails = async () => {
    throw new StorageFailure(new Error("the connection broke"), "no");
  };
  const revocations = { ...services.db.revocations, complete: fails, postpone: fails };
  const app = createApp({ ...services, db: { ...services.db, revocations } });
  const answer = await app.request("/me/password", {
    method: "PATCH",
    headers: {
      ...{ authorization: `Bearer ${await service.token("alice")}`, "content-type": "application/json" },
      ...record,
    },
    body: JSON.stringify({ password: newPassword }),
  });
  expect({ status: answer.status, body: await answer.json() }).toEqual({
    ...{ status: 200, body: { revokedSessions: 0 } },
  });
  expect(await outstanding()).toBe(1);
  await resumeAfter(seconds(60));
  expect(await outstanding()).toBe(0);
});

test("a refresh token whose session has gone ends, too", async () => {
  const device = await signIn(service.tenant, "alice", "alice-password-1");
  const { oidc } = service.tenant.state;
  oidc.removeWhere(["Session"], () => true);
  expect(await device.refresh()).toBe(200);
  await change();
  expect(await device.refresh()).toBe(400);
});

describe("the background job", () => {
  const ask = (userIds: string[]) =>
    service.database.kysely
      .insertInto("revocations")
      .values(userIds.map((user_id) => ({ user_id, begun_before: seconds(2), attempts: 0, retry_at: 0 })))
      .execute();

  test("goes on until nobody is due, however many are", async () => {
    await ask(Array.from({ length: 130 }, (_, index) => `somebody-${index}`));
    answers(paths.sessions, { sessions: [] });
    answers(paths.grants, { grants: [] });
    await resumeRevocations(services);
    // The service's own job may be at work on one of them.
    expect(await outstanding()).toBeLessThanOrEqual(1);
  });

  test("ends each session on one of several instances", async () => {
    lists(["one"], []);
    await ask([service.userId("alice")]);
    await times(5, () => resumeRevocations(services));
    await eventually(async () => (await outstanding()) === 0);
    expect(ended()).toEqual(["sessions/one"]);
  });

  test("ends at a stop, before the next person", async () => {
    await ask(["somebody"]);
    expect(await resumeRevocations(services, AbortSignal.abort())).toEqual({ revoked: 0 });
    expect(await outstanding()).toBe(1);
  });
});
