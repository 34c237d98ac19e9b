/** Notices reach people whatever happens on the way, reach nobody else, and hold nothing that a stranger could use. */
import { Webhook } from "standardwebhooks";
import { beforeEach, expect, test, vi } from "vitest";
import { createServices } from "../../src/compose.ts";
import { eraseUser } from "../../src/erasure/erase-user.ts";
import { deliverNotices } from "../../src/notices/deliver-notices.ts";
import { useService, useShared } from "../support/fixtures.ts";
import { settleElsewhere } from "../support/instances.ts";
import { newPassword, useFreshDays } from "../support/people.ts";
import { stepUp } from "../support/service.ts";
import { behind, hang, inTurn, json, reset, startUpstream } from "../support/upstream.ts";

const secret = `whsec_${Buffer.from("a secret of thirty-two bytes, ok").toString("base64")}`;
const receiver = useShared(startUpstream, (upstream) => upstream.stop());
const service = useService(() => ({
  environment: { NOTICES_URL: `${receiver.origin}/notices`, NOTICES_SECRET: secret },
}));
useFreshDays(service);
const takes = json(204);
beforeEach(async () => {
  receiver.on("POST /notices", takes);
  await deliver();
  receiver.received.length = 0;
  service.platform.lines.length = 0;
});

const servicesOf = () => createServices(service.config, service.platform, service.database);
/** What the background job of an instance does. The service's own job may be at it as well: both have to be done. */
async function deliver() {
  await deliverNotices(await servicesOf());
  const isTaken = ({ retry_at }: { retry_at: number }) => retry_at === service.platform.now() + 120_000;
  await expect.poll(async () => (await waiting()).some(isTaken)).toBe(false);
}
const rename = (username: string, name = `${username}-${crypto.randomUUID().slice(0, 8)}`) =>
  service.as(username)("PATCH", "/me", { username: name.replaceAll("-", "_") });
const waiting = () => service.database.kysely.selectFrom("notices").selectAll().execute();
const idle = () => service.platform.idle();
const logged = (event: string) =>
  service.platform.lines.map((line) => JSON.parse(line)).filter((line) => line.event === event);

/** The headers and the body of each event, as a receiver has them. */
const events = () =>
  receiver.received.map(({ headers, body }) => {
    const named = (name: string) => String(headers[`webhook-${name}`]);
    const signed = {
      "webhook-id": named("id"),
      "webhook-timestamp": named("timestamp"),
      "webhook-signature": named("signature"),
    };
    return { signed, body, event: JSON.parse(body) };
  });

test("an event is signed: the library takes it, and refuses it under another key or with another body", async () => {
  service.platform.catchUp();
  vi.useFakeTimers({ toFake: ["Date"], now: service.platform.now() });
  await rename("alice");
  await idle();
  const [sent] = events();
  if (!sent) throw new Error("nothing was sent");
  expect(new Webhook(secret).verify(sent.body, sent.signed)).toMatchObject({
    type: "notice.username.changed",
    data: { to: { email: "alice@example.test" }, kind: "username.changed" },
  });
  const forged = sent.body.replace("alice@", "mallory@");
  expect(() => new Webhook(secret).verify(forged, sent.signed)).toThrow("No matching signature");
  const otherKey = new Webhook(`whsec_${Buffer.alloc(32).toString("base64")}`);
  expect(() => otherKey.verify(sent.body, sent.signed)).toThrow("No matching signature");
  vi.useRealTimers();
});

test("a notice holds no value, old or new, and neither does its row or the log", async () => {
  const record = await stepUp(service, "alice");
  await service.as("alice")("PATCH", "/me", { business: { ssn: "521-73-8846" } }, record);
  await service.as("alice")("POST", "/me/business/reveal", { fields: ["ssn"] }, record);
  receiver.on("POST /notices", json(500));
  await service.as("alice")("PATCH", "/me/password", { password: newPassword }, record);
  await rename("alice", "a_secret_name");
  await idle();
  const texts = events().map(({ event }) => `${event.data.subject} ${event.data.text}`);
  expect(texts).toHaveLength(3);
  const everything = JSON.stringify([texts, await waiting(), service.platform.lines]);
  for (const value of ["8846", "a_secret_name", newPassword, record["verification-id"], "alice-password"])
    expect(everything).not.toContain(value);
  expect(JSON.stringify([await waiting(), service.platform.lines])).not.toContain("alice@");
});

