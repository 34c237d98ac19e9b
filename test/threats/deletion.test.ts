/** Nobody is deleted by mistake, by somebody else or by half; and who has asked for it is deleted, whatever fails. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Db } from "../../db/repositories.ts";
import { createServices } from "../../src/compose.ts";
import { eraseUser } from "../../src/erasure/erase-user.ts";
import { bringBack, day, nothingDone, runDeletions, tracesOf, useTeam } from "../support/deletions.ts";
import { useInstance, useService } from "../support/fixtures.ts";
import { eventually } from "../support/instances.ts";
import { comparable, times } from "../support/people.ts";
import { stepUp } from "../support/service.ts";

const hook = useTeam();
const service = useService(() => ({ environment: hook.environment }));
const other = useInstance(service);
const alice = service.as("alice");

beforeEach(() => {
  service.platform.advance(2 * day);
  hook.team.answer = {};
  hook.asked.length = 0;
});

const confirm = { confirm: "alice" };
const ask = async () => alice("POST", "/me/deletion", confirm, await stepUp(service, "alice"));
const askAndWait = async () => {
  expect((await ask()).status).toBe(202);
  service.platform.advance(14 * day);
};
const isAsked = async () => (await alice("GET", "/me/deletion")).body.askedAt !== null;
const userPath = /^\/api\/users\/\w+$/;
const done = { ...nothingDone, deleted: 1 };
const gone = { atTenant: false, rows: 0, receipts: [expect.anything()] };

describe("a request is refused", () => {
  test("without a step-up record of this person and this client, always in the same words", async () => {
    bringBack(service, "alice");
    const used = await stepUp(service, "alice");
    expect((await alice("POST", "/me/deletion", confirm, used)).status).toBe(202);
    expect((await alice("DELETE", "/me/deletion")).status).toBe(200);
    const expired = await stepUp(service, "alice");
    service.platform.advance(10 * 60_000 + 1);
    const records = [
      {},
      used,
      expired,
      await stepUp(service, "bob"),
      await stepUp(service, "alice", { clientId: "another" }),
    ];
    const answers = [];
    for (const record of records) answers.push(await alice("POST", "/me/deletion", confirm, record));
    expect(answers[0]).toMatchObject({ status: 403, body: { code: "step_up_required" } });
    for (const answer of answers) expect(comparable(answer)).toEqual(comparable(answers[0] ?? answer));
    expect(await isAsked()).toBe(false);
    expect(hook.asked).toHaveLength(1);
  });

  test("with a token that may only read", async () => {
    const reader = service.as("alice", { scope: "profile:read" });
    for (const method of ["POST", "DELETE"])
      expect(await reader(method, "/me/deletion", method === "POST" ? confirm : undefined)).toMatchObject({
        status: 403,
        body: { code: "insufficient_scope" },
      });
  });

  test.each([
    ["userId", "bob000000000"],
    ["id", "bob000000000"],
    ["days", 0],
  ])("with a member %s", async (name, value) => {
    const record = await stepUp(service, "alice");
    const answer = await alice("POST", "/me/deletion", { ...confirm, [name]: value }, record);
    expect(answer).toMatchObject({ status: 422, body: { code: "unknown_field" } });
  });

  test("and of twenty at the same time one is stored, with one day", async () => {
    bringBack(service, "alice");
    const record = await stepUp(service, "alice");
    const answers = await times(20, () => alice("POST", "/me/deletion", confirm, record));
    const days = answers.filter(({ status }) => status === 202).map(({ body }) => body.deletesAt);
    expect(new Set(days).size).toBe(1);
    expect(answers.every(({ status }) => status === 202 || status === 403)).toBe(true);
  });
});

describe("the team's check", () => {
  test("is signed, and says who asks; its reason is shown, and keeps the account", async () => {
    bringBack(service, "alice");
    hook.team.answer = { body: '{"allow":false,"reason":"You own\\n Acme\\u202e"}' };
    expect(await ask()).toMatchObject({
      status: 409,
      body: { code: "deletion_refused", errors: [{ pointer: "/confirm", message: "You own Acme" }] },
    });
    expect(hook.asked).toEqual([{ userId: service.userId("alice"), isSigned: true }]);
    hook.team.answer = {};
    await askAndWait();
    hook.team.answer = { body: '{"allow":false,"reason":"You own Acme"}' };
    expect(await runDeletions(service)).toEqual({ ...nothingDone, heldBack: 1 });
    expect((await alice("GET", "/me/deletion")).body.heldFor).toBe("You own Acme");
    hook.team.answer = {};
    expect(await runDeletions(service)).toEqual(nothingDone);
    service.platform.advance(day);
    expect(await runDeletions(service)).toEqual(done);
  });

  test.each([
    ["an error", { status: 500 }],
    ["a redirect to something that allows", { status: 302, headers: { location: "http://127.0.0.1:1/" } }],
    ["a page", { body: "<html>" }],
    ["an answer that is nearly one", { body: '{"allow":"true"}' }],
    ["a long answer", { body: `{"allow":true,"more":"${"x".repeat(9_000)}"}` }],
    ["no answer", "hang" as const],
  ])("with %s is asked again, and nobody goes meanwhile", async (_what, answer) => {
    bringBack(service, "alice");
    hook.team.answer = answer;
    expect(await ask()).toMatchObject({ status: 503, body: { code: "upstream_unavailable" } });
    expect(await isAsked()).toBe(false);
    if (answer === "hang") return;
    hook.team.answer = {};
    await askAndWait();
    hook.team.answer = answer;
    expect(await runDeletions(service)).toEqual({ ...nothingDone, postponed: 1 });
    hook.team.answer = {};
    service.platform.advance(60_000);
    expect(await runDeletions(service)).toEqual(done);
  });
});

describe("a cancel in the same moment", () => {
  /** Stops the next request for the person at the tenant. */
  const stop = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    service.tenant.requests.clear();
    service.tenant.faults.add({ match: { method: "GET", path: userPath, times: 1 }, gate: promise });
    const arrived = () => eventually(() => service.tenant.requests.count("GET", userPath) > 0);
    return { arrived, resume: resolve };
  };

  test("wins whole, if it was first", async () => {
    bringBack(service, "alice");
    await askAndWait();
    const { arrived, resume } = stop();
    const cancelling = service.as("alice", { url: other.url })("DELETE", "/me/deletion");
    await arrived();
    const deleting = runDeletions(service);
    resume();
    expect((await cancelling).status).toBe(200);
    expect(await deleting).toEqual(nothingDone);
    expect(await isAsked()).toBe(false);
    expect((await alice("PATCH", "/me", { name: "Alice" })).status).toBe(200);
  });

  test("loses whole, if it was second", async () => {
    bringBack(service, "alice");
    await askAndWait();
    const { arrived, resume } = stop();
    const deleting = runDeletions(service);
    await arrived();
    const cancelling = service.as("alice", { url: other.url })("DELETE", "/me/deletion");
    resume();
    expect(await deleting).toEqual(done);
    expect(await cancelling).toMatchObject({ status: 401, body: { code: "invalid_token" } });
    expect(await tracesOf(service, "alice")).toEqual(gone);
  });

  test("and two instances that delete do it once", async () => {
    bringBack(service, "alice");
    await askAndWait();
    const reports = await Promise.all([runDeletions(service), runDeletions(service)]);
    expect(reports.map(({ deleted }) => deleted).toSorted()).toEqual([0, 1]);
    expect(await tracesOf(service, "alice")).toEqual(gone);
  });
});

