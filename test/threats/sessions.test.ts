/** Sessions that people end: whose they are, who else ends them at the same time, and what fails half way. */
import { expect, test } from "vitest";
import { ServiceBrowser, signedInBrowser, useSessionService } from "../support/browser-session.ts";
import { useInstance } from "../support/fixtures.ts";
import { settleElsewhere } from "../support/instances.ts";
import { breakerPause } from "../support/logto.ts";
import { letIn, signIn } from "../support/sign-in.ts";

const service = useSessionService();
const other = useInstance(service);
const minute = 60_000;
const endsAtLogto = /^\/api\/users\/\w+\/(sessions|grants)\//;

const isIn = async (browser: ServiceBrowser) => (await browser.call("GET", "/me")).status === 200;
const items = async (browser: ServiceBrowser) => (await browser.call("GET", "/me/sessions")).body.items;
const othersOf = async (browser: ServiceBrowser) =>
  (await items(browser)).filter(({ current }: { current: boolean }) => !current);
const prove = async (browser: ServiceBrowser, username: string) => {
  const body = { password: `${username}-password-1` };
  const answer = await browser.call("POST", "/me/password/verify", body);
  return { "verification-id": String(answer.body.verificationId) };
};
const end = async (browser: ServiceBrowser, username: string, ref: string) =>
  browser.call("DELETE", `/me/sessions/${ref}`, undefined, await prove(browser, username));
const atLogto = (username: string) =>
  service.tenant.state.oidc.list("Session").filter(({ accountId }) => accountId === service.userId(username));
const outstanding = async () => {
  const { kysely } = service.database;
  const endings = await kysely.selectFrom("endings").select("target").execute();
  return endings.length + (await kysely.selectFrom("revocations").select("user_id").execute()).length;
};

test("another person's reference is none: it answers as one that nobody has, and ends nothing", async () => {
  const [alice, bob] = [await signedInBrowser(service, "alice"), await signedInBrowser(service, "bob")];
  await letIn(service.tenant, "alice", "Ledger");
  const [{ ref }] = await items(alice);
  const application = (await alice.call("GET", "/me/applications")).body.items[0].ref;
  const proof = await prove(bob, "bob");
  const tries = [ref, "x".repeat(43), "..%2f..%2fme", "%00", "constructor"].map((name) => `sessions/${name}`);
  for (const path of [...tries, `applications/${application}`, `applications/${ref}`]) {
    const answer = await bob.call("DELETE", `/me/${path}`, undefined, proof);
    expect({ path, status: answer.status }).toEqual({ path, status: 404 });
  }
  expect(await isIn(alice)).toBe(true);
  expect((await alice.call("GET", "/me/applications")).body.items).toHaveLength(1);
});

test("what ends through one instance has ended on every other at once", async () => {
  const [mine, theirs] = [await signedInBrowser(service, "bob"), await signedInBrowser(service, "bob")];
  theirs.url = other.url;
  expect(await isIn(theirs)).toBe(true);
  for (const { ref } of await othersOf(mine)) expect((await end(mine, "bob", ref)).status).toBe(204);
  expect([await isIn(mine), await isIn(theirs)]).toEqual([true, false]);
});

test("a sign-in that is under way on a session that is ended begins nothing", async () => {
  const mine = await signedInBrowser(service, "carol");
  const late = new ServiceBrowser(service);
  const callback = await late.pass(await late.depart(), "carol");
  for (const { ref } of await othersOf(mine)) await end(mine, "carol", ref);
  expect((await late.open(callback)).status).toBeGreaterThanOrEqual(400);
  expect(late.id).toBeUndefined();
});

test("a session that ends at Logto while it is ended here is no fault", async () => {
  const [mine, theirs] = [await signedInBrowser(service, "bob"), await signedInBrowser(service, "bob")];
  const mend = service.tenant.faults.add({
    match: { method: "DELETE", path: endsAtLogto },
    status: 404,
    body: JSON.stringify({ code: "oidc.session_not_found" }),
  });
  for (const { ref } of await othersOf(mine)) expect((await end(mine, "bob", ref)).status).toBe(204);
  mend();
  expect([await isIn(theirs), await outstanding()]).toEqual([false, 0]);
});

