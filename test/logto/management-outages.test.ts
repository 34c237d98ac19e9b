import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import * as z from "zod";
import { shortLimits, someUser, startLogto } from "../support/logto.ts";
import { after, hang, json } from "../support/upstream.ts";

const readRoute = "GET /api/users/u1";
const ids = { userId: "u1" };
const user = z.object({ id: z.string() });
const ann = { ok: true, value: { id: "u1" } };

async function start(limits = shortLimits) {
  const logto = await startLogto(limits);
  return { ...logto, read: () => logto.management.call("getUser", { ids }, user) };
}

const failure = (code: string, sent: "no" | "maybe") =>
  expect.objectContaining({ name: "UpstreamFailure", code, sent });

test("hands a definite refusal to its caller and keeps the breaker closed", async () => {
  const { upstream, management, read } = await start();
  upstream.on(readRoute, json(404, { code: "entity.not_found", message: "gone" }));
  for (let call = 0; call < 20; call += 1) {
    expect(await read()).toMatchObject({ ok: false, status: 404, code: "entity.not_found" });
  }
  expect(management.status()).toEqual({ reachable: true });
});

test("refuses within milliseconds while Logto is down, and recovers", async () => {
  const { upstream, management, read } = await start();
  await read();
  await upstream.stop();
  const times: number[] = [];
  for (let call = 0; call < 300; call += 1) {
    const before = performance.now();
    await expect(read()).rejects.toEqual(failure("upstream_unavailable", "no"));
    times.push(performance.now() - before);
  }
  expect(times.sort((one, other) => one - other)[Math.floor(0.97 * times.length)]).toBeLessThan(50);
  expect(management.status()).toEqual({ reachable: false });
  await upstream.start();
  await expect.poll(() => read().catch(() => undefined), { timeout: 2_000 }).toEqual(ann);
  expect(management.status()).toEqual({ reachable: true });
});

test("refuses others at once while it tries a hanging Logto again", async () => {
  const { upstream, read } = await start();
  upstream.on(readRoute, hang);
  await Promise.allSettled(Array.from({ length: 5 }, read));
  await sleep(160);
  const probe = read();
  const before = performance.now();
  await expect(read()).rejects.toEqual(failure("upstream_unavailable", "no"));
  expect(performance.now() - before).toBeLessThan(50);
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

test("keeps other calls fast while password checks crawl, and turns the overflow away", async () => {
  const { upstream, management, read } = await start({ ...shortLimits, totalMs: 2_000 });
  upstream.on("POST /api/users/u1/password/verify", after(200, json(204)));
  const verify = () => management.call("verifyPassword", { ids, json: { password: "x" } }, z.unknown());
  const checks = Promise.allSettled(Array.from({ length: 60 }, verify));
  const before = performance.now();
  for (let call = 0; call < 20; call += 1) await read();
  expect(performance.now() - before).toBeLessThan(400);
  expect(upstream.count("POST /api/users/u1/password/verify")).toBeLessThanOrEqual(12);
  const settled = await checks;
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(36);
  expect(settled.at(-1)).toMatchObject({ reason: { sent: "no", detail: { retryAfter: 1 } } });
});

test("lets a call that waited too long for its turn go", async () => {
  const few = { atOnce: 1, queued: 5, stallMs: 1_000 };
  const { upstream, management } = await start({
    ...shortLimits,
    queueMs: 50,
    crowds: { ...shortLimits.crowds, few },
  });
  upstream.on("POST /api/users/u1/password/verify", after(150, json(204)));
  const verify = () => management.call("verifyPassword", { ids, json: { password: "x" } }, z.unknown());
  const settled = await Promise.allSettled([verify(), verify(), verify()]);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(upstream.count("POST /api/users/u1/password/verify")).toBe(1);
});

test("queues nobody behind calls that have stopped moving", async () => {
  const many = { atOnce: 3, queued: 100, stallMs: 50 };
  const { upstream, read } = await start({ ...shortLimits, crowds: { ...shortLimits.crowds, many } });
  await read();
  upstream.on(readRoute, hang);
  const hanging = Promise.allSettled([read(), read(), read()]);
  await sleep(100);
  const before = performance.now();
  await expect(read()).rejects.toEqual(failure("upstream_unavailable", "no"));
  expect(performance.now() - before).toBeLessThan(50);
  await hanging;
});
