import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import * as z from "zod";
import { someUser, startLogto, testTuning } from "../support/logto.ts";
import { behind, hang, json } from "../support/upstream.ts";

const readRoute = "GET /api/users/u1";
const verifyRoute = "POST /api/users/u1/password/verify";
const ids = { userId: "u1" };
const user = z.object({ id: z.string() });
const ann = { ok: true, value: { id: "u1" } };

async function start(tuning = testTuning) {
  const logto = await startLogto(tuning);
  return { ...logto, read: () => logto.management.call("getUser", { ids }, user) };
}

const failure = (code: string, sent: "no" | "maybe") =>
  expect.objectContaining({ name: "UpstreamFailure", code, sent });

test("returns a definite refusal to its caller and keeps the breaker closed", async () => {
  const { upstream, management, read } = await start();
  upstream.on(readRoute, json(404, { code: "entity.not_found", message: "gone" }));
  for (let call = 0; call < 20; call += 1) {
    expect(await read()).toMatchObject({ ok: false, status: 404, code: "entity.not_found" });
  }
  expect(management.status()).toEqual({ reachable: true });
});

/** Fails as often as it takes to open the breaker, and leaves Logto running again. */
async function breakDown({ upstream, read }: Awaited<ReturnType<typeof start>>) {
  await read();
  await upstream.stop();
  for (let call = 0; call < testTuning.breaker.failures; call += 1) {
    await expect(read()).rejects.toEqual(failure("upstream_unavailable", "no"));
  }
  await upstream.start();
}

test("once Logto is known to be down, refuses without trying it", async () => {
  const logto = await start({ ...testTuning, breaker: { ...testTuning.breaker, halfOpenMs: 60_000 } });
  const { upstream, management, read } = logto;
  await breakDown(logto);
  for (let call = 0; call < 300; call += 1) {
    await expect(read()).rejects.toEqual(failure("upstream_unavailable", "no"));
  }
  expect(upstream.count(readRoute)).toBe(1);
  expect(management.status()).toEqual({ reachable: false });
});

test("recovers by itself once Logto is back", async () => {
  const logto = await start();
  const { management, read } = logto;
  await breakDown(logto);
  await expect.poll(() => read().catch(() => undefined), { timeout: 10_000 }).toEqual(ann);
  expect(management.status()).toEqual({ reachable: true });
});

test("refuses others while it still waits for a hanging Logto that it tries again", async () => {
  const { upstream, read } = await start({ ...testTuning, totalMs: 400 });
  upstream.on(readRoute, hang);
  await Promise.allSettled(Array.from({ length: 5 }, read));
  await sleep(160);
  const probe = read();
  await expect(Promise.race([probe, read()])).rejects.toEqual(failure("upstream_unavailable", "no"));
  await expect(probe).rejects.toEqual(failure("upstream_timeout", "maybe"));
});

test("does not take one broken record for an outage", async () => {
  const { upstream, management, read } = await start();
  upstream.on(readRoute, json(500));
  for (let call = 0; call < 12; call += 1) {
    await expect(read()).rejects.toEqual(failure("upstream_unavailable", "maybe"));
  }
  upstream.on("GET /api/users/u2", json(200, { ...someUser, id: "u2" }));
  const other = await management.call("getUser", { ids: { userId: "u2" } }, user);
  expect(other).toEqual({ ok: true, value: { id: "u2" } });
});

test("answers other calls while password checks hang, and refuses those that exceed the queue", async () => {
  const { upstream, management, read } = await start({ ...testTuning, totalMs: 15_000, queueMs: 15_000 });
  const gate = Promise.withResolvers<void>();
  upstream.on(verifyRoute, behind(gate.promise, json(204)));
  const verify = (_: unknown, person: number) =>
    management.call("verifyPassword", { ids, json: {}, payer: `person:${person}` }, z.unknown());
  const checks = Promise.allSettled(Array.from({ length: 60 }, verify));
  for (let call = 0; call < 20; call += 1) expect(await read()).toEqual(ann);
  await expect.poll(() => upstream.count(verifyRoute)).toBe(4);
  gate.resolve();
  const settled = await checks;
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(36);
  expect(settled.at(-1)).toMatchObject({ reason: { sent: "no", detail: { retryAfter: 1 } } });
});

test("refuses a call that waited too long for a slot", async () => {
  const small = { concurrent: 1, perPerson: 10, queue: 5, stallMs: 1_000 };
  const { upstream, management } = await start({
    ...testTuning,
    queueMs: 50,
    bulkheads: { ...testTuning.bulkheads, small },
  });
  const gate = Promise.withResolvers<void>();
  upstream.on(verifyRoute, behind(gate.promise, json(204)));
  const verify = () => management.call("verifyPassword", { ids, json: { password: "x" } }, z.unknown());
  const first = verify();
  const others = [verify(), verify()].map((call) =>
    expect(call).rejects.toEqual(failure("upstream_unavailable", "no")),
  );
  await Promise.all(others);
  gate.resolve();
  expect(await first).toMatchObject({ ok: true });
  expect(upstream.count(verifyRoute)).toBe(1);
});

test("queues no call behind calls that have stalled", async () => {
  const large = { concurrent: 3, perPerson: 10, queue: 100, stallMs: 50 };
  const { upstream, read } = await start({ ...testTuning, bulkheads: { ...testTuning.bulkheads, large } });
  await read();
  const gate = Promise.withResolvers<void>();
  upstream.on(readRoute, behind(gate.promise, json(200, someUser)));
  const stalled = Promise.all([read(), read(), read()]);
  await sleep(60);
  await expect(Promise.race([stalled, read()])).rejects.toEqual(failure("upstream_unavailable", "no"));
  gate.resolve();
  expect(await stalled).toEqual([ann, ann, ann]);
  expect(upstream.count(readRoute)).toBe(4);
});
