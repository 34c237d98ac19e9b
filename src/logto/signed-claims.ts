/** What Logto signs for the web application: ID tokens (OpenID Connect Core 1.0) and logout tokens (Back-Channel Logout 1.0). */
import { type JWTVerifyOptions, jwtVerify } from "jose";
import * as z from "zod";
import type { Platform } from "../platform.ts";
import { Refusal } from "../problem.ts";
import { type UserId, userIdSchema } from "../user-id.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** How far the tenant's clock may be from this one. */
const skewSeconds = 60;
const algorithms = ["ES384", "ES256", "RS256"];
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";

/** A signed token that is not accepted. It does not say what is wrong with it. */
export class NotAccepted extends Error {}

/** What an ID token says. Times are epoch milliseconds. */
export type SignedIn = {
  userId: UserId;
  /** Logto's session; null for an application that does not ask for it. */
  sid: string | null;
  /** When the person last proved who they are. Only a request with `max_age` makes Logto say it. */
  authTime: number | null;
  nonce: string | undefined;
};

/** What a logout token names: a session, a person, or both. */
export type SignedOut = {
  sid: string | undefined;
  userId: UserId | undefined;
  jti: string;
  expiresAt: number;
};

const idClaims = z.object({
  sub: userIdSchema,
  sid: z.string().min(1).max(256).optional(),
  auth_time: z.number().optional(),
  nonce: z.string().optional(),
  iat: z.number(),
  exp: z.number(),
});

const logoutClaims = z
  .object({
    sub: userIdSchema.optional(),
    sid: z.string().min(1).max(256).optional(),
    events: z.looseObject({ [logoutEvent]: z.looseObject({}) }),
    jti: z.string().min(1).max(256),
    iat: z.number(),
    exp: z.number(),
    nonce: z.never().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

export type SignedClaimsOptions = {
  issuer: string;
  appId: string;
  keys: SigningKeys;
  platform: Pick<Platform, "now">;
};

/**
 * Verifies tokens that Logto signed for one application.
 * @throws {NotAccepted} (each function); {UpstreamFailure} `upstream_unavailable` while no key is known.
 */
export function createSignedClaims({ issuer, appId, keys, platform }: SignedClaimsOptions) {
  const verify = async <Claims extends { iat: number }>(
    token: string,
    schema: z.ZodType<Claims>,
    options: JWTVerifyOptions,
  ): Promise<Claims> => {
    const now = platform.now();
    const { payload } = await jwtVerify(token, ({ kid, alg }) => keys.find({ kid, alg }), {
      issuer,
      audience: appId,
      algorithms,
      currentDate: new Date(now),
      clockTolerance: skewSeconds,
      requiredClaims: ["exp", "iat"],
      ...options,
    }).catch(notAccepted);
    const parsed = schema.safeParse(payload);
    // An audience beside this application would need `azp`, and Logto names no other.
    const isOurs = payload.aud === appId || (Array.isArray(payload.aud) && payload.aud.length === 1);
    if (!parsed.success || !isOurs || parsed.data.iat > now / 1000 + skewSeconds) throw new NotAccepted();
    return parsed.data;
  };

  return {
    async idToken(token: string): Promise<SignedIn> {
      const { sub, sid = null, auth_time, nonce } = await verify(token, idClaims, {});
      return { userId: sub, sid, authTime: auth_time === undefined ? null : auth_time * 1000, nonce };
    },

    async logoutToken(token: string): Promise<SignedOut> {
      const { sub, sid, jti, exp } = await verify(token, logoutClaims, { typ: "logout+jwt" });
      return { userId: sub, sid, jti, expiresAt: (exp + skewSeconds) * 1000 };
    },
  };
}

/** The keys of the tenant may be out of reach, which is no fault of the token. */
function notAccepted(cause: unknown): never {
  if (cause instanceof Refusal && cause.code !== "invalid_token") throw cause;
  throw new NotAccepted("", { cause });
}
