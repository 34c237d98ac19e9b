/** The tokens that are issued here: what they say, and how they are signed. */
import { decodeJwt, SignJWT } from "jose";
import * as z from "zod";
import type { MedusaSignIn } from "../../db/medusa-sign-ins.ts";
import type { JsonValue } from "../json.ts";
import type { LogtoUser } from "../logto/users.ts";
import { type MedusaActor, medusaActors } from "../medusa-settings.ts";
import { randomText } from "../session/cookies.ts";
import { medusaIssuer } from "./issuer.ts";
import type { MedusaServices } from "./services.ts";

const lifeSeconds = 3_600;
const scope = "profile:read profile:write";

/** What Medusa's own tokens say, and `sid`, the sign-in. */
const claimsSchema = z.object({
  sub: z.string(),
  /** The empty text while the person is no such actor: pages compare it. */
  actor_id: z.string(),
  actor_type: z.enum(medusaActors),
  auth_identity_id: z.string(),
  auth_provider: z.string(),
  app_metadata: z.record(z.string(), z.string()),
  user_metadata: z.record(z.string(), z.string()),
  sid: z.string(),
});
export type MedusaClaims = z.output<typeof claimsSchema>;

/** @returns the claims of a token that is verified already; undefined for one that was not issued here. */
export const claimsOf = (token: string): MedusaClaims | undefined =>
  claimsSchema.safeParse(decodeJwt(token)).data;

/**
 * Whom the shop knows this person as.
 * @returns the empty text for somebody without the role that the actor takes.
 */
export async function actorIdOf(
  services: Pick<MedusaServices, "medusa" | "logto">,
  user: LogtoUser,
  actor: MedusaActor,
): Promise<string> {
  const settings = services.medusa.actors[actor];
  if (!settings) return "";
  if (settings.role !== undefined && !(await services.logto.accounts.roles(user.id)).has(settings.role))
    return "";
  return idOf(services, user);
}

/** The id under which the shop knows a person. */
export function idOf({ medusa }: Pick<MedusaServices, "medusa">, user: LogtoUser): string {
  const id = medusa.idKey === undefined ? undefined : user.customData[medusa.idKey];
  return typeof id === "string" && id !== "" ? id : user.id;
}

/** What a token of this sign-in says now. @throws {Refusal} `user_suspended`, `invalid_token`. */
export async function claimsFor(
  services: MedusaServices,
  signIn: MedusaSignIn,
  actor: MedusaActor,
): Promise<MedusaClaims> {
  const user = await services.logto.snapshots.get(signIn.userId);
  const actorId = signIn.isNewcomer ? "" : await actorIdOf(services, user, actor);
  return {
    sub: user.id,
    actor_id: actorId,
    actor_type: actor,
    auth_identity_id: user.id,
    auth_provider: signIn.provider,
    app_metadata: actorId === "" ? {} : { [`${actor}_id`]: actorId },
    user_metadata: texts({
      email: user.primaryEmail,
      name: user.name,
      given_name: user.profile.givenName,
      family_name: user.profile.familyName,
      picture: user.avatar,
    }),
    sid: signIn.sid,
  };
}

const texts = (values: Record<string, JsonValue | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );

/** Signs a token. One without an actor has no scope: it opens nothing but the creation of the actor, and a refresh. */
export async function issueToken(services: MedusaServices, claims: MedusaClaims): Promise<string> {
  const { config, platform, tokenKeys, web } = services;
  const { kid, key } = await tokenKeys.signer();
  const iat = Math.floor(platform.now() / 1000);
  return new SignJWT({
    ...claims,
    ...(claims.actor_id === "" ? {} : { scope }),
    client_id: web.appId,
    jti: randomText(12),
  })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid })
    .setIssuer(medusaIssuer({ config }))
    .setAudience(config.apiResource)
    .setIssuedAt(iat)
    .setExpirationTime(iat + lifeSeconds)
    .sign(key);
}
