/** Query parameters: only those a route names, each at most once. */
import type { MiddlewareHandler } from "hono";
import { Refusal } from "../problem.ts";
import type { Env } from "./env.ts";

/**
 * Refuses a query string with any other parameter than these, or with one of them twice.
 * @throws {Refusal} `bad_request`.
 */
export const allowQuery =
  (...names: readonly string[]): MiddlewareHandler<Env> =>
  async (c, next) => {
    const { url } = c.req.raw;
    const start = url.indexOf("?");
    if (start !== -1) checkNames(new URLSearchParams(url.slice(start)), names);
    await next();
  };

function checkNames(parameters: URLSearchParams, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of parameters.keys()) {
    if (seen.has(name) || !names.includes(name)) throw new Refusal("bad_request");
    seen.add(name);
  }
}
