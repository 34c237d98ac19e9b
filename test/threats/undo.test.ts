/** Links that put an identifier back: who holds the oldest address wins, once, and nobody else can do anything with one. */
import { randomBytes } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import type { Fault } from "../../dev/tenant/http/faults.ts";
import { useInstance, useService } from "../support/fixtures.ts";
import { eventually, settleElsewhere } from "../support/instances.ts";
import { lastActivity, times, useFreshDays } from "../support/people.ts";
import { call, stepUp } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";
import { changeEmail, linkSentTo, press, undoList } from "../support/undo.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const service = useService({ sendsNotices: true });
const other = useInstance(service);
useFreshDays(service);

const user = (username = "alice") => service.tenant.state.users.get(service.userId(username));
const open = (link: string, method = "GET") => call(service.url, method, link);
/** The owner's address A becomes `to`. @returns the link that A gets. */
async function changed(to: string, username = "alice"): Promise<string> {
  const before = String(user(username).primaryEmail);
  expect((await changeEmail(service, username, to)).status).toBe(200);
  return linkSentTo(service, before);
}
const isWrite = { method: "PATCH", path: /^\/api\/users\/\w+$/ };
const writes = () => service.tenant.requests.count("PATCH", isWrite.path);

describe("a link", () => {
  test("puts the address back once, from any browser, and ends what the thief has", async () => {
    const thief = await signIn(service.tenant, "alice", "alice-password-1");
    const link = await changed("b@example.test");
    const record = await stepUp(service, "alice");
    expect(await press(service, link)).toMatchObject({ status: 303 });
    expect(user().primaryEmail).toBe("alice@example.test");
    expect(await thief.refresh()).toBe(400);
    const late = await service.as("alice")("PATCH", "/me", { primaryPhone: null }, record);
    expect(late).toMatchObject({ status: 403, body: { code: "step_up_required" } });
    expect(await lastActivity(service, "alice")).toEqual({
      event: "identifier.restored",
      detail: { fields: ["/primaryEmail"], method: "link" },
    });
    service.tenant.requests.clear();
    expect((await press(service, link)).status).toBe(404);
    expect(writes()).toBe(0);
  });

  test("does nothing when a scanner opens it, however it does", async () => {
    const link = await changed("b@example.test");
    const ways = [
      ["GET", {}],
      ["HEAD", {}],
      ["GET", { "sec-purpose": "prefetch" }],
    ] as const;
    for (const [method, headers] of ways)
      await times(10, async () =>
        expect((await call(service.url, method, link, undefined, headers)).status).toBe(200),
      );
    expect(user().primaryEmail).toBe("b@example.test");
    expect((await press(service, link)).status).toBe(303);
  });

  test("names what happens, and nothing but a hint of what its holder had", async () => {
    const link = await changed("b@example.test");
    const { text, headers } = await call(service.url, "GET", link, undefined, { "accept-language": "de" });
    expect(text).toContain("a•••@example.test");
    expect(text).toContain("Wer im Konto angemeldet ist, wird überall abgemeldet.");
    expect(text).not.toMatch(/b@example|alice@|href="\/account"|<form[^>]*language/);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.getSetCookie()).toEqual([]);
    expect((await open("/undo/done")).status).toBe(200);
  });

  test("that is unknown, malformed, used, expired or overruled is answered alike", async () => {
    const used = await changed("b@example.test");
    await press(service, used);
    const first = await changed("c@example.test");
    const overruled = await changed("d@example.test");
    await press(service, first);
    const expired = await changed("e@example.test");
    service.platform.advance(7 * day);
    const unknown = `/undo/${randomBytes(32).toString("base64url")}`;
    const links = [unknown, "/undo/none", used, overruled, expired];
    const plain = ({ status, text }: { status: number; text: string }) => ({ status, text });
    const answers = [
      ...(await Promise.all(links.map((link) => open(link)))),
      ...(await Promise.all(links.map((link) => press(service, link)))),
    ].map(plain);
    expect(answers[0]?.status).toBe(404);
    expect(answers).toEqual(answers.map(() => answers[0]));
    expect(user().primaryEmail).toBe("e@example.test");
  });

  test("is refused when another site's form sends it", async () => {
    const link = await changed("b@example.test");
    for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }])
      expect((await press(service, link, headers)).status).toBe(403);
    expect(user().primaryEmail).toBe("b@example.test");
  });

  test("is guessed thirty times from one address, and then no more", async () => {
    const link = await changed("b@example.test");
    const guesses = await times(31, () => open(`/undo/${randomBytes(32).toString("base64url")}`));
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(1);
    const locked = await press(service, link);
    expect(locked.status).toBe(429);
    expect(Number(locked.headers.get("retry-after"))).toBeGreaterThan(0);
    service.platform.advance(16 * minute);
    expect((await press(service, link)).status).toBe(303);
  });

  test("on two instances at once has one effect", async () => {
    const link = await changed("b@example.test");
    service.tenant.requests.clear();
    const answers = await Promise.all([press(service, link), press({ ...service, url: other.url }, link)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 404]);
    expect(writes()).toBe(1);
  });
});

