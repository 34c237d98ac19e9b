/** Requests that match no route: 404 for an unknown or oddly spelled path, 405 with `Allow` for a wrong method. */
import type { Context, Hono, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { METHODS } from "hono/router";
import { Refusal } from "../problem.ts";
import type { Env } from "./env.ts";

const maxUrlBytes = 8192;

/** The pattern of the route that serves a request. Middleware is registered for all methods and does not count. */
export const routePattern = (c: Context<Env>): string | undefined =>
  matchedRoutes(c).findLast((route) => route.method !== "ALL")?.path;

/**
 * Runs before authentication, so that a wrong path or method costs nothing and gets its own code.
 * `OPTIONS` on a known path answers 204 with `Allow`.
 * @throws {Refusal} `uri_too_long`, `not_found`, `method_not_allowed` with `Allow`.
 */
export const routeGuard =
  (app: Pick<Hono<Env>, "router">): MiddlewareHandler<Env> =>
  async (c, next) => {
    if (c.req.raw.url.length > maxUrlBytes) throw new Refusal("uri_too_long");
    if (!isPlainPath(rawPath(c.req.raw.url))) throw new Refusal("not_found");
    if (c.get("route") !== undefined) return next();
    const allow = allowedMethods(app, c.req.path);
    if (allow === undefined) throw new Refusal("not_found");
    if (c.req.method === "OPTIONS") return c.body(null, 204, { Allow: allow });
    throw new Refusal("method_not_allowed", { headers: { Allow: allow } });
  };

/** The path as it was sent, up to the query. */
function rawPath(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const query = url.indexOf("?", start);
  return query === -1 ? url.slice(start) : url.slice(start, query);
}

/**
 * Whether a path has no escape, no empty or dotted segment and no backslash; no route has one, but for well-known URIs
 * (RFC 8615).
 */
export const isPlainPath = (path: string): boolean =>
  !(path.includes("%") || path.includes("//") || path.includes("\\") || /\/\.(?!well-known\/)/.test(path));

/** Asks the router, so that path parameters need no second matcher. Runs for refusals only. */
function allowedMethods(app: Pick<Hono<Env>, "router">, path: string): string | undefined {
  const served = METHODS.map((method) => method.toUpperCase()).filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method !== "ALL"),
  );
  if (served.length === 0) return undefined;
  if (served.includes("GET")) served.push("HEAD");
  return [...new Set([...served, "OPTIONS"])].join(", ");
}
