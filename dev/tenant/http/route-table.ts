import type { Context, Hono } from "hono";
import type { MiddlewareHandler } from "hono/types";
import { plainText } from "./answer.ts";

/** What a handler behind the bearer guard can read: the subject of the caller's token. */
export type ApiEnv = { Variables: { callerId: string } };

/** Answers one API call. */
export type Handler = (c: Context<ApiEnv>) => Response | Promise<Response>;

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Registers routes in Hono and remembers the methods of each path. A wrong method is answered with `Allow` in
 * Koa's order and an unknown path as plain text, both before authentication.
 */
export class RouteTable {
  readonly #app: Hono<ApiEnv>;
  readonly #guard: MiddlewareHandler<ApiEnv>;
  readonly #methods: { pattern: RegExp; method: Method }[] = [];

  constructor(app: Hono<ApiEnv>, guard: MiddlewareHandler<ApiEnv>) {
    this.#app = app;
    this.#guard = guard;
  }

  /** A route that needs a Management API token. */
  on(method: Method, path: string, handler: Handler): this {
    this.#remember(method, path);
    this.#app.on(method, path, this.#guard, handler);
    return this;
  }

  /** A route without authentication. */
  open(method: Method, path: string, handler: Handler): this {
    this.#remember(method, path);
    this.#app.on(method, path, handler);
    return this;
  }

  /** Makes a call of this API within a request, as its browser would make it: with its cookies, as JSON. */
  async call(c: Context, method: Method, path: string, body?: object): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return this.#app.request(path, { method, headers, body: JSON.stringify(body ?? {}) }, c.env);
  }

  /** The answer when no route matched the request. */
  fallback(c: Context): Response {
    const allowed = this.#methods
      .filter(({ pattern }) => pattern.test(c.req.path))
      .flatMap(({ method }) => (method === "GET" ? ["HEAD", "GET"] : [method]));
    if (allowed.length === 0) return plainText(c, "Not Found", 404);
    c.header("Allow", [...new Set(allowed)].join(", "));
    return c.req.method === "OPTIONS" ? plainText(c, "", 200) : plainText(c, "Method Not Allowed", 405);
  }

  #remember(method: Method, path: string): void {
    this.#methods.push({ pattern: new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}$`), method });
  }
}

/** A path parameter. The route's pattern guarantees that it exists. */
export function param(c: Context, name: string): string {
  return c.req.param(name) ?? "";
}
