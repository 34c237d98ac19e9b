/** A stop loses nothing that was begun: requests, jobs, and the work that goes on after an answer. */
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../../src/runtime/node/open-database.ts";
import type { Service } from "../../../src/runtime/node/serve.ts";
import { useService } from "../../support/fixtures.ts";
import { eventually, startInstance } from "../../support/instances.ts";
import { useFreshDays } from "../../support/people.ts";

const service = useService();
useFreshDays(service);

/** @returns whether the stop has ended. */
function stopOf(instance: Service) {
  const state = { ended: false, done: Promise.resolve() };
  state.done = instance.close().then(() => {
    state.ended = true;
  });
  return state;
}
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe("a stop", () => {
  test("waits for a request in flight, whose change is made and answered", async () => {
    const instance = await startInstance(service);
    const gate = Promise.withResolvers<void>();
    const path = new RegExp(`/api/users/${service.userId("alice")}$`);
    service.tenant.faults.add({ match: { method: "PATCH", path, times: 1 }, gate: gate.promise });
    const change = service.as("alice", { url: instance.url })("PATCH", "/me", { name: "In Flight" });
    await eventually(() => service.tenant.requests.count("PATCH", path) === 1);
    const stop = stopOf(instance);
    await turns(20);
    expect(stop.ended).toBe(false);
    gate.resolve();
    expect(await change).toMatchObject({ status: 200, body: { name: "In Flight" } });
    await stop.done;
  });

  test("waits for a job that runs, and the job ends before the next person", async () => {
    for (const name of ["alice", "bob"]) {
      await service.database.kysely
        .insertInto("revocations")
        .values({ user_id: service.userId(name), begun_before: 1, attempts: 0, retry_at: 0 })
        .execute();
    }
    const gate = Promise.withResolvers<void>();
    const lists = /\/sessions$/;
    service.tenant.faults.add({ match: { method: "GET", path: lists, times: 1 }, gate: gate.promise });
    const instance = await startInstance(service);
    await eventually(() => service.tenant.requests.count("GET", lists) === 1);
    const stop = stopOf(instance);
    // Time enough to close the port and the database: another one is opened, used and closed twice meanwhile.
    await eventually(() =>
      fetch(instance.url).then(
        () => false,
        () => true,
      ),
    );
    for (const database of [openDatabase(service.config.database), openDatabase(service.config.database)]) {
      await database.scrubFiles();
      await database.close();
    }
    expect(stop.ended).toBe(false);
    gate.resolve();
    await stop.done;
    expect(service.tenant.requests.count("GET", lists)).toBe(1);
    const left = await service.database.kysely.selectFrom("revocations").select("user_id").execute();
    expect(left).toHaveLength(1);
    await service.database.kysely.deleteFrom("revocations").execute();
  });
});
