/** The HTTP server on Node: limits that hold before the app sees a request, and a stop that breaks none. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { Bindings } from "../../http/env.ts";
import { newRequestId, securityHeaders } from "../../http/headers.ts";
import { problemAnswer } from "../../http/problem-responses.ts";
import { type ProblemCode, Refusal } from "../../problem.ts";
import { sleep } from "../../sleep.ts";
import { type ClientError, clientErrorCode, rawAnswer, requestFault } from "./refusals.ts";

/** What every connection is held to; bytes and milliseconds. */
export const serverBounds = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 12_000,
  connectionsCheckingInterval: 1_000,
  /** Longer than the 60 s for which common load balancers keep a connection, so that they close it, not we. */
  keepAliveTimeout: 65_000,
  /** Checked with our own answer, like every other fault of a request. */
  requireHostHeader: false,
};
const lingerMs = 1_000;
const sweepMs = 50;

export type ServerOptions = {
  fetch(request: Request, bindings: Bindings): Response | Promise<Response>;
  /** 0 picks a free port. */
  port: number;
  host?: string;
  /** The origin under which `/problems/{code}` is served. */
  publicUrl: string;
  /** Called first when the server stops: readiness turns 503 here. */
  onStopping?(): void;
  /** How long new requests are still served after that, so that a load balancer can notice; milliseconds. */
  drainMs?: number;
  /** How long requests in flight may take once it closes; 10 s by default, in milliseconds. */
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
  // The bytes are bounded already; a bound on the count would drop headers in silence.
  server.maxHeadersCount = 0;
  server.on("clientError", clientErrorHandler(options.publicUrl));
  server.on("checkExpectation", (_incoming, outgoing) =>
    answerRefusal(outgoing, "bad_request", options.publicUrl),
  );
  server.on("connect", (_incoming, socket) => endWith(socket, "bad_request", options.publicUrl));
  const { port } = await listen(server, options.port, options.host);
  let closed: Promise<void> | undefined;
  return {
    url: `http://${options.host ?? "localhost"}:${port}`,
    close() {
      closed ??= stop(server, options, state);
      return closed;
    },
  };
}

function requestHandler(options: ServerOptions, state: { stopping: boolean }) {
  const { publicUrl } = options;
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
      errorHandler: (error) =>
        problemResponse(error instanceof RequestError ? "bad_request" : "internal", publicUrl),
    },
  );
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (state.stopping) outgoing.setHeader("Connection", "close");
    current.set(incoming.socket, outgoing);
    const fault = requestFault(incoming);
    if (fault) void discardRest(incoming).then(() => answerRefusal(outgoing, fault, publicUrl));
    else void serve(incoming, outgoing);
  };
}

/**
 * Lets the rest of a body go by before its answer is sent, for a moment: to close with bytes unread is to reset the
 * connection, and the client, or the proxy before it, would not see why.
 */
async function discardRest(incoming: IncomingMessage | Http2ServerRequest): Promise<void> {
  if (incoming.complete || incoming.destroyed) return;
  const enough = AbortSignal.timeout(lingerMs);
  incoming.resume();
  await Promise.race(["end", "close"].map((event) => once(incoming, event, { signal: enough }))).catch(
    () => undefined,
  );
}

/** The newest response on each connection: an answer begun must not be written into. */
const current = new WeakMap<Duplex, ServerResponse>();

/** A connection that carried such a request is not trusted with another. */
function answer(code: ProblemCode, publicUrl: string) {
  const requestId = newRequestId();
  const { status, headers, body } = problemAnswer(new Refusal(code), publicUrl, requestId);
  const length = String(Buffer.byteLength(body));
  const own = { "X-Request-Id": requestId, "Content-Length": length, Connection: "close" };
  return { status, headers: { ...securityHeaders, ...headers, ...own }, body };
}

function problemResponse(code: ProblemCode, publicUrl: string): Response {
  const { status, headers, body } = answer(code, publicUrl);
  return new Response(body, { status, headers });
}

function answerRefusal(outgoing: ServerResponse, code: ProblemCode, publicUrl: string): void {
  const { status, headers, body } = answer(code, publicUrl);
  outgoing.writeHead(status, headers).end(body);
}

/** Connections that were refused: what still arrives on them is let go by, since closing at once would lose the answer. */
const refused = new WeakSet<Duplex>();

/** Writes a refusal to the connection itself, and closes it once the client has had time to read it. */
function endWith(socket: Duplex, code: ProblemCode, publicUrl: string): void {
  refused.add(socket);
  socket.end(rawAnswer(answer(code, publicUrl)));
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

/** What the parser refuses never becomes a request; it reports every further piece of it as well. */
function clientErrorHandler(publicUrl: string) {
  return (error: ClientError, socket: Duplex): void => {
    if (refused.has(socket)) return;
    const response = current.get(socket);
    const pending = response !== undefined && !response.writableFinished;
    // Bytes behind a whole request do not spoil its answer: a change may have been made already.
    if (pending && response.req.complete && error.code !== "ECONNRESET") {
      response.once("finish", () => socket.writable && endWith(socket, clientErrorCode(error), publicUrl));
      return;
    }
    const begun = pending && response.headersSent;
    if (!socket.writable || begun || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    endWith(socket, clientErrorCode(error), publicUrl);
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
  // Right after the event loop's turn of accepting, the fewest connections are left in the queue that closing resets.
  await nextTurn();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // An answer begun before the stop leaves its connection open; sweeping closes it once it is idle.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
  const deadline = setTimeout(() => server.closeAllConnections(), inFlightMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}