test.each([
  ["refuses", { status: 403, body: JSON.stringify({ code: "guard.invalid_input" }) }],
  ["drops the connection, before it ends it", { action: "reset" as const }],
  ["drops the connection, after it has ended it", { action: "reset" as const, after: true }],
])("one that Logto %s ends here at once, and there within a minute", async (_what, fault) => {
  const [mine, theirs] = [await signedInBrowser(service, "alice"), await signedInBrowser(service, "alice")];
  const device = await signIn(service.tenant, "alice");
  const mend = service.tenant.faults.add({ match: { method: "DELETE", path: endsAtLogto }, ...fault });
  for (const { ref } of await othersOf(mine)) expect((await end(mine, "alice", ref)).status).toBe(204);
  expect([await isIn(theirs), await isIn(mine)]).toEqual([false, true]);
  expect(await outstanding()).toBeGreaterThan(0);
  mend();
  await breakerPause();
  service.platform.advance(minute);
  await settleElsewhere(service);
  expect([await outstanding(), atLogto("alice").length, await device.refresh()]).toEqual([0, 1, 400]);
  expect(await isIn(mine)).toBe(true);
});

test("the end of all others that stops half way goes on, and still keeps the one", async () => {
  const browsers = [
    await signedInBrowser(service, "bob"),
    await signedInBrowser(service, "bob"),
    await signedInBrowser(service, "bob"),
  ];
  const [mine = new ServiceBrowser(service)] = browsers;
  const proof = await prove(mine, "bob");
  const mend = service.tenant.faults.add({
    match: { method: "DELETE", path: endsAtLogto },
    status: 403,
    body: JSON.stringify({ code: "guard.invalid_input" }),
  });
  const ended = await mine.call("DELETE", "/me/sessions", undefined, proof);
  expect(ended.body).toMatchObject({ currentKept: true, complete: false });
  expect(await Promise.all(browsers.map(isIn))).toEqual([true, false, false]);
  mend();
  service.platform.advance(minute);
  const since = await signedInBrowser(service, "bob");
  await settleElsewhere(service);
  expect(await outstanding()).toBe(0);
  expect([await isIn(mine), await isIn(since), atLogto("bob").length]).toEqual([true, true, 2]);
});

test("of two browsers that end each other at the same time one stays", async () => {
  const pair = [await signedInBrowser(service, "carol"), await signedInBrowser(service, "carol")];
  const proofs = await Promise.all(pair.map((browser) => prove(browser, "carol")));
  const answers = await Promise.all(
    pair.map((browser, index) => browser.call("DELETE", "/me/sessions", undefined, proofs[index])),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
  expect((await Promise.all(pair.map(isIn))).toSorted()).toEqual([false, true]);
});

test("a record of step-up that was earned elsewhere opens nothing after the end of all others", async () => {
  const mine = await signedInBrowser(service, "carol");
  const token = service.as("carol");
  const { body } = await token("POST", "/me/password/verify", { password: "carol-password-1" });
  await mine.call("DELETE", "/me/sessions", undefined, await prove(mine, "carol"));
  const late = { "verification-id": body.verificationId };
  expect((await token("DELETE", "/me/sessions", undefined, late)).status).toBe(403);
  expect(await isIn(mine)).toBe(true);
});

test("while Logto is away nothing is listed, and nothing has ended", async () => {
  const mine = await signedInBrowser(service, "alice");
  const proof = await prove(mine, "alice");
  const [{ ref }] = await items(mine);
  const mend = service.tenant.faults.add({ match: { path: /^\/api\// }, status: 503, body: "" });
  const answers = [
    await mine.call("GET", "/me/sessions"),
    await mine.call("DELETE", `/me/sessions/${ref}`),
    await mine.call("DELETE", "/me/sessions", undefined, proof),
    await mine.call("GET", "/me/applications"),
  ];
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
  mend();
  await breakerPause();
  expect(await isIn(mine)).toBe(true);
});
