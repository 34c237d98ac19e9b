/** A path in front of all paths of this service, where a proxy serves it beside others under one host. */
import type { Hono } from "hono";
import { getPath } from "hono/utils/url";
import { ConfigError } from "../config.ts";
import type { Env } from "./env.ts";

/**
 * A proxy may hand the prefix on or strip it: both forms lead to the same route.
 * @param publicUrl its path is the prefix.
 * @returns the path by which the router finds the route of a request.
 */
export function pathBehindPrefix(publicUrl: string): (request: Request) => string {
  const prefix = prefixOf(publicUrl);
  if (prefix === "") return getPath;
  return (request) => {
    const path = getPath(request);
    if (path === prefix) return "/";
    return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
  };
}

/**
 * Requires that no route lies under the prefix: a path there could be meant with the prefix or without.
 * @throws {ConfigError}
 */
export function requireClearPrefix({ routes }: Pick<Hono<Env>, "routes">, publicUrl: string): void {
  const [, first] = prefixOf(publicUrl).split("/");
  if (first === undefined) return;
  if (routes.some(({ path }) => path.split("/")[1] === first)) {
    throw new ConfigError(["PUBLIC_URL must not begin with a path of this service itself, such as /me"]);
  }
}

const prefixOf = (publicUrl: string) => new URL(publicUrl).pathname.replace(/\/$/, "");
