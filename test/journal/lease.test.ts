import { beforeEach, describe, expect, test } from "vitest";
import { createRepositories, type Repositories } from "../../db/repositories.ts";
import { StorageFailure } from "../../db/storage-failure.ts";
import { acquireLease, type LeaseServices } from "../../src/journal/lease.ts";
import { createSqliteFile } from "../support/databases.ts";
import { useShared } from "../support/fixtures.ts";
import { createTestPlatform, type TestPlatform } from "../support/platform.ts";

const seconds = (count: number) => count * 1000;

const file = useShared(createSqliteFile, (created) => created.remove());
const rows: Repositories = useShared(() => createRepositories(file.open()));

let platform: TestPlatform;
let person: string;
beforeEach(() => {
  platform = createTestPlatform();
  person = crypto.randomUUID();
});

/** One try, as by a writer whose time is over after it. */
const take = (changes: Partial<Repositories["leases"]> = {}) => {
  const { leases, tombstones } = rows;
  const db = { batch: file.open().batch, leases: { ...leases, ...changes }, tombstones };
  const services: LeaseServices = { db, platform };
  return acquireLease(services, { userId: person }, platform.monotonic() + 1);
};
const isFree = () =>
  take().then(
    async ({ release }) => {
      await release();
      return true;
    },
    () => false,
  );
const held = { code: "storage_unavailable", detail: { retryAfter: 5 } };
const failed = () => new StorageFailure(new Error("the connection broke"), "maybe");

describe("a lease", () => {
  test("is one writer's for thirty seconds, and anybody's after them", async () => {
    await take();
    platform.advance(seconds(30) - 1);
    await expect(take()).rejects.toMatchObject(held);
    platform.advance(1);
    expect(await isFree()).toBe(true);
  });

  test("lets a call begin for twenty seconds: five are left for the call, and five for clocks that differ", async () => {
    const before = platform.monotonic();
    const { lock } = await take();
    expect(lock.sendBy() - before).toBeGreaterThanOrEqual(seconds(20));
    expect(lock.sendBy() - platform.monotonic()).toBeLessThanOrEqual(seconds(20));
  });

  test("lasts as long again after each batch, and so does the time for a call", async () => {
    const { lock } = await take();
    platform.advance(seconds(25));
    const before = platform.monotonic();
    await lock.apply([]);
    expect(lock.sendBy() - before).toBeGreaterThanOrEqual(seconds(20));
    expect(lock.sendBy() - platform.monotonic()).toBeLessThanOrEqual(seconds(20));
    platform.advance(seconds(30) - 1);
    expect(await isFree()).toBe(false);
    platform.advance(1);
    expect(await isFree()).toBe(true);
  });

  test("counts from before a batch that takes long, since the database may", async () => {
    const slow = (...input: Parameters<Repositories["leases"]["extend"]>) => {
      platform.advance(seconds(8));
      return rows.leases.extend(...input);
    };
    const { lock } = await take({ extend: slow });
    await lock.apply([]);
    expect(lock.sendBy() - platform.monotonic()).toBeLessThanOrEqual(seconds(12));
  });

  test("that another writer has taken applies nothing, and leaves that writer's as it is", async () => {
    const { lock, release } = await take();
    platform.advance(seconds(30));
    const other = await take();
    const entry = { id: person, userId: person, kind: "update", sealed: "x", createdAt: 1 };
    const late = { code: "storage_unavailable", detail: { retryAfter: 1 } };
    const insert = () => rows.journal.insert(entry, lock.guard);
    await expect(lock.apply([insert()])).rejects.toMatchObject(late);
    await expect(lock.applyAndRelease([insert()])).rejects.toMatchObject(late);
    await release();
    expect(await rows.journal.forUser(person, 2)).toEqual([]);
    await other.lock.apply([]);
  });

  test("is given up with the last batch, and otherwise at the end", async () => {
    const { lock } = await take();
    await lock.applyAndRelease([]);
    expect(await isFree()).toBe(true);
    const { release } = await take();
    await release();
    expect(await isFree()).toBe(true);
  });

  test("that is left to expire is not given up at the end", async () => {
    const { lock, release } = await take();
    lock.leaveToExpire();
    await release();
    expect(await isFree()).toBe(false);
    platform.advance(seconds(30));
    expect(await isFree()).toBe(true);
  });
});

describe("a release that the database does not take", () => {
  /** Fails so many times, then is the real one. */
  function failing(times: number) {
    let calls = 0;
    const release: Repositories["leases"]["release"] = (fence) => {
      calls += 1;
      if (calls > times) return rows.leases.release(fence);
      const statement = rows.leases.release(fence);
      return Object.assign(Object.create(statement), { execute: () => Promise.reject(failed()) });
    };
    return { release, calls: () => calls };
  }

  test("is tried again until it does, and the write does not fail by it", async () => {
    const { release, calls } = failing(2);
    await (await take({ release })).release();
    expect(await isFree()).toBe(false);
    await platform.idle();
    expect({ free: await isFree(), calls: calls() }).toEqual({ free: true, calls: 3 });
  });

  test("is left to expire once fifteen seconds are over", async () => {
    const { release, calls } = failing(Number.POSITIVE_INFINITY);
    await (await take({ release })).release();
    platform.advance(seconds(15));
    await platform.idle();
    expect(calls()).toBeLessThanOrEqual(2);
  });

  test("is made up for, too, when it is not known whether the lease was taken", async () => {
    const acquire = async (...input: Parameters<Repositories["leases"]["acquire"]>) => {
      await rows.leases.acquire(...input);
      throw failed();
    };
    await expect(take({ acquire })).rejects.toThrow(StorageFailure);
    expect(await isFree()).toBe(false);
    await platform.idle();
    expect(await isFree()).toBe(true);
  });
});
