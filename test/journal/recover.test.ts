import { beforeEach, describe, expect, test } from "vitest";
import { createServices } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import { acquireLease } from "../../src/journal/lease.ts";
import { recover } from "../../src/journal/recover.ts";
import type { Services } from "../../src/services.ts";
import { createSqliteFile } from "../support/databases.ts";
import { useShared, useTenant } from "../support/fixtures.ts";
import { testTuning } from "../support/logto.ts";
import { createTestPlatform, type TestPlatform } from "../support/platform.ts";
import { environmentOf } from "../support/service.ts";

// No service runs, whose own recovery would settle a part of what these tests leave.
const tenant = useTenant();
const file = useShared(createSqliteFile, (created) => created.remove());
const database = useShared(() => file.open());
const config = useShared(() => parseConfig(environmentOf(tenant, `file:${file.path}`)));

let platform: TestPlatform;
let services: Services;
beforeEach(async () => {
  platform = createTestPlatform(Date.now());
  services = await createServices(config, platform, database, { tuning: testTuning });
  await database.kysely.deleteFrom("journal").execute();
  await database.kysely.deleteFrom("leases").execute();
  tenant.faults.clear();
});

/** An entry that says that the person's name was to become this. */
async function leave(userId: string, name: string, id: string = crypto.randomUUID()) {
  const activity = {
    ...{ id, userId, at: 1, event: "profile.updated", clientId: "spa", requestId: "r1" },
    detail: { fields: ["/name"] },
  };
  const logto = [{ pointer: "/name", before: "Before", value: name }];
  const content = { logto, business: null, activity, changesIdentifier: false };
  const sealed = await services.vault.seal({ userId, purpose: "journal" }, content);
  const { journal } = services.db;
  await services.db.batch([journal.insert({ id, userId, kind: "update", sealed, createdAt: 1 })]);
}
const left = async () => (await services.db.journal.page(1_000)).map(({ userId }) => userId);
const logged = (event: string) => platform.lines.filter((line) => line.includes(`"${event}"`));
const idOf = (username: string) =>
  tenant.description.users.find((user) => user.username === username)?.id ?? "";
const [alice, bob] = [() => idOf("alice"), () => idOf("bob")];

describe("recovery", () => {
  test("settles the entries of more persons than one page holds", async () => {
    const entries = Array.from({ length: 130 }, (_, index) => `nobody-${String(index).padStart(3, "0")}`);
    for (const userId of entries) await leave(userId, "Nobody");
    expect(await recover(services)).toEqual({ settled: 130, postponed: 0 });
    expect(await left()).toEqual([]);
  });

  test("leaves what it cannot settle now for the next run, says so, and settles everybody else's", async () => {
    await leave(alice(), "After");
    await leave(bob(), "After");
    const mend = tenant.faults.add({
      match: { method: "GET", path: new RegExp(`/api/users/${alice()}$`) },
      status: 503,
      body: "",
    });
    expect(await recover(services)).toEqual({ settled: 1, postponed: 1 });
    expect(await left()).toEqual([alice()]);
    expect(logged("recovery.postponed")).toHaveLength(1);
    expect(platform.lines.join()).not.toContain(alice());
    expect(await recover(services)).toEqual({ settled: 0, postponed: 1 });
    mend();
    expect(await recover(services)).toEqual({ settled: 1, postponed: 0 });
    expect(await left()).toEqual([]);
  });

  test("touches nothing of a writer that holds its lease", async () => {
    await leave(alice(), "After");
    await acquireLease(services, { userId: alice() }, platform.monotonic() + 1);
    expect(await recover(services)).toEqual({ settled: 0, postponed: 0 });
    platform.advance(30_000);
    expect(await recover(services)).toEqual({ settled: 1, postponed: 0 });
  });

  test("ends at a stop, before the next person", async () => {
    await leave(alice(), "After");
    expect(await recover(services, AbortSignal.abort())).toEqual({ settled: 0, postponed: 0 });
    expect(await left()).toEqual([alice()]);
  });

  test("settles all entries of a person, the oldest first", async () => {
    await leave(alice(), "First", "e1");
    await leave(alice(), "Second", "e2");
    expect(await recover(services)).toEqual({ settled: 1, postponed: 0 });
    expect(await left()).toEqual([]);
  });
});

describe("an entry that nobody can read", () => {
  const damage = async () => {
    await leave(alice(), "After", "e1");
    await database.kysely.updateTable("journal").set({ sealed: "not.a.jwe" }).execute();
  };
  const pauses = async (count: number) => {
    const found: number[] = [];
    for (let time = 0; time < count; time++) {
      const now = platform.now();
      await recover(services);
      const row = await database.kysely.selectFrom("journal").select("retry_at").executeTakeFirstOrThrow();
      found.push((row.retry_at - now) / 60_000);
      platform.advance(row.retry_at - now);
    }
    return found;
  };

  test("is looked at again after a minute, then after twice that, and in the end once a day", async () => {
    await damage();
    expect(await pauses(4)).toEqual([1, 2, 4, 8]);
    await database.kysely.updateTable("journal").set({ attempts: 40 }).execute();
    expect(await pauses(2)).toEqual([24 * 60, 24 * 60]);
    expect(logged("journal.set_aside")).toHaveLength(6);
  });

  test("is not taken for damaged because the database or Logto is away", async () => {
    await leave(alice(), "After", "e1");
    tenant.faults.add({ match: { method: "GET", path: /\/api\/users\// }, status: 503, body: "" });
    await recover(services);
    expect(logged("journal.set_aside")).toEqual([]);
    const [entry] = await services.db.journal.forUser(alice(), platform.now());
    expect(entry).toMatchObject({ id: "e1", attempts: 0 });
  });
});