class Crash extends Error {}

/** Lets a process die right after its nth step in the database. */
function crashing(nth: number) {
  let steps = 0;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    steps += 1;
    if (steps > nth) throw new Crash();
    const result = await work();
    if (steps === nth) throw new Crash();
    return result;
  };
  const wrap = (db: Db): Db => ({
    ...db,
    batch: (statements) => step(() => db.batch(statements)),
    background: { ...db.background, batch: (statements) => step(() => db.background.batch(statements)) },
    scrubFiles: () => step(() => db.scrubFiles()),
    deletions: { ...db.deletions, postpone: () => step(async () => {}) },
  });
  return { wrap, hasCrashed: () => steps >= nth };
}

describe("what fails on the way is made good", () => {
  test("a crash after any step in the database", { timeout: 60_000 }, async () => {
    let steps = 0;
    for (let isOver = false; !isOver; ) {
      steps += 1;
      const revive = bringBack(service, "alice");
      await alice("PATCH", "/me", { business: { gender: "female" } });
      await askAndWait();
      const { wrap, hasCrashed } = crashing(steps);
      await runDeletions(service, wrap).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      isOver = !hasCrashed();
      service.platform.advance(2 * 60_000);
      await runDeletions(service);
      expect(await tracesOf(service, "alice")).toEqual(gone);
      await revive();
      service.platform.advance(2 * day);
    }
    expect(steps).toBeGreaterThan(6);
  });

  test.each([
    ["does not delete", { status: 503, body: "" }],
    ["deletes, and whose answer is lost", { after: true, action: "reset" as const }],
  ])("Logto that %s", async (_what, fault) => {
    bringBack(service, "alice");
    await askAndWait();
    service.tenant.faults.add({ match: { method: "DELETE", path: userPath, times: 1 }, ...fault });
    expect(await runDeletions(service)).toEqual({ ...nothingDone, postponed: 1 });
    // Nothing stops it any more, and nothing is stored for the person meanwhile.
    expect((await alice("DELETE", "/me/deletion")).status).toBe(401);
    expect((await alice("PATCH", "/me", { name: "A" })).status).toBe(401);
    service.platform.advance(60_000);
    expect(await runDeletions(service)).toEqual(done);
    expect(await tracesOf(service, "alice")).toEqual(gone);
  });

  test("Logto's own event about it, in the middle", async () => {
    bringBack(service, "alice");
    await askAndWait();
    const { promise, resolve } = Promise.withResolvers<void>();
    service.tenant.requests.clear();
    service.tenant.faults.add({ match: { method: "DELETE", path: userPath, times: 1 }, answerGate: promise });
    const deleting = runDeletions(service);
    await eventually(() => service.tenant.requests.count("DELETE", userPath) > 0);
    const { config, platform, database } = service;
    await eraseUser(await createServices(config, platform, database), service.userId("alice"));
    expect(await tracesOf(service, "alice")).toEqual(gone);
    resolve();
    expect(await deleting).toEqual(done);
    expect(await tracesOf(service, "alice")).toEqual(gone);
  });
});
