import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { nodeBindings } from "../http/bindings.ts";

/** Describes the current call for a webhook delivery. @param status the status of its answer. */
export function hookCause(c: Context, status: number) {
  const route = matchedRoutes(c).at(-1)?.path ?? c.req.path;
  return {
    path: c.req.path.replace(/^\/api/, ""),
    method: c.req.method,
    status,
    params: c.req.param(),
    matchedRoute: route.replace(/^\/api/, ""),
    userAgent: c.req.header("user-agent"),
    ip: nodeBindings(c).incoming.socket.remoteAddress,
  };
}
