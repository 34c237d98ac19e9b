import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** A failure to produce, and the requests that it hits. */
export type Fault = {
  match: {
    method?: string;
    /** Tested against the path without its query. */
    path: RegExp;
    /** How many requests are hit. Default: all of them. */
    times?: number;
  };
  /** Delay before the request is handled, in milliseconds. */
  delayMs?: number;
  /** The request waits until this promise settles. */
  gate?: Promise<unknown>;
  /** The request is handled at once, and its answer waits until this promise settles. */
  answerGate?: Promise<unknown>;
  /** Answer with this status instead of the real one. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** `reset` closes the connection; `hang` and `blackhole` never answer, and `blackhole` does not read the request. */
  action?: "reset" | "hang" | "blackhole";
  /** Handle the request first, then fail its answer. */
  after?: boolean;
};

type Serve = () => Promise<void>;

/** Makes the server fail as networks and databases do, over real sockets. */
export class FaultSwitch {
  readonly #faults: { fault: Fault; left: number }[] = [];

  /** @returns a function that removes this fault. */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.match.times ?? Number.POSITIVE_INFINITY };
    this.#faults.push(entry);
    return () => {
      const index = this.#faults.indexOf(entry);
      if (index >= 0) this.#faults.splice(index, 1);
    };
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** Serves a request. The first fault that matches it is applied. */
  async apply(request: IncomingMessage, response: ServerResponse, serve: Serve): Promise<void> {
    const fault = this.#take(request);
    if (fault === undefined) return serve();
    if (fault.action === "blackhole") return;
    if (fault.delayMs !== undefined) await wait(fault.delayMs);
    await fault.gate;
    if (fault.answerGate) holdAnswer(response, fault.answerGate);
    const fails = fault.action !== undefined || fault.status !== undefined || fault.body !== undefined;
    if (!fails) return serve();
    if (fault.after) await serveWithoutAnswer(response, serve);
    failAnswer(fault, request, response);
  }

  #take(request: IncomingMessage): Fault | undefined {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const entry = this.#faults.find(({ fault: { match }, left }) => {
      return left > 0 && (match.method ?? request.method) === request.method && match.path.test(path);
    });
    if (entry) entry.left -= 1;
    return entry?.fault;
  }
}

function failAnswer(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  if (fault.action === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault.action === "hang") return;
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.writeHead(fault.status ?? 200, fault.headers ?? { "content-type": "application/json" });
  response.end(fault.body ?? "");
}

/** Ends the answer only when the gate opens. */
function holdAnswer(response: ServerResponse, gate: Promise<unknown>): void {
  const end = response.end.bind(response);
  const endLater = (...parameters: Parameters<typeof end>) => {
    void gate.then(() => end(...parameters));
    return response;
  };
  Object.assign(response, { end: endLater });
}

/** Handles the request, and discards its answer. */
async function serveWithoutAnswer(response: ServerResponse, serve: Serve): Promise<void> {
  const { writeHead, write, end, flushHeaders } = response;
  await new Promise<void>((resolve, reject) => {
    const finish = () => {
      resolve();
      return response;
    };
    const ignore = () => response;
    Object.assign(response, { writeHead: ignore, write: () => true, end: finish, flushHeaders: () => {} });
    serve().then(resolve, reject);
  });
  Object.assign(response, { writeHead, write, end, flushHeaders });
}