test.each([
  ["500", json(500), { fault: "refused", status: 500 }],
  ["a redirect, which is not followed", json(307, undefined, { location: "/elsewhere" }), { status: 307 }],
  ["a broken connection", reset, { fault: "TypeError" }],
])("after %s it is sent again under the same id, later each time", async (_what, behaviour, failure) => {
  receiver.on("POST /notices", inTurn(behaviour, behaviour, takes));
  expect((await rename("bob")).status).toBe(200);
  await idle();
  expect(logged("notice.postponed")).toMatchObject([{ kind: "username.changed", attempts: 1, ...failure }]);
  const sentBy: number[] = [];
  for (const ms of [0, 15_000, 15_000, 15_000]) {
    service.platform.advance(ms);
    await deliver();
    sentBy.push(events().length);
  }
  expect(sentBy).toEqual([1, 2, 2, 3]);
  expect(new Set(events().map(({ signed }) => signed["webhook-id"])).size).toBe(1);
  expect(receiver.count("POST /elsewhere")).toBe(0);
  expect(await waiting()).toEqual([]);
});

test("a receiver that does not answer holds up neither the change nor a stop, and is given five seconds", async () => {
  const timeout = AbortSignal.timeout;
  const spy = vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout(ms === 5_000 ? 50 : ms));
  receiver.on("POST /notices", hang);
  expect((await rename("carol")).status).toBe(200);
  await idle();
  spy.mockRestore();
  expect(logged("notice.postponed")).toMatchObject([{ fault: "TimeoutError" }]);
  expect(await waiting()).toHaveLength(1);
});

test("what cannot be delivered is given up after a week, which the log says", async () => {
  receiver.on("POST /notices", json(410));
  await rename("bob");
  await idle();
  service.platform.advance(7 * 24 * 3_600_000);
  await deliver();
  expect(logged("notice.given_up")).toMatchObject([
    { kind: "username.changed", fault: "refused", status: 410 },
  ]);
  expect(await waiting()).toEqual([]);
});

test("two instances do not both send what one of them has taken; who dies meanwhile leaves it to the other", async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  receiver.on("POST /notices", behind(gate, takes));
  await rename("alice");
  await expect.poll(() => receiver.received.length).toBe(1);
  await deliverNotices(await servicesOf());
  expect(receiver.received).toHaveLength(1);
  // The taker is as good as dead: its lease is over.
  service.platform.advance(120_000);
  const late = deliver();
  await expect.poll(() => receiver.received.length).toBe(2);
  open();
  await late;
  await idle();
  expect(await waiting()).toEqual([]);
});

test("an erased person gets no notice any more", async () => {
  receiver.on("POST /notices", json(500));
  await rename("carol");
  await idle();
  expect(await waiting()).toHaveLength(1);
  receiver.on("POST /notices", takes);
  await eraseUser(await servicesOf(), service.userId("carol"));
  service.platform.advance(3_600_000);
  await deliver();
  expect(receiver.count("POST /notices")).toBe(1);
});

test("a row that was tampered with, or given to somebody else, is not sent", async () => {
  receiver.on("POST /notices", json(500));
  await rename("alice");
  await rename("bob");
  await idle();
  const [one, other] = await waiting();
  if (!one || !other) throw new Error("two notices wait");
  const { kysely } = service.database;
  await kysely.updateTable("notices").set({ user_id: other.user_id }).where("id", "=", one.id).execute();
  await kysely.updateTable("notices").set({ sealed: one.sealed }).where("id", "=", other.id).execute();
  receiver.on("POST /notices", takes);
  receiver.received.length = 0;
  service.platform.advance(15_000);
  await deliver();
  expect(receiver.received).toEqual([]);
  expect(
    logged("notice.postponed")
      .map(({ fault }) => fault)
      .slice(-2),
  ).toEqual(["damaged", "damaged"]);
  await kysely.deleteFrom("notices").execute();
});

test("a change of unknown outcome is told once, when recovery finds that it was made, and not if it was not", async () => {
  const path = /^\/api\/users\/\w+$/;
  service.tenant.faults.add({ match: { method: "PATCH", path }, action: "reset", after: true });
  expect((await rename("bob")).status).toBe(504);
  service.tenant.faults.clear();
  service.tenant.faults.add({ match: { method: "PATCH", path }, action: "reset" });
  expect((await rename("alice")).status).toBeGreaterThanOrEqual(500);
  service.tenant.faults.clear();
  await idle();
  expect(receiver.received).toEqual([]);
  service.platform.advance(31_000);
  await settleElsewhere(service);
  await settleElsewhere(service);
  await idle();
  expect(events().map(({ event }) => [event.data.kind, event.data.to.email])).toEqual([
    ["username.changed", "bob@example.test"],
  ]);
});
