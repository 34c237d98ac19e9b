import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { randomId } from "../ids.ts";
import type { OidcServer } from "../oidc/oidc-server.ts";
import type { FaultSwitch } from "./faults.ts";
import { type RecordedRequest, type RequestLog, traceIn } from "./request-log.ts";
import type { ApiEnv } from "./route-table.ts";

/** What the listener serves. */
export type ListenerOptions = {
  app: Hono<ApiEnv>;
  oidc: OidcServer;
  faults: FaultSwitch;
  requests: RequestLog;
};

/** A node:http server. Its port is known before the application, which needs it, is created. */
export class Listener {
  readonly #server: Server;
  readonly #host: string;
  #serve: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async () => {};

  private constructor(host: string) {
    this.#host = host;
    // Logto closes idle connections after five seconds, so the tenant does too.
    this.#server = createServer({ keepAliveTimeout: 5_000 }, (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** @param port 0 for any free one. */
  static async bind(host: string, port: number): Promise<Listener> {
    const listener = new Listener(host);
    await listener.resume(port);
    return listener;
  }

  get port(): number {
    return portOf(this.#server.address());
  }

  mount({ app, oidc, faults, requests }: ListenerOptions): void {
    const recordings = new WeakMap<object, RecordedRequest>();
    const serveApp = getRequestListener(
      (fetched, env) => app.fetch(fetched, { ...env, recorded: recordings.get(env.incoming) }),
      { overrideGlobalObjects: false },
    );
    this.#serve = async (request, response) => {
      const url = request.url ?? "/";
      const [path = "", query = ""] = url.split("?");
      const recorded: RecordedRequest = {
        ...{ method: request.method ?? "GET", path, query },
        ...traceIn(request.headers),
      };
      requests.add(recorded);
      recordings.set(request, recorded);
      response.setHeader("Logto-Core-Request-Id", randomId(16));
      await faults.apply(request, response, async () => {
        if (!path.startsWith("/oidc/")) return serveApp(request, response);
        await readJson(request);
        await oidc.serve(request, response);
      });
    };
  }

  /** Refuses every connection, as a stopped server does. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** Accepts connections again. @param port the same port as before. */
  async resume(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, this.#host, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
  }
}

/** Logto accepts JSON where OAuth asks for a form. Such a body is passed on as a parsed form. */
async function readJson(request: IncomingMessage): Promise<void> {
  if (request.method !== "POST" || !request.headers["content-type"]?.startsWith("application/json")) return;
  const body = parseJson(await text(request));
  request.headers["content-type"] = "application/x-www-form-urlencoded";
  Object.assign(request, { body });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === "string") throw new Error("the dev tenant is not listening");
  return address.port;
}
