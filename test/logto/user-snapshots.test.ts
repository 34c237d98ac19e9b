import { beforeEach, describe, expect, test } from "vitest";
import { createUserSnapshots, type UserSnapshotOptions } from "../../src/logto/user-snapshots.ts";
import type { LogtoUser } from "../../src/logto/users.ts";
import { Refusal } from "../../src/problem.ts";
import { someUser, testTuning } from "../support/logto.ts";
import { createTestPlatform, type TestPlatform } from "../support/platform.ts";

const lifeMs = 15_000;
const named = (name: string, id = "u1"): LogtoUser => ({ ...someUser, id, name });

let platform: TestPlatform;
/** Logto: each read waits for its answer. */
let reads: PromiseWithResolvers<LogtoUser>[];
beforeEach(() => {
  platform = createTestPlatform();
  reads = [];
});

function start(options: Partial<UserSnapshotOptions> = {}) {
  const users = {
    get: () => {
      const read = Promise.withResolvers<LogtoUser>();
      reads.push(read);
      return read.promise;
    },
  };
  return createUserSnapshots({ users, platform, lifeMs, tuning: testTuning, ...options });
}

/** Answers at once, and counts. */
function startQuick(options: Partial<UserSnapshotOptions> = {}) {
  const asked: string[] = [];
  const users = {
    get: async (userId: string) => {
      asked.push(userId);
      return named(`Read ${asked.length}`, userId);
    },
  };
  return {
    asked,
    snapshots: createUserSnapshots({ users, platform, lifeMs, tuning: testTuning, ...options }),
  };
}

const answer = (read: number, user: LogtoUser) => reads[read]?.resolve(user);
const nameOf = async (user: Promise<LogtoUser>) => (await user).name;
/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("a snapshot", () => {
  test("lives from the start of the read, and not from its end", async () => {
    const snapshots = start();
    const first = snapshots.get("u1");
    platform.advance(4_000);
    answer(0, named("Ann"));
    await first;
    platform.advance(lifeMs - 4_000 - 1);
    expect(await nameOf(snapshots.get("u1"))).toBe("Ann");
    platform.advance(1);
    void snapshots.get("u1");
    expect(reads).toHaveLength(2);
  });

  test("of a change lives from the start of the change", async () => {
    const { asked, snapshots } = startQuick();
    await snapshots.change("u1", async () => {
      platform.advance(4_000);
      return named("Changed");
    });
    platform.advance(lifeMs - 4_000 - 1);
    expect(await nameOf(snapshots.get("u1"))).toBe("Changed");
    platform.advance(1);
    await snapshots.get("u1");
    expect(asked).toHaveLength(1);
  });

  test("is not replaced by a read that began before it was made and ended after", async () => {
    const snapshots = start();
    const slow = snapshots.refresh("u1");
    const quick = snapshots.refresh("u1");
    answer(1, named("New"));
    await quick;
    answer(0, named("Old"));
    await slow;
    expect(await nameOf(snapshots.get("u1"))).toBe("New");
  });

  test("is not made by a read that a change overtook", async () => {
    const snapshots = start();
    const slow = snapshots.refresh("u1");
    await snapshots.change("u1", async () => named("Changed"));
    answer(0, named("Old"));
    await slow;
    expect(await nameOf(snapshots.get("u1"))).toBe("Changed");
  });

  test("is what the change left, although a read of the state before ended during the change", async () => {
    const snapshots = start();
    await snapshots.change("u1", async () => {
      const read = snapshots.refresh("u1");
      answer(0, named("Old"));
      await read;
      return named("Changed");
    });
    expect(await nameOf(snapshots.get("u1"))).toBe("Changed");
  });

  test.each([
    ["a read", (snapshots: ReturnType<typeof start>) => snapshots.refresh("u1")],
    [
      "a change",
      (snapshots: ReturnType<typeof start>) =>
        snapshots.change("u1", () => {
          const change = Promise.withResolvers<LogtoUser>();
          reads.push(change);
          return change.promise;
        }),
    ],
  ])("is not made by %s during which the user was dropped", async (_what, begin) => {
    const snapshots = start();
    const running = begin(snapshots);
    snapshots.drop("u1");
    answer(0, named("Before the event"));
    await running;
    void snapshots.get("u1");
    expect(reads).toHaveLength(2);
  });

  test("is not made by a change that failed", async () => {
    const { asked, snapshots } = startQuick();
    await snapshots.get("u1");
    const failed = snapshots.change("u1", async () => {
      throw new Refusal("identifier_taken");
    });
    await expect(failed).rejects.toMatchObject({ code: "identifier_taken" });
    expect(await nameOf(snapshots.get("u1"))).toBe("Read 1");
    expect(asked).toHaveLength(1);
  });

  test("that is dropped is read again, and nobody else's is", async () => {
    const { asked, snapshots } = startQuick();
    for (const id of ["u1", "u2"]) await snapshots.get(id);
    snapshots.drop("u1");
    for (const id of ["u1", "u2"]) await snapshots.get(id);
    expect(asked).toEqual(["u1", "u2", "u1"]);
  });

  test("of somebody who is suspended is refused, however it was read", async () => {
    const users = { get: async () => ({ ...someUser, isSuspended: true }) };
    const snapshots = start({ users });
    for (const read of [snapshots.get, snapshots.latest, snapshots.refresh, snapshots.get])
      await expect(read.call(snapshots, "u1")).rejects.toMatchObject({ code: "user_suspended" });
  });
});