describe("the oldest address", () => {
  test("wins over a chain of changes, and ends the links of the later ones", async () => {
    const toOwner = await changed("b@example.test");
    const toThief = await changed("c@example.test");
    expect((await press(service, toOwner)).status).toBe(303);
    expect(user().primaryEmail).toBe("alice@example.test");
    expect((await press(service, toThief)).status).toBe(404);
    expect(user().primaryEmail).toBe("alice@example.test");
  });

  test("still wins after the holder of a later one was first", async () => {
    const toOwner = await changed("b@example.test");
    const toThief = await changed("c@example.test");
    expect((await press(service, toThief)).status).toBe(303);
    expect(user().primaryEmail).toBe("b@example.test");
    expect((await press(service, toOwner)).status).toBe(303);
    expect(user().primaryEmail).toBe("alice@example.test");
    expect(await undoList(service, "alice")).toEqual([]);
  });

  test("ends the links of other identifiers that went to the thief, and their person can undo those", async () => {
    const toOwner = await changed("b@example.test");
    await service.as("alice")("PATCH", "/me", { username: "thief" });
    const toThief = await linkSentTo(service, "b@example.test");
    await press(service, toOwner);
    expect((await press(service, toThief)).status).toBe(404);
    const [item] = await undoList(service, "alice");
    const proof = await stepUp(service, "alice");
    expect((await service.as("alice")("POST", `/me/undo/${item.ref}`, {}, proof)).status).toBe(200);
    expect(user()).toMatchObject({ username: "alice", primaryEmail: "alice@example.test" });
  });

  test("is not pushed out by many changes", async () => {
    const first = await service.as("alice")("PATCH", "/me", { username: "thief0" });
    expect(first.status).toBe(200);
    const toOwner = await linkSentTo(service, "alice@example.test");
    for (let count = 1; count <= 22; count++)
      await service.as("alice")("PATCH", "/me", { username: `thief${count}` });
    expect((await press(service, toOwner)).status).toBe(303);
    expect(user().username).toBe("alice");
  });
});

test("what somebody else can undo is nothing to this person", async () => {
  await service.as("alice")("PATCH", "/me", { name: "Alice" });
  const [{ ref }] = await undoList(service, "alice");
  const answer = await service.as("bob")("POST", `/me/undo/${ref}`, {});
  expect(answer).toMatchObject({ status: 404, body: { code: "not_found" } });
});

