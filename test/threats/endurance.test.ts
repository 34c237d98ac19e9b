/** Clients that are slow, clients that disconnect, and a service that is told to stop. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Tenant } from "../../dev/tenant/tenant.ts";
import { useProcess, useService, useTenant } from "../support/fixtures.ts";
import { eventually } from "../support/instances.ts";
import { expectRefusal } from "../support/refusals.ts";
import { environmentOf } from "../support/service.ts";
import { closingOf, head, openSocket, parseAnswer } from "../support/sockets.ts";

const service = useService();
let port: number;
let authorization: string;
beforeAll(async () => {
  port = Number(new URL(service.url).port);
  authorization = `Authorization: Bearer ${await service.token("alice")}`;
});

const host = "Host: localhost";
const bodyHead = (length: number) =>
  head(
    "PATCH /me HTTP/1.1",
    host,
    authorization,
    "Content-Type: application/json",
    `Content-Length: ${length}`,
  );

describe.concurrent("time", () => {
  test("a connection that sends one byte every few seconds is closed, and nobody else waits for it", async () => {
    const beginnings = [
      "GET /me HTTP/1.1\r\n",
      `GET /me HTTP/1.1\r\n${host}\r\n`,
      bodyHead(500),
      `${bodyHead(500)}{"name":"`,
    ];
    const slow = await Promise.all(
      beginnings.map(async (bytes) => ({ bytes, socket: await openSocket(port) })),
    );
    let refused = 0;
    const answers = slow.map(async ({ socket }) => {
      const [bytes] = await once(socket, "data");
      refused += 1;
      return parseAnswer(String(bytes));
    });
    const closings = slow.map(({ socket }) => closingOf(socket));
    for (const { socket, bytes } of slow) socket.write(bytes);
    const drip = setInterval(() => {
      for (const { socket } of slow) if (socket.writable) socket.write("X");
    }, 2500);
    for (let others = 0; others < 20; others += 1) expect(await health()).toBe(200);
    expect(refused).toBe(0);
    for (const answer of await Promise.all(answers)) expectRefusal(answer, 408, "request_timeout");
    await Promise.all(closings);
    clearInterval(drip);
  }, 30_000);

  async function health() {
    const response = await fetch(`${service.url}/healthz`);
    await response.arrayBuffer();
    return response.status;
  }

  const tenant = useTenant();
  const leaving = useProcess(() => ({
    ...environmentOf(tenant, `file:${join(service.folder, "leaving.db")}`),
    NODE_ENV: "production",
  }));

  test("a service told to stop under load says so first, finishes accepted requests, and resets nobody", async () => {
    const get = await callerOf(tenant, leaving.url);
    expect(await get("devalice0000")).toBe(200);
    const gate = Promise.withResolvers<void>();
    const ofCarol = /^\/api\/users\/devcarol/;
    tenant.faults.add({ match: { path: ofCarol }, gate: gate.promise });
    const seen: (number | string)[] = [];
    let ready = true;
    const clients = Array.from({ length: 10 }, async (_, index) => {
      while (ready) seen.push(await get(index % 2 ? "devalice0000" : "devbob000000").catch(String));
    });
    await eventually(() => seen.length > 20);
    const longest = get("devcarol0000");
    await eventually(() => tenant.requests.count("GET", ofCarol) > 0);
    const stopped = leaving.stop();
    while (ready) {
      await delay(50);
      ready = (await fetch(`${leaving.url}/readyz`)).status === 200;
    }
    gate.resolve();
    await Promise.all(clients);
    expect(new Set(seen)).toEqual(new Set([200]));
    expect(await longest).toBe(200);
    expect(await stopped).toBe(0);
    await expect(fetch(`${leaving.url}/healthz`)).rejects.toThrow();
  }, 20_000);
});

/** Calls as a person of the tenant; @returns the status, once the whole answer has arrived. */
async function callerOf(tenant: Tenant, url: string) {
  const { issuer: iss, apiResource: aud } = tenant.description;
  const iat = Math.floor(Date.now() / 1000);
  const times = { iat, exp: iat + 600 };
  const claims = { iss, aud, client_id: "spa", scope: "profile:read", ...times };
  return async (sub: string): Promise<number> => {
    const token = await tenant.sign({ ...claims, sub, jti: randomUUID() });
    const response = await fetch(`${url}/me`, { headers: { authorization: `Bearer ${token}` } });
    await response.arrayBuffer();
    return response.status;
  };
}

describe("clients that hang up", () => {
  const instance = useProcess(() => ({
    ...service.environment,
    DATABASE_URL: `file:${join(service.folder, "left.db")}`,
    NODE_OPTIONS: `--import=${new URL("../support/count-at-signal.ts", import.meta.url).href}`,
  }));

  const heldLine = z.object({ open: z.number(), kept: z.number() });
  /** What the process of the service holds: open connections, and sockets and requests in its memory. */
  async function held() {
    const told = () => instance.lines.filter((line) => line.startsWith('{"event":"held"'));
    const before = told().length;
    process.kill(instance.pid, "SIGUSR2");
    await eventually(() => told().length > before);
    return heldLine.parse(JSON.parse(told().at(-1) ?? ""));
  }

  const beginnings: (() => string)[] = [
    () => "",
    () => "GET /me HT",
    () => bodyHead(60_000),
    () => `${bodyHead(60_000)}{"name":"`,
    () => head("GET /me HTTP/1.1", host, authorization),
    () => head("POST /me/password/check HTTP/1.1", host, authorization, "Transfer-Encoding: chunked"),
  ];
  const leave: ((socket: Socket) => void)[] = [
    (socket) => socket.resetAndDestroy(),
    (socket) => socket.destroy(),
    (socket) => socket.end(),
  ];

  async function hangUp(rounds: number) {
    const { port: there } = new URL(instance.url);
    for (let round = 0; round < rounds; round += 1) {
      const sockets = await Promise.all(Array.from({ length: 18 }, () => openSocket(Number(there))));
      sockets.forEach((socket, index) => {
        socket.resume();
        socket.write(beginnings[index % beginnings.length]?.() ?? "");
      });
      await delay(5);
      sockets.forEach((socket, index) => {
        leave[Math.floor(index / beginnings.length)]?.(socket);
      });
    }
  }

  test("leave no connection and no memory behind, whenever and however they do it", async () => {
    await hangUp(50);
    const most = async () => Math.max(...Object.values(await held()));
    await expect.poll(most, { timeout: 30_000, interval: 500 }).toBeLessThan(20);
    const alice = service.as("alice", { url: instance.url });
    expect((await alice("GET", "/me")).status).toBe(200);
  }, 60_000);
});