describe("memory", () => {
  const bounded = (bounds: { number: number; bytes: number }) => ({
    tuning: { ...testTuning, snapshots: bounds },
  });
  const readAll = async (snapshots: ReturnType<typeof start>, ids: readonly string[]) => {
    for (const id of ids) await snapshots.get(id);
  };

  test("holds no more snapshots than its number: the oldest goes first", async () => {
    const { asked, snapshots } = startQuick(bounded({ number: 3, bytes: 1_000_000 }));
    await readAll(snapshots, ["a", "b", "c", "d"]);
    await readAll(snapshots, ["b", "c", "d"]);
    expect(asked).toEqual(["a", "b", "c", "d"]);
    await snapshots.get("a");
    expect(asked).toHaveLength(5);
  });

  test("holds no more than its bytes, and counts those of a snapshot once", async () => {
    const asked: string[] = [];
    const users = {
      get: async (id: string) => {
        asked.push(id);
        return { ...someUser, id, customData: { text: "x".repeat(10_000) } };
      },
    };
    const snapshots = start({ users, ...bounded({ number: 100, bytes: 70_000 }) });
    for (let round = 0; round < 20; round += 1) await snapshots.refresh("a");
    await readAll(snapshots, ["b", "c"]);
    const before = asked.length;
    await readAll(snapshots, ["a", "b", "c"]);
    expect(asked).toHaveLength(before);
    await readAll(snapshots, ["d", "a"]);
    expect(asked.slice(before)).toEqual(["d", "a"]);
  });

  test.each([
    ["texts", () => ({ text: "x".repeat(10_000) })],
    ["names", () => ({ ["x".repeat(10_000)]: 1 })],
    ["many small values", () => ({ list: Array.from({ length: 1_300 }, () => 1) })],
  ])("counts %s", async (_what, customDataOf) => {
    const asked: string[] = [];
    const get = async (id: string) => {
      asked.push(id);
      return { ...someUser, id, customData: customDataOf() };
    };
    const snapshots = start({ users: { get }, ...bounded({ number: 100, bytes: 45_000 }) });
    await readAll(snapshots, ["a", "b", "b", "c", "b", "a"]);
    expect(asked).toEqual(["a", "b", "c", "a"]);
  });

  test("takes custom data that is nested as deep as Logto answers it", async () => {
    const depth = 100_000;
    const customData = JSON.parse(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
    const snapshots = start({ users: { get: async () => ({ ...someUser, customData }) } });
    expect((await snapshots.get("u1")).id).toBe("u1");
  });
});

describe("a read for Cache-Control: no-cache", () => {
  test("shares the next read with all who come while one is running, and none with those before", async () => {
    const snapshots = start();
    const first = snapshots.latest("u1");
    const others = Array.from({ length: 50 }, () => nameOf(snapshots.latest("u1")));
    await settle();
    expect(reads).toHaveLength(1);
    answer(0, named("First"));
    expect(await nameOf(first)).toBe("First");
    await settle();
    expect(reads).toHaveLength(2);
    answer(1, named("Second"));
    expect(new Set(await Promise.all(others))).toEqual(new Set(["Second"]));
    expect(reads).toHaveLength(2);
  });

  test("sees a change that was acknowledged before it came, although a read of the state before runs", async () => {
    const snapshots = start();
    const before = snapshots.get("u1");
    await snapshots.change("u1", async () => named("Changed"));
    const reload = nameOf(snapshots.latest("u1"));
    answer(0, named("Old"));
    await before;
    await settle();
    answer(1, named("Changed"));
    expect(await reload).toBe("Changed");
  });

  test("is one of a person, and does not wait for another person's", async () => {
    const snapshots = start();
    void snapshots.latest("u1");
    const other = snapshots.latest("u2");
    answer(1, named("Bob", "u2"));
    expect(await nameOf(other)).toBe("Bob");
  });

  test("of somebody who asks too often is a snapshot", async () => {
    const tuning = { ...testTuning, latestReads: { burst: 3, perSecond: 1, keys: 10 } };
    const { asked, snapshots } = startQuick({ tuning });
    for (let time = 0; time < 20; time += 1) await snapshots.latest("u1");
    expect(asked).toHaveLength(3);
    for (let time = 0; time < 2; time += 1) await snapshots.latest("u2");
    expect(asked).toHaveLength(5);
    platform.advance(1_000);
    expect(await nameOf(snapshots.latest("u1"))).toBe("Read 6");
  });

  test("joins no other while reads are refused at once", async () => {
    const snapshots = start({ mayShare: () => false });
    void snapshots.latest("u1");
    void snapshots.latest("u1");
    expect(reads).toHaveLength(2);
  });

  test("fails with the read that it joined, and does not wait for another one", async () => {
    const snapshots = start();
    const refused = [snapshots.latest("u1"), snapshots.latest("u1")].map((read) =>
      expect(read).rejects.toMatchObject({ code: "upstream_timeout" }),
    );
    reads[0]?.reject(new Refusal("upstream_timeout"));
    await Promise.all(refused);
    expect(reads).toHaveLength(1);
  });
});

describe("a read of a snapshot", () => {
  test("that is missing is shared by all who come meanwhile", async () => {
    const snapshots = start();
    const all = Array.from({ length: 20 }, () => nameOf(snapshots.get("u1")));
    answer(0, named("Ann"));
    expect(new Set(await Promise.all(all))).toEqual(new Set(["Ann"]));
    expect(reads).toHaveLength(1);
  });

  test("does not take the answer of a read that was overtaken before it came", async () => {
    const snapshots = start();
    const early = snapshots.get("u1");
    snapshots.drop("u1");
    const late = nameOf(snapshots.get("u1"));
    answer(0, named("Old"));
    expect(await nameOf(early)).toBe("Old");
    await settle();
    answer(1, named("New"));
    expect(await late).toBe("New");
  });
});

test("a decision about security reads by itself, whatever else is running", async () => {
  const snapshots = start();
  void snapshots.get("u1");
  void snapshots.latest("u1");
  void snapshots.refresh("u1");
  void snapshots.refresh("u1");
  expect(reads).toHaveLength(3);
});
