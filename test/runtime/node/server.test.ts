import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import {
  type RunningServer,
  type ServerOptions,
  serverBounds,
  startServer,
} from "../../../src/runtime/node/server.ts";
import { createApp, createWorld, publicUrl } from "../../http/support.ts";
import { closingOf, exchange, openSocket, head as request } from "../../support/sockets.ts";

const running: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(options: Partial<ServerOptions> = {}) {
  const world = createWorld();
  const app = createApp(world);
  const server = await startServer({ fetch: app.fetch, port: 0, host: "127.0.0.1", publicUrl, ...options });
  running.push(server);
  return { world, server, url: server.url, port: Number(new URL(server.url).port) };
}

const host = "Host: localhost";
const close = "Connection: close";
const isOpen = (port: number) =>
  openSocket(port).then(
    (socket) => Boolean(socket.destroy()),
    () => false,
  );

test("serves the app and tells it who connected", async () => {
  const { url } = await start();
  expect(await (await fetch(`${url}/where`)).json()).toEqual({ address: "127.0.0.1" });
});

test.each([
  ["no Host", request("GET /healthz HTTP/1.1"), 400, "bad_request"],
  ["two Hosts", request("GET /healthz HTTP/1.1", host, "host: evil.test"), 400, "bad_request"],
  ["a Host with a path", request("GET /healthz HTTP/1.1", "Host: a/b"), 400, "bad_request"],
  ["a Host with credentials", request("GET /healthz HTTP/1.1", "Host: a@b"), 400, "bad_request"],
  [
    "two Authorization headers",
    request("GET /me HTTP/1.1", host, "Authorization: Bearer a", "authorization: Bearer b"),
    400,
    "bad_request",
  ],
  [
    "a length and chunks",
    request("POST /me HTTP/1.1", host, "Content-Length: 4", "Transfer-Encoding: chunked"),
    400,
    "bad_request",
  ],
  [
    "two lengths",
    request("POST /me HTTP/1.1", host, "Content-Length: 4", "Content-Length: 5"),
    400,
    "bad_request",
  ],
  ["a folded header", request("GET /me HTTP/1.1", host, "X: a", " b"), 400, "bad_request"],
  ["a blank in a header's name", request("GET /me HTTP/1.1", host, "Content-Length : 4"), 400, "bad_request"],
  ["an unknown method", request("FOO /me HTTP/1.1", host), 400, "bad_request"],
  ["no HTTP at all", "hello\r\n\r\n", 400, "bad_request"],
  ["another host's URL as its target", request("GET http://evil.test/me HTTP/1.1", host), 400, "bad_request"],
  ["an expectation nobody can meet", request("POST /me HTTP/1.1", host, "Expect: tea"), 400, "bad_request"],
  [
    "17 KB of headers",
    request("GET /me HTTP/1.1", host, `X: ${"a".repeat(17_000)}`),
    431,
    "headers_too_large",
  ],
  [
    "a 9 KB URL",
    request(`GET /me?${"a".repeat(9000)} HTTP/1.1`, host, "Connection: close"),
    414,
    "uri_too_long",
  ],
  ["dot segments", request("GET /me/../healthz HTTP/1.1", host), 404, "not_found"],
  ["encoded dot segments", request("GET /x/%2e%2e/healthz HTTP/1.1", host), 404, "not_found"],
  ["an empty segment", request("GET //healthz HTTP/1.1", host), 404, "not_found"],
])("refuses %s with every header", async (_name, text, status, code) => {
  const { port } = await start();
  const [head = "", body = ""] = (await exchange(port, text)).split("\r\n\r\n");
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(JSON.parse(body)).toMatchObject({ status, code, type: `${publicUrl}/problems/${code}` });
  for (const header of [
    "strict-transport-security",
    "x-content-type-options: nosniff",
    "content-security-policy",
    "x-request-id",
  ]) {
    expect(head.toLowerCase()).toContain(header);
  }
  expect(head.toLowerCase()).toContain("content-type: application/problem+json");
});

