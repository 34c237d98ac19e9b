import type { MiddlewareHandler } from "hono";
import { errors, type JWTPayload, jwtVerify } from "jose";
import type { SigningKeys } from "../oidc/signing-keys.ts";
import type { IssuedTokens } from "../store/issued-tokens.ts";
import { LogtoError } from "./logto-error.ts";
import type { ApiEnv } from "./route-table.ts";

/** What a Management API token is checked against. */
export type BearerOptions = {
  keys: SigningKeys;
  issuer: string;
  managementApi: string;
  tokens: IssuedTokens;
};

/** Protects the Management API: requires a token for its audience with scope `all`. */
export function bearerGuard(options: BearerOptions): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const claims = await verify(readToken(c.req.header("authorization")), options);
    if (claims.sub === undefined) throw new LogtoError(401, "auth.jwt_sub_missing");
    const scopes = typeof claims.scope === "string" ? claims.scope.split(" ") : [];
    if (!scopes.includes("all")) throw new LogtoError(403, "auth.forbidden");
    c.set("callerId", claims.sub);
    await next();
  };
}

function readToken(header: string | undefined): string {
  if (header === undefined) throw new LogtoError(401, "auth.authorization_header_missing");
  if (!header.startsWith("Bearer ")) {
    throw new LogtoError(401, "auth.authorization_token_type_not_supported", { supportedTypes: ["Bearer"] });
  }
  return header.slice("Bearer ".length);
}

async function verify(token: string, options: BearerOptions): Promise<JWTPayload> {
  const { keys, issuer, managementApi: audience, tokens } = options;
  const payload = await checkSignature(token, keys, issuer, audience);
  if (tokens.isRevoked(payload.jti)) throw new LogtoError(401, "auth.unauthorized", {});
  return payload;
}

async function checkSignature(token: string, keys: SigningKeys, issuer: string, audience: string) {
  try {
    const { payload } = await jwtVerify(token, keys.verifier(), { issuer, audience });
    return payload;
  } catch (error) {
    // Logto answers with the verifier's error, claims included. Clients must not pass it on.
    throw new LogtoError(401, "auth.unauthorized", error instanceof errors.JOSEError ? { ...error } : {});
  }
}
