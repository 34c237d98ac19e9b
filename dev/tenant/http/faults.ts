import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** How to misbehave, and for which requests. */
export type Fault = {
  match: {
    method?: string;
    /** Tested against the path without its query. */
    path: RegExp;
    /** How many requests are hit; every one by default. */
    times?: number;
  };
  /** Wait before anything else, in milliseconds. */
  delayMs?: number;
  /** Hold the request until this settles. */
  gate?: Promise<unknown>;
  /** Answer this instead of the truth. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** `reset` cuts the connection, `hang` and `blackhole` never answer (`blackhole` does not read either). */
  action?: "reset" | "hang" | "blackhole";
  /** Do the work first, then spoil its answer. */
  after?: boolean;
};

type Serve = () => Promise<void>;

/** Makes a healthy server fail the way networks and databases do, over real sockets. */
export class FaultSwitch {
  readonly #faults: { fault: Fault; left: number }[] = [];

  /** @returns a function that takes this fault away again. */
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

  /** Serves a request, through the first fault that matches it. */
  async apply(request: IncomingMessage, response: ServerResponse, serve: Serve): Promise<void> {
    const fault = this.#take(request);
    if (fault === undefined) return serve();
    if (fault.action === "blackhole") return;
    if (fault.delayMs !== undefined) await wait(fault.delayMs);
    await fault.gate;
    const spoils = fault.action !== undefined || fault.status !== undefined || fault.body !== undefined;
    if (!spoils) return serve();
    if (fault.after) await serveInVain(response, serve);
    spoil(fault, request, response);
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

function spoil(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  if (fault.action === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault.action === "hang") return;
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.writeHead(fault.status ?? 200, fault.headers ?? { "content-type": "application/json" });
  response.end(fault.body ?? "");
}

/** Lets the work be done while its answer is swallowed. */
async function serveInVain(response: ServerResponse, serve: Serve): Promise<void> {
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
