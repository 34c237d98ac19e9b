import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import type { HookCause } from "../webhooks.ts";

/** Describes the current call for a webhook delivery. @param status the status of its answer. */
export function hookCause(c: Context, status: number): HookCause {
  const route = matchedRoutes(c).at(-1)?.path ?? c.req.path;
  return {
    path: c.req.path.replace(/^\/api/, ""),
    method: c.req.method,
    status,
    params: c.req.param(),
    matchedRoute: route.replace(/^\/api/, ""),
    userAgent: c.req.header("user-agent"),
  };
}
