/** The HTTP server on Node: limits that apply before the app gets a request, and a stop that cuts off no request. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { Bindings } from "../../http/env.ts";
import { newRequestId, securityHeaders } from "../../http/headers.ts";
import { problemAnswer } from "../../http/problem-answer.ts";
import { Refusal } from "../../problem.ts";
import type { ProblemCode } from "../../problem-codes.ts";
import { sleep } from "../../sleep.ts";
import { type ClientError, clientErrorCode, rawAnswer, requestFault } from "./refusals.ts";

/** Limits of every connection, in bytes and milliseconds. */
export const serverBounds = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 12_000,
  connectionsCheckingInterval: 1_000,
  /** Common load balancers keep a connection for 60 s. This is longer, so that they close it first. */
  keepAliveTimeout: 65_000,
  /** `requestFault` checks this instead, so that the refusal has our own answer. */
  requireHostHeader: false,
};
/** How long the rest of a refused request is discarded, and its connection stays open for the client to read the answer. */
const lingerMs = 1_000;
/** How often idle connections are closed while the server stops. */
const sweepMs = 50;

export type ServerOptions = {
  fetch(request: Request, bindings: Bindings): Response | Promise<Response>;
  /** 0 picks a free port. */
  port: number;
  /** Default: every address of the machine. */
  host?: string | undefined;
  /** The URL under which `/problems/{code}` is served. */
  publicUrl: string;
  /** Receives each refusal of a request that does not reach the app. */
  onRefusal?(refusal: { requestId: string; status: number; code: ProblemCode }): void;
  /** Is called first when the server stops, so that `/readyz` can turn 503. */
  onStopping?(): void;
  /** How long new requests are served after that, so that a load balancer can notice; in ms. Default: 0. */
  drainMs?: number;
  /** How long requests in flight may take when the server closes; in ms. Default: 10 s. */
  inFlightMs?: number;
  /** Replaces some of `serverBounds`. */
  bounds?: Partial<typeof serverBounds>;
};

export type RunningServer = {
  url: string;
  /** Lets requests in flight finish (for `inFlightMs` at most), then closes; a second call waits for the first. */
  close(): Promise<void>;
};

/**
 * Starts serving.
 * @throws whatever `listen` reports, such as a port that is taken.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const state = { stopping: false };
  const server = createServer({ ...serverBounds, ...options.bounds }, requestHandler(options, state));
  // The size of all headers is limited; a limit on their number would drop headers without an error.
  server.maxHeadersCount = 0;
  server.on("clientError", clientErrorHandler(options));
  server.on("checkExpectation", (_incoming, outgoing) => answerRefusal(outgoing, "bad_request", options));
  server.on("connect", (_incoming, socket) => endWith(socket, "bad_request", options));
  const { port } = await listen(server, options.port, options.host);
  let closed: Promise<void> | undefined;
  return {
    url: `http://${reachableName(options.host)}:${port}`,
    close() {
      closed ??= stop(server, options, state);
      return closed;
    },
  };
}

/** A name under which this machine itself reaches the server. */
function reachableName(host = "::"): string {
  if (host === "::" || host === "0.0.0.0") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function requestHandler(options: ServerOptions, state: { stopping: boolean }) {
  const publicHost = new URL(options.publicUrl).host;
  const serve = getRequestListener(
    async (request, { incoming }) => {
      const { remoteAddress } = incoming.socket;
      const response = await options.fetch(
        request,
        remoteAddress === undefined ? {} : { peerAddress: remoteAddress },
      );
      if (!incoming.complete) await discardRest(incoming);
      return response;
    },
    {
      // For HTTP/1.0, which has no Host.
      hostname: publicHost,
      errorHandler: (error) =>
        problemResponse(error instanceof RequestError ? "bad_request" : "internal", options),
    },
  );
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (state.stopping) outgoing.setHeader("Connection", "close");
    current.set(incoming.socket, outgoing);
    const fault = requestFault(incoming, publicHost);
    if (fault) void discardRest(incoming).then(() => answerRefusal(outgoing, fault, options));
    else void serve(incoming, outgoing);
  };
}

/**
 * Reads and discards the rest of a body for a moment before the answer is sent. To close a connection with unread bytes
 * resets it, and the client or its proxy would not get the answer.
 */
async function discardRest(incoming: IncomingMessage | Http2ServerRequest): Promise<void> {
  if (incoming.complete || incoming.destroyed) return;
  const enough = AbortSignal.timeout(lingerMs);
  incoming.resume();
  await Promise.race(["end", "close"].map((event) => once(incoming, event, { signal: enough }))).catch(
    () => undefined,
  );
}

/** The newest response of each connection. Nothing may be written into a response that has begun. */
const current = new WeakMap<Duplex, ServerResponse>();

/** Builds a refusal that closes its connection: after such a request the connection is not used again. */
function answer(code: ProblemCode, { publicUrl, onRefusal }: ServerOptions) {
  const requestId = newRequestId();
  const { status, headers, body } = problemAnswer(new Refusal(code), publicUrl, requestId);
  onRefusal?.({ requestId, status, code });
  const length = String(Buffer.byteLength(body));
  const own = { "X-Request-Id": requestId, "Content-Length": length, Connection: "close" };
  return { status, headers: { ...securityHeaders, ...headers, ...own }, body };
}

function problemResponse(code: ProblemCode, options: ServerOptions): Response {
  const { status, headers, body } = answer(code, options);
  return new Response(body, { status, headers });
}

function answerRefusal(outgoing: ServerResponse, code: ProblemCode, options: ServerOptions): void {
  const { status, headers, body } = answer(code, options);
  outgoing.writeHead(status, headers).end(body);
}

/** Connections that were refused. What still arrives there is discarded: to close at once would lose the answer. */
const refused = new WeakSet<Duplex>();

/** Writes a refusal to a connection, and closes the connection after the client has had time to read it. */
function endWith(socket: Duplex, code: ProblemCode, options: ServerOptions): void {
  refused.add(socket);
  socket.end(rawAnswer(answer(code, options)));
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

/** Answers what Node cannot parse, which never becomes a request. Node reports every further piece of it as well. */
function clientErrorHandler(options: ServerOptions) {
  return (error: ClientError, socket: Duplex): void => {
    if (refused.has(socket)) return;
    const response = current.get(socket);
    const pending = response !== undefined && !response.writableFinished;
    // Bytes after a complete request must not cut off its answer: the request may have changed something.
    if (pending && response.req.complete && error.code !== "ECONNRESET") {
      response.once("finish", () => socket.writable && endWith(socket, clientErrorCode(error), options));
      return;
    }
    const begun = pending && response.headersSent;
    if (!socket.writable || begun || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    endWith(socket, clientErrorCode(error), options);
  };
}

function listen(server: Server, port: number, host: string | undefined): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("The server has no TCP address"));
      else resolve(address);
    });
  });
}

async function stop(
  server: Server,
  { onStopping, drainMs = 0, inFlightMs = 10_000 }: ServerOptions,
  state: { stopping: boolean },
) {
  state.stopping = true;
  onStopping?.();
  await sleep(drainMs);
  // Closing resets connections that are not accepted yet; right after a turn of the event loop there are fewest.
  await nextTurn();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A response that began before the stop keeps its connection open; this closes the connection once it is idle.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
  const deadline = setTimeout(() => server.closeAllConnections(), inFlightMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}
