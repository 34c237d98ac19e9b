/** The client-credentials request for the Management API (RFC 6749, section 4.4), and how its answer is read. */
import { decodeJwt } from "jose";
import * as oauth from "openid-client";
import * as z from "zod";
import type { LogtoConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { boundedFetch, TransportFault } from "./bounded-fetch.ts";
import { oidcUrl } from "./oidc-url.ts";
import { retryAfterMs } from "./retry-after.ts";
import { type LogtoTuning, productionTuning } from "./tuning.ts";

/** The tenant with the credential, the network, and the time limits. */
export type TokenRequestOptions = {
  logto: LogtoConfig;
  platform: Pick<Platform, "fetch" | "now">;
  tuning?: LogtoTuning;
};

/** `from` is the time of the request, in epoch milliseconds. */
export type IssuedToken = { value: string; from: number; lifeMs: number };

/** Why the token endpoint issues no token. `retryAfterMs` comes from the answer's `Retry-After`. */
export class TokenRefusal extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(retryAfterMs?: number) {
    super();
    this.name = new.target.name;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Logto refuses this credential, or it does not open the Management API. A repeat would be answered the same. */
export class BadCredential extends TokenRefusal {}

/** It gets a token, but none for the Management API: the application has no role with the scope `all`. */
export class LacksScope extends BadCredential {}

/** The token endpoint answers 429 or a server error. */
export class TokenEndpointUnavailable extends TokenRefusal {}

const withExpiresIn = z.looseObject({ expires_in: z.unknown() });
const seconds = z.union([z.number(), z.string().transform(Number)]).pipe(z.number().positive());
const lifespan = z.object({ iat: z.number(), exp: z.number() });

function lifeInside(token: string): number | undefined {
  try {
    const claims = lifespan.safeParse(decodeJwt(token));
    const life = claims.success ? claims.data.exp - claims.data.iat : 0;
    return life > 0 ? life : undefined;
  } catch {
    return undefined;
  }
}

/** `expires_in` if it is usable, else the token's own `exp`, else a minute; never longer than `exp` or a day. */
function lifeOf(token: string, expiresIn: unknown, { defaultLifeMs, longestLifeMs }: LogtoTuning["token"]) {
  const given = seconds.safeParse(expiresIn);
  const inside = lifeInside(token);
  const life = given.success ? given.data : (inside ?? defaultLifeMs / 1000);
  return Math.min(life * 1000, (inside ?? Number.POSITIVE_INFINITY) * 1000, longestLifeMs);
}

/** Renames `expires_in`, because openid-client refuses some values that `lifeOf` can handle. */
async function renameExpiresIn(response: Response): Promise<Response> {
  const text = await response.text();
  const { status, headers } = response;
  try {
    const { expires_in, ...rest } = withExpiresIn.parse(JSON.parse(text));
    return new Response(JSON.stringify({ ...rest, renamed_expires_in: expires_in }), { status, headers });
  } catch {
    return new Response(text, { status, headers });
  }
}

/** openid-client puts what the fetch throws into the cause of a ClientError. */
function reasonOf(error: unknown): unknown {
  const isErrorAnswer =
    error instanceof oauth.WWWAuthenticateChallengeError || error instanceof oauth.ResponseBodyError;
  if (isErrorAnswer && [400, 401, 403].includes(error.status))
    return new BadCredential(retryAfterMs(error.response.headers));
  const cause = error instanceof oauth.ClientError ? error.cause : undefined;
  return cause instanceof TransportFault || cause instanceof TokenEndpointUnavailable ? cause : error;
}

/** The tenant's token endpoint with the application's credential. It needs no discovery. */
export function tokenEndpoint({ logto, platform, tuning = productionTuning }: TokenRequestOptions) {
  const fetch = boundedFetch(platform.fetch, tuning.tokenBytes);
  const url = oidcUrl(logto, "token");
  const configuration = new oauth.Configuration(
    { issuer: logto.issuer, token_endpoint: url },
    logto.m2m.appId,
    undefined,
    oauth.ClientSecretBasic(logto.m2m.appSecret.reveal()),
  );
  configuration.timeout = tuning.tokenMs / 1000;
  configuration[oauth.customFetch] = async (url, { body, headers, method, signal }) => {
    const form = body instanceof URLSearchParams ? body : null;
    const response = await fetch(url, { body: form, headers, method, signal: signal ?? null });
    const { status } = response;
    if (status === 429 || status >= 500) throw new TokenEndpointUnavailable(retryAfterMs(response.headers));
    return renameExpiresIn(response);
  };
  // `config.ts` decides for which hosts plain http is allowed.
  if (url.startsWith("http:")) oauth.allowInsecureRequests(configuration);
  return configuration;
}

/**
 * Prepares the request.
 * @returns a function that makes one request.
 * @throws {BadCredential} (the returned function) if Logto refuses the credential, or the token lacks the scope `all`:
 * Logto answers 200 without the scope if the application has no role.
 * @throws {TokenEndpointUnavailable} (the returned function) for 429 and server errors; {TransportFault} for no answer.
 */
export function createTokenRequest(dependencies: TokenRequestOptions) {
  const { logto, platform, tuning = productionTuning } = dependencies;
  const configuration = tokenEndpoint(dependencies);

  return async (): Promise<IssuedToken> => {
    const from = platform.now();
    try {
      const answer = await oauth.clientCredentialsGrant(configuration, {
        resource: logto.managementApi,
        scope: "all",
      });
      if (!answer.scope?.split(" ").includes("all")) throw new LacksScope();
      const value = answer.access_token;
      return { value, from, lifeMs: lifeOf(value, answer.renamed_expires_in, tuning.token) };
    } catch (error) {
      throw reasonOf(error);
    }
  };
}
