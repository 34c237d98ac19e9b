/** What each outcome of the one call to Logto means for the answer, for reads, and for the journal. */

import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Database } from "../../db/database.ts";
import { StorageFailure } from "../../db/storage-failure.ts";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import { useService } from "../support/fixtures.ts";
import { settleElsewhere } from "../support/instances.ts";
import { newPassword, useFreshDays } from "../support/people.ts";
import { stepUp } from "../support/service.ts";

const service = useService();
useFreshDays(service);
beforeEach(() => service.platform.advance(60_000));

const problem = z.object({ code: z.string() });
const alice = service.as("alice");
const change = { match: { method: "PATCH", path: /^\/api\/users\/\w+$/, times: 1 } };
const outcome = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
const pending = async () =>
  (await service.database.kysely.selectFrom("journal").selectAll().execute()).length;
const settle = async () => {
  service.platform.advance(60_000);
  await settleElsewhere(service);
};
const shown = async () => {
  const { body } = await alice("GET", "/me");
  return { name: body.name, ethnicity: body.business.ethnicity };
};

describe("an outcome that nobody knows", () => {
  test("leaves no snapshot from before: a read shows what Logto has", async () => {
    await alice("PATCH", "/me", { name: "Before" });
    service.tenant.faults.add({ ...change, after: true, action: "reset" });
    expect(outcome(await alice("PATCH", "/me", { name: "After" }))).toEqual([504, "outcome_unknown"]);
    expect((await shown()).name).toBe("After");
    await settle();
  });

  test("is also that of an answer about another user, which says that it is invalid", async () => {
    const bob = service.tenant.state.users.get(service.userId("bob"));
    const body = JSON.stringify({ ...bob, id: "somebody-else" });
    service.tenant.faults.add({ ...change, after: true, status: 200, body });
    const answer = await alice("PATCH", "/me", { name: "Mine", business: { ethnicity: "mine" } });
    expect(outcome(answer)).toEqual([502, "upstream_invalid"]);
    expect(JSON.stringify(answer.body)).not.toContain("somebody-else");
    expect(await pending()).toBe(1);
    await settle();
    expect(await shown()).toEqual({ name: "Mine", ethnicity: "mine" });
    expect(await pending()).toBe(0);
  });
});

test("a definite refusal leaves no entry, and the next write waits for nothing", async () => {
  const body = JSON.stringify({ code: "user.username_already_in_use" });
  service.tenant.faults.add({ ...change, status: 422, body });
  expect(outcome(await alice("PATCH", "/me", { username: "taken" }))).toEqual([409, "identifier_taken"]);
  expect(await pending()).toBe(0);
  expect((await alice("PATCH", "/me", { name: "Next" })).status).toBe(200);
});

describe("a database that fails once the call was made", () => {
  /** Refuses the batches that would drop an entry. */
  const failing = (): Database => ({
    ...service.database,
    async batch(statements) {
      if (statements.some((statement) => statement.compile().sql.includes('delete from "journal"')))
        throw new StorageFailure(new Error("the disk is full"), "no");
      return service.database.batch(statements);
    },
  });
  const patch = async (body: unknown, path = "/me", more: Record<string, string> = {}) => {
    const { config, platform } = service;
    const app = createApp(await createServices(config, platform, failing()));
    const authorization = `Bearer ${await service.token("alice")}`;
    const headers = { authorization, "content-type": "application/json", ...more };
    const answer = await app.request(path, { method: "PATCH", headers, body: JSON.stringify(body) });
    return { status: answer.status, body: problem.parse(await answer.json()) };
  };

  test("makes the outcome unknown, although it says itself that it did nothing: recovery finishes", async () => {
    const answer = await patch({ name: "Finished", business: { ethnicity: "finished" } });
    expect(outcome(answer)).toEqual([504, "outcome_unknown"]);
    await settle();
    expect(await shown()).toEqual({ name: "Finished", ethnicity: "finished" });
  });

  test("makes that of a change of password unknown, too: Logto has it, and the old one is worth nothing", async () => {
    const record = await stepUp(service, "alice");
    const answer = await patch({ password: newPassword }, "/me/password", record);
    expect(outcome(answer)).toEqual([504, "outcome_unknown"]);
    await settle();
    const verify = (password: string) => alice("POST", "/me/password/verify", { password });
    expect([(await verify(newPassword)).status, (await verify("alice-password-1")).status]).toEqual([
      200, 422,
    ]);
  });

  test("changes nothing about a refusal by Logto: the entry is recovery's to drop", async () => {
    const before = await shown();
    const body = JSON.stringify({ code: "user.username_already_in_use" });
    service.tenant.faults.add({ ...change, status: 422, body });
    expect(outcome(await patch({ username: "taken" }))).toEqual([409, "identifier_taken"]);
    expect(await pending()).toBe(1);
    await settle();
    expect(await pending()).toBe(0);
    expect(await shown()).toEqual(before);
  });
});
