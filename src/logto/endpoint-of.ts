/** The name of the endpoint that a request to Logto goes to, for metrics and traces: a name never holds an id. */
import { endpoints } from "./endpoints.ts";

const escaped = (text: string) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");

/** As `pathOf` fills them: a place holds neither a slash nor another member of the query. */
const managed = Object.entries(endpoints).map(([name, endpoint]) => {
  const template = "query" in endpoint ? `${endpoint.path}?${endpoint.query}` : endpoint.path;
  const target = escaped(template).replace(/\{\w+\}/g, "[^/?&]+");
  return { name, pattern: new RegExp(`^${endpoint.method} /${target}$`) };
});

/** By how a path begins; the longer ones first. */
const others = [
  ["/oidc/.well-known/", "discovery"],
  ["/oidc/jwks", "jwks"],
  ["/oidc/token/revocation", "revokeToken"],
  ["/oidc/token", "token"],
  ["/oidc/me", "userinfo"],
  ["/oidc/", "authorization"],
  ["/api/experience", "experience"],
] as const;

/** @returns a name of `endpoints`, that of an endpoint for sign-in, or `other`. */
export function endpointOf(method: string, url: string): string {
  const { pathname, search } = new URL(url);
  const target = `${method.toLowerCase()} ${pathname}${search}`;
  const known = managed.find(({ pattern }) => pattern.test(target))?.name;
  return known ?? others.find(([start]) => pathname.startsWith(start))?.[1] ?? "other";
}
