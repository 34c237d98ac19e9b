/** The bearer token of a request (RFC 6750). It is read from the Authorization header only. */
import type { MiddlewareHandler } from "hono";
import type { Caller, Scope } from "../caller.ts";
import { Refusal } from "../problem.ts";
import type { AccessTokenVerifier } from "./access-token.ts";
import type { Env } from "./env.ts";

/**
 * Requires an access token and sets `caller`. If earlier middleware has set it (a cookie session), the request passes.
 * @throws {Refusal} `unauthenticated` without a bearer token; `bad_request` for two Authorization headers; what
 * {@link AccessTokenVerifier} throws.
 */
export const bearer =
  (verifier: AccessTokenVerifier): MiddlewareHandler<Env> =>
  async (c, next) => {
    if (c.get("caller") === undefined) {
      const token = bearerToken(c.req.raw.headers.get("authorization"));
      const { userId, personHash, clientId, scopes } = await verifier.verify(token);
      const caller: Caller = {
        userId,
        personHash,
        client: clientId,
        boundTo: `client:${clientId}`,
        scopes,
        via: "bearer",
        address: c.get("clientAddress"),
        requestId: c.get("requestId"),
      };
      c.set("caller", caller);
    }
    await next();
  };

/** `Headers` joins repeated headers with a comma. No token and no scheme contains one. */
function bearerToken(authorization: string | null): string {
  if (authorization === null) throw new Refusal("unauthenticated", { reason: "missing" });
  if (authorization.includes(",")) throw new Refusal("bad_request");
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token === undefined) {
    const reason = /^Bearer\b/i.test(authorization) ? "malformed" : "wrong_scheme";
    throw new Refusal("unauthenticated", { reason });
  }
  return token;
}

/**
 * Requires that the caller's token or session carries a scope.
 * @param caller undefined where no middleware has set one.
 * @throws {Refusal} `unauthenticated` without a caller, `insufficient_scope` naming the scope.
 */
export function requireScope(caller: Caller | undefined, scope: Scope): void {
  if (caller === undefined) throw new Refusal("unauthenticated", { reason: "missing" });
  if (caller.scopes.has(scope)) return;
  const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
  throw new Refusal("insufficient_scope", { headers: { "WWW-Authenticate": challenge } });
}