test("an address that somebody else has by now stays theirs, and the link goes on", async () => {
  const link = await changed("b@example.test");
  user("bob").primaryEmail = "alice@example.test";
  const answer = await press(service, link);
  expect(answer.status).toBe(409);
  expect(answer.text).toContain("Another account has it by now");
  expect(user().primaryEmail).toBe("b@example.test");
  user("bob").primaryEmail = "bob@example.test";
  expect((await press(service, link)).status).toBe(303);
});

test("a suspended person's address stays, and a deleted person's link is as good as none", async () => {
  const link = await changed("b@example.test");
  user().isSuspended = true;
  expect((await press(service, link)).status).toBe(403);
  expect(user().primaryEmail).toBe("b@example.test");
});

test("while Logto is away nothing happens, and the link goes on", async () => {
  const link = await changed("b@example.test");
  const mend = service.tenant.faults.add({ match: { ...isWrite, times: 1 }, status: 503, body: "" });
  const away = await press(service, link);
  expect(away.status).toBe(503);
  mend();
  service.platform.advance(minute);
  await settleElsewhere(service);
  expect((await press(service, link)).status).toBe(303);
  expect(user().primaryEmail).toBe("alice@example.test");
});

describe("a crash", () => {
  test.each<[string, Fault, boolean]>([
    ["before Logto has it", { match: { ...isWrite, times: 1 }, action: "reset" }, false],
    ["after Logto has it", { match: { ...isWrite, times: 1 }, action: "reset", after: true }, true],
  ])("%s leaves no half of it", async (_when, fault, applied) => {
    const thief = await signIn(service.tenant, "alice", "alice-password-1");
    const link = await changed("b@example.test");
    service.tenant.faults.add(fault);
    const unknown = await press(service, link);
    expect([unknown.status, unknown.text.includes("We do not know yet")]).toEqual([503, true]);
    expect(await thief.refresh()).toBe(200);
    service.platform.advance(minute);
    await settleElsewhere(service);
    expect(user().primaryEmail).toBe(applied ? "alice@example.test" : "b@example.test");
    expect(await thief.refresh()).toBe(applied ? 400 : 200);
    expect((await press(service, link)).status).toBe(applied ? 404 : 303);
    expect(user().primaryEmail).toBe("alice@example.test");
  });

  test("before the sessions end: a job ends them", async () => {
    const thief = await signIn(service.tenant, "alice", "alice-password-1");
    const link = await changed("b@example.test");
    const mend = service.tenant.faults.add({
      match: { method: "DELETE", path: /\/(sessions|grants)\// },
      status: 503,
      body: "",
    });
    expect((await press(service, link)).status).toBe(303);
    mend();
    service.platform.advance(minute);
    await settleElsewhere(service);
    expect(await thief.refresh()).toBe(400);
  });

  test("of the change itself: who finishes it keeps what can be put back, and sends the link", async () => {
    const alice = service.as("alice");
    service.tenant.faults.add({ match: { ...isWrite, times: 1 }, action: "reset", after: true });
    expect((await alice("PATCH", "/me", { username: "thief" })).status).toBe(504);
    expect(await undoList(service, "alice")).toEqual([]);
    service.platform.advance(minute);
    await settleElsewhere(service);
    expect(await undoList(service, "alice")).toMatchObject([{ fields: ["/username"] }]);
    expect((await press(service, await linkSentTo(service, "alice@example.test"))).status).toBe(303);
    expect(user().username).toBe("alice");
  });
});

test("a writer that lost its lock between two presses puts nothing back twice", async () => {
  const link = await changed("b@example.test");
  const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
  service.tenant.requests.clear();
  service.tenant.faults.add({ match: { method: "GET", path: isWrite.path, times: 1 }, gate });
  const slow = press(service, link);
  await eventually(() => service.tenant.requests.count("GET", isWrite.path) > 0);
  service.platform.advance(31_000);
  expect((await press({ ...service, url: other.url }, link)).status).toBe(303);
  goOn();
  expect((await slow).status).toBe(503);
  expect(writes()).toBe(1);
  vi.restoreAllMocks();
});
