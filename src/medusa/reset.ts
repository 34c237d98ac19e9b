/** Forgotten passwords: a token goes to the shop's own mailer, and opens one change of the password. */
import { jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import type { Caller } from "../caller.ts";
import type { JsonObject } from "../json.ts";
import { changePassword } from "../me/password/change-password.ts";
import { checkPassword } from "../me/password/check-password.ts";
import { type MedusaActor, medusaActors } from "../medusa-settings.ts";
import { Refusal } from "../problem.ts";
import { randomText } from "../session/cookies.ts";
import { userIdSchema } from "../user-id.ts";
import { chargeOrRefuse } from "../verification/charge.ts";
import { codeSendCharges } from "../verification/limits.ts";
import { recipientHash } from "../verification/recipient.ts";
import { issueRecord } from "../verification/step-up.ts";
import { medusaIssuer } from "./issuer.ts";
import { invalidToken, notAllowed } from "./refusal.ts";
import { resetByCode, sendResetCode } from "./reset-by-code.ts";
import type { MedusaServices } from "./services.ts";
import { findAddressee } from "./sign-in.ts";
import { callerOf, type RequestFacts } from "./sign-ins.ts";

const lifeSeconds = 15 * 60;
/** No bearer check takes a token of this type. */
const typ = "medusa-reset+jwt";

const resetClaims = z.object({
  sub: userIdSchema,
  jti: z.string(),
  exp: z.number(),
  actor_type: z.enum(medusaActors),
  entity_id: z.string(),
  /** The state of the person's credentials when the token was made; every change of them ends it. */
  epoch: z.number(),
});
type ResetClaims = z.output<typeof resetClaims>;

type Wish = {
  actor: MedusaActor;
  email: string;
  /** Languages that the page or the browser asks for, the best first. */
  locales: readonly string[];
  metadata?: JsonObject;
};

/**
 * Sends a token to whoever has an address. Everything happens after the answer, which is the same for an address that
 * nobody has, and for one that has had too many already.
 */
export function requestReset(services: MedusaServices, facts: RequestFacts, wish: Wish): void {
  services.platform.defer(send(services, facts, wish));
}

async function send(services: MedusaServices, facts: RequestFacts, wish: Wish) {
  const { db, vault, deliverToken } = services;
  const { actor, email, locales, metadata = {} } = wish;
  const addressee = await findAddressee(services, email);
  const { address, user, userId } = addressee;
  const hash = await recipientHash(services, { type: "email", value: address });
  const charged = { ...facts, userId, personHash: await vault.keyedHash("user", userId) };
  await chargeOrRefuse(services, charged, codeSendCharges(hash), "too_many_requests");
  if (!deliverToken) return sendResetCode(services, facts, addressee);
  if (!user || user.isSuspended) return;
  const { epoch } = await db.credentialEpochs.ground(userId);
  const token = await sign(services, { sub: userId, actor_type: actor, entity_id: address, epoch });
  await deliverToken({ actor, address, token, metadata, locales: [user.profile.locale, ...locales] });
}

async function sign(services: MedusaServices, claims: Omit<ResetClaims, "jti" | "exp">): Promise<string> {
  const { kid, key } = await services.tokenKeys.signer();
  const now = Math.floor(services.platform.now() / 1000);
  return new SignJWT({ ...claims, jti: randomText(16) })
    .setProtectedHeader({ alg: "ES256", typ, kid })
    .setIssuer(medusaIssuer(services))
    .setExpirationTime(now + lifeSeconds)
    .sign(key);
}

type Reset = { actor: MedusaActor; token: string; password: string; email?: string | undefined };

/**
 * Sets a new password with a token; where Logto mails codes, with the code and the address beside it. The token is used up by that, and not by a password that the policy refuses.
 * @returns whose it is now, and their address for a sign-in.
 * @throws {Refusal} `unauthenticated` for a token that is not good, whatever is wrong with it; `password_rejected`;
 * `bad_request` for a code without an address; what `resetByCode` and `changePassword` throw.
 */
export async function resetPassword(
  services: MedusaServices,
  facts: RequestFacts,
  { actor, token, password, email }: Reset,
): Promise<{ userId: string; email: string }> {
  const { db, deliverToken } = services;
  if (!deliverToken) {
    if (email === undefined) throw notAllowed("Name the e-mail address beside the code");
    return resetByCode(services, facts, { email, token, password });
  }
  const { sub, jti, exp, actor_type, entity_id, epoch } = await openToken(services, token);
  const ground = await db.credentialEpochs.ground(sub);
  if (actor_type !== actor || ground.epoch !== epoch) throw invalidToken();
  const caller = await callerOf(services, { sid: `reset ${jti}`, userId: sub }, facts);
  const { ok, issues } = await checkPassword(services, caller, password);
  if (!ok) throw new Refusal("password_rejected", { issues });
  if (!(await db.usedOnce.use(`medusa-reset ${jti}`, exp * 1000))) throw invalidToken();
  await change(services, caller, ground, password);
  return { userId: sub, email: entity_id };
}

/** The token is the person's proof. */
async function change(
  services: MedusaServices,
  caller: Caller,
  ground: { userId: string; epoch: number },
  password: string,
): Promise<void> {
  const record = await issueRecord(services, caller, "email", ground);
  if (!record) throw invalidToken();
  await changePassword(services, caller, { password, verificationId: record.verificationId });
}

async function openToken(services: MedusaServices, token: string): Promise<ResetClaims> {
  const { tokenKeys, platform } = services;
  const verified = await jwtVerify(token, ({ kid, alg }) => tokenKeys.find({ kid, alg }), {
    ...{ issuer: medusaIssuer(services), typ, algorithms: ["ES256"] },
    currentDate: new Date(platform.now()),
  }).catch(() => undefined);
  const { data } = resetClaims.safeParse(verified?.payload);
  if (!data) throw invalidToken();
  return data;
}