test.each([
  ["HTTP/1.0 without Host", request("GET /healthz HTTP/1.0")],
  ["HTTP/1.0 with Host", request("GET /healthz HTTP/1.0", host)],
  ["HTTP/1.0 with an empty Host", request("GET /healthz HTTP/1.0", "Host:")],
  [
    "a Host in capitals, with the standard port",
    request("GET /healthz HTTP/1.1", "Host: LOCALHOST:80", close),
  ],
  ["a Host with an underscore", request("GET /healthz HTTP/1.1", "Host: profile_bff:3000", close)],
  ["a Host that ends in a dot", request("GET /healthz HTTP/1.1", "Host: profile.example.test.", close)],
  ["a Host that is an IPv6 address", request("GET /healthz HTTP/1.1", "Host: [::1]:3000", close)],
  ["the absolute form of its Host", request("GET http://localhost/healthz HTTP/1.1", host, close)],
  ["… with a query", request("GET http://localhost/healthz?x=1 HTTP/1.1", host, close)],
  ["… with a port", request("GET http://localhost:3000/healthz HTTP/1.1", "Host: localhost:3000", close)],
  ["… in capitals", request("GET HTTP://LOCALHOST:80/healthz HTTP/1.1", host, close)],
  ["… of an IPv6 address", request("GET http://[::1]:80/healthz HTTP/1.1", "Host: [::1]", close)],
  ["the absolute form of the public URL", request(`GET ${publicUrl}/healthz HTTP/1.1`, host, close)],
  ["… with its port", request(`GET ${publicUrl}:443/healthz HTTP/1.1`, host, close)],
  ["… over http", request(`GET ${publicUrl.replace("https", "http")}/healthz HTTP/1.1`, host, close)],
  ["… over HTTP/1.0 without Host", request(`GET ${publicUrl}/healthz HTTP/1.0`)],
])("serves %s", async (_name, text) => {
  const { port } = await start();
  const [head = "", body = ""] = (await exchange(port, text)).split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1.1 200 /);
  expect(JSON.parse(body)).toEqual({ ok: true });
});

test("tells HTTP/1.0 the end of a body that is generated without a length", async () => {
  const parts = ["one ", "two"];
  const { port } = await start({
    fetch: () =>
      new Response(
        new ReadableStream({
          pull: (controller) => {
            const part = parts.shift();
            if (part === undefined) controller.close();
            else controller.enqueue(new TextEncoder().encode(part));
          },
        }),
      ),
  });
  const answer = await exchange(port, request("GET / HTTP/1.0"));
  expect(answer).toMatch(/\r\n\r\none two$/);
  expect(answer.toLowerCase()).not.toContain("transfer-encoding");
});

test.each([
  ["two Hosts in HTTP/1.0", request("GET /healthz HTTP/1.0", host, "Host: evil.test")],
  ["another host's URL in HTTP/1.0", request("GET http://evil.test/healthz HTTP/1.0")],
  ["the absolute form of another port", request("GET http://localhost:81/healthz HTTP/1.1", host, close)],
  ["… with credentials", request("GET http://a@localhost/healthz HTTP/1.1", host, close)],
  [
    "… of a host that only begins alike",
    request("GET http://localhost.evil.test/healthz HTTP/1.1", host, close),
  ],
  ["… with a fragment", request("GET http://localhost/healthz#x HTTP/1.1", host, close)],
  ["… without a host", request("GET http:///healthz HTTP/1.1", host, close)],
  ["… of another scheme", request("GET ftp://localhost/healthz HTTP/1.1", host, close)],
  ["an authority alone", request("GET localhost/healthz HTTP/1.1", host, close)],
])("serves nothing to %s", async (_name, text) => {
  const { port } = await start();
  expect(await exchange(port, text)).toMatch(/^HTTP\/1.1 400 /);
});

test.each(["http://localhost/me/../healthz", "http://localhost//healthz", "http://localhost/%2e/healthz"])(
  "finds nothing at %s, as at its path",
  async (target) => {
    const { port } = await start();
    expect(await exchange(port, request(`GET ${target} HTTP/1.1`, host, close))).toMatch(/^HTTP\/1.1 404 /);
  },
);

test("refuses 1 MB with an answer that arrives, announced or in chunks, unread to its end", async () => {
  const { url, world } = await start();
  const headers = { Authorization: `Bearer ${await world.token()}`, "Content-Type": "application/json" };
  const megabyte = "1".repeat(1_000_000);
  expect((await fetch(`${url}/me`, { method: "PATCH", headers, body: megabyte })).status).toBe(413);
  const body = new Blob([megabyte]).stream();
  const init = { method: "PATCH", headers, body, duplex: "half" as const };
  expect((await fetch(`${url}/me`, init)).status).toBe(413);
});

test("cuts off a body that never ends once it is refused", async () => {
  const { port, world } = await start();
  const socket = await openSocket(port);
  const closed = closingOf(socket);
  let answered = "";
  socket.on("data", (part) => {
    answered += part.toString();
  });
  const head = request(
    "PATCH /me HTTP/1.1",
    host,
    `Authorization: Bearer ${await world.token()}`,
    "Content-Type: application/json",
    "Transfer-Encoding: chunked",
  );
  socket.write(head);
  const chunk = `4000\r\n${"1".repeat(0x4000)}\r\n`;
  const pump = setInterval(() => socket.writable && socket.write(chunk), 5);
  await closed;
  clearInterval(pump);
  expect(answered).toContain("413");
});

test("allows a request 15 s to arrive, the time until it is noticed included", () => {
  const { headersTimeout, requestTimeout, connectionsCheckingInterval } = serverBounds;
  expect(headersTimeout).toBeLessThanOrEqual(requestTimeout);
  expect(requestTimeout + connectionsCheckingInterval).toBeLessThanOrEqual(15_000);
});

