/** A scripted HTTP server, for faults that the development tenant does not have. Real sockets, loopback only. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

type Received = { method: string; path: string; headers: IncomingMessage["headers"]; body: string };
export type Behaviour = (received: Received, response: ServerResponse) => void | Promise<void>;

export type Upstream = {
  origin: string;
  /** Everything received so far, in order. */
  received: Received[];
  /** How often `GET /path` and the like were asked for. */
  count(route: string): number;
  /** Replaces what a route, such as `GET /api/users/u1`, does. */
  on(route: string, behaviour: Behaviour): void;
  /** Connections seen, kept-alive ones counted once. */
  connections(): number;
  /** Stops listening, so that connections are refused. */
  stop(): Promise<void>;
  /** Listens again on the same port. */
  start(): Promise<void>;
};

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** Starts the server; a route without a behaviour answers 404 in text, as Logto does. */
export async function startUpstream(): Promise<Upstream> {
  const behaviours = new Map<string, Behaviour>();
  const received: Received[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const { method = "", headers, url = "" } = request;
    const entry = { method, path: url, headers, body: await read(request) };
    received.push(entry);
    await (behaviours.get(`${method} ${path}`) ?? text(404, "Not Found"))(entry, response);
  });
  server.on("connection", () => {
    connections += 1;
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const { port } = address;
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    count: (route) => received.filter(({ method, path }) => `${method} ${path}` === route).length,
    on: (route, behaviour) => behaviours.set(route, behaviour),
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: () => listen(port),
  };
}

/** Answers in JSON; no body for 204. */
export const json =
  (status: number, body?: unknown, headers: Record<string, string> = {}): Behaviour =>
  (_received, response) => {
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };

/** Answers in text. */
export const text =
  (status: number, body: string, headers: Record<string, string> = {}): Behaviour =>
  (_received, response) => {
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers });
    response.end(body);
  };

/** Waits before it does something. */
export const after =
  (milliseconds: number, behaviour: Behaviour): Behaviour =>
  async (received, response) => {
    await sleep(milliseconds);
    await behaviour(received, response);
  };

/** Does nothing until a gate opens. */
export const behind =
  (gate: Promise<unknown>, behaviour: Behaviour): Behaviour =>
  async (received, response) => {
    await gate;
    await behaviour(received, response);
  };

/** Does one thing after the other, then stays with the last. */
export const inTurn = (...behaviours: Behaviour[]): Behaviour => {
  let turn = 0;
  return (received, response) => {
    const behaviour = behaviours[Math.min(turn, behaviours.length - 1)];
    turn += 1;
    return behaviour?.(received, response);
  };
};

/** Breaks the connection without an answer. */
export const reset: Behaviour = (_received, response) => {
  response.socket?.resetAndDestroy();
};

/** Never answers. */
export const hang: Behaviour = () => {};

/** Starts a JSON answer and breaks the connection in the middle. */
export const cutOff: Behaviour = (_received, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"id":');
  setTimeout(() => response.socket?.resetAndDestroy(), 20);
};

/** The same, and the connection is closed in order. */
export const endEarly: Behaviour = (_received, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"id":');
  setTimeout(() => response.socket?.destroy(), 20);
};

/** Sends a JSON string of so many bytes, without a length, as fast as it is read. */
export const flood =
  (bytes: number): Behaviour =>
  (_received, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const chunk = "x".repeat(65_536);
    let left = bytes;
    const pour = () => {
      while (left > 0 && !response.destroyed) {
        left -= chunk.length;
        if (!response.write(chunk)) {
          response.once("drain", pour);
          return;
        }
      }
      response.end();
    };
    pour();
  };