test("closes a connection that goes on sending a byte at a time, and serves others meanwhile", async () => {
  const bounds = { headersTimeout: 1_000, requestTimeout: 1_200, connectionsCheckingInterval: 50 };
  const { port, url, world } = await start({ bounds });
  const authorization = `Authorization: Bearer ${await world.token()}`;
  const slow = await Promise.all([openSocket(port), openSocket(port)]);
  const answers = slow.map(async (socket) => String((await once(socket, "data"))[0]));
  const closings = slow.map((socket) => once(socket, "close"));
  slow[0]?.write("GET /healthz HTTP/1.1\r\n");
  slow[1]?.write(
    request(
      "PATCH /me HTTP/1.1",
      host,
      "Content-Length: 50",
      "Content-Type: application/json",
      authorization,
    ).slice(0, -2),
  );
  const drip = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write("X");
  }, 100);
  const cutOff = Promise.race(closings).then(() => "closed");
  for (let served = 0; served < 5; served += 1) {
    const other = fetch(`${url}/healthz`).then(({ status }) => status);
    expect(await Promise.race([cutOff, other])).toBe(200);
  }
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1.1 408 /);
  await Promise.all(closings);
  clearInterval(drip);
});

test("finishes requests in flight when it stops, says so, then closes its port", async () => {
  const gate = Promise.withResolvers<string>();
  const arrived = Promise.withResolvers<void>();
  let stopping = false;
  const { server, url, port } = await start({
    fetch: async () => {
      arrived.resolve();
      return new Response(await gate.promise);
    },
    // Longer than a test may take: a close that waited for it would fail.
    inFlightMs: 60_000,
    onStopping: () => {
      stopping = true;
    },
  });
  const inFlight = fetch(url);
  await arrived.promise;
  const closed = server.close();
  expect(stopping).toBe(true);
  await expect.poll(() => isOpen(port)).toBe(false);
  gate.resolve("done");
  const response = await inFlight;
  expect(await response.text()).toBe("done");
  await closed;
});

test("ends a request that outlives the time that a stop gives it", async () => {
  const arrived = Promise.withResolvers<void>();
  const { server, url } = await start({
    fetch: () => {
      arrived.resolve();
      return new Promise<Response>(() => {});
    },
    inFlightMs: 50,
  });
  const endless = expect(fetch(url)).rejects.toThrow();
  await arrived.promise;
  await server.close();
  await endless;
});

test("resets nobody who leaves when it says that it stops, and answers those with Connection: close", async () => {
  let ready = true;
  const { server, url } = await start({
    fetch: async () => {
      await delay(5);
      return new Response(null, { status: ready ? 200 : 503 });
    },
    onStopping: () => {
      ready = false;
    },
    drainMs: 1_500,
  });
  const seen = { ok: 0, unready: 0 };
  const untilUnready = async () => {
    for (let status = 200; status === 200; ) {
      const response = await fetch(url);
      await response.arrayBuffer();
      status = response.status;
      if (status === 200) seen.ok += 1;
      else seen.unready += 1;
    }
  };
  const clients = Array.from({ length: 20 }, untilUnready);
  await expect.poll(() => seen.ok).toBeGreaterThan(20);
  const closed = server.close();
  const late = await fetch(url);
  expect([late.status, late.headers.get("connection")]).toEqual([503, "close"]);
  await Promise.all(clients);
  await closed;
  expect(seen.unready).toBe(20);
});

test("keeps nothing of clients that hang up in the middle", async () => {
  const { url, port, world } = await start();
  const head = request(
    "PATCH /me HTTP/1.1",
    host,
    `Authorization: Bearer ${await world.token()}`,
    "Content-Type: application/json",
    "Content-Length: 60000",
  );
  for (let round = 0; round < 20; round += 1) {
    const sockets = await Promise.all(Array.from({ length: 25 }, () => openSocket(port)));
    for (const socket of sockets) socket.write(`${head}{"name":`);
    await delay(10);
    for (const socket of sockets) socket.resetAndDestroy();
  }
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await expect.poll(() => world.state.lines.length).toBe(501);
});

test("reports each refusal of a request that does not reach the app, by the id in its answer", async () => {
  const reported: unknown[] = [];
  const { port } = await start({ onRefusal: (refusal) => reported.push(refusal) });
  const answered: unknown[] = [];
  for (const text of [
    request("GET /healthz HTTP/1.1"),
    request("GET //healthz HTTP/1.1", host),
    request("GET /healthz HTTP/1.1", "Host: a/b"),
    request("GET /healthz HTTP/1.1", host, `X: ${"a".repeat(17_000)}`),
    request("POST /me HTTP/1.1", host, "Expect: tea"),
    request("CONNECT evil.test:80 HTTP/1.1", host),
    "no HTTP\r\n\r\n",
  ]) {
    const [, body = ""] = (await exchange(port, text)).split("\r\n\r\n");
    const { requestId, status, code } = JSON.parse(body);
    answered.push({ requestId, status, code });
  }
  expect(reported).toEqual(answered);
});

test("reports a port that is taken", async () => {
  const { port } = await start();
  await expect(start({ port })).rejects.toThrow("EADDRINUSE");
});
