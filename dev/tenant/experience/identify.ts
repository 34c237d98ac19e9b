import type { Context } from "hono";
import * as z from "zod/v3";
import { noContent, plainText } from "../http/answer.ts";
import { rawBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import type { SignInExperience } from "../store/sign-in-experience.ts";
import type { User } from "../store/users.ts";
import { findByIdentifier } from "./find-user.ts";
import { type Identifier, type Interaction, recordOf, type VerificationRecord } from "./interactions.ts";
import { registerUser } from "./register-user.ts";
import { ownerOfIdentity, profileOfIdentity } from "./social.ts";
import { type Experience, type Step, step } from "./step.ts";

const identificationBody = z.object({
  verificationId: z.string().optional(),
  linkSocialIdentity: z.boolean().optional(),
});

/** `POST /api/experience/identification`: a verified record says who signs in, or who registers. */
export function identifyStep(experience: Experience): Handler {
  return step(
    experience,
    "Identifier.Submit",
    readVerificationId,
    (current, { verificationId, linkSocialIdentity = false }) => {
      const { interaction, logged } = current;
      logged.payload = { verificationId };
      if (interaction.interactionEvent === "Register") return register(experience, current, verificationId);
      if (verificationId === undefined) throw new LogtoError(400, "guard.invalid_input");
      const record = recordOf(interaction, verificationId);
      logged.verification = record;
      const user =
        record.type === "Social"
          ? ownerOfIdentity(experience.tenant.state.users, record, linkSocialIdentity)
          : ownerOf(experience, interaction, record);
      if (user.isSuspended) throw new LogtoError(401, "user.suspended");
      if (interaction.userId !== undefined && interaction.userId !== user.id) {
        throw new LogtoError(409, "session.identity_conflict");
      }
      interaction.userId = user.id;
      return noContent(current.c);
    },
  );
}

async function readVerificationId(c: Context) {
  const body = identificationBody.safeParse(await rawBody(c));
  if (!body.success) throw new LogtoError(400, "guard.invalid_input");
  return body.data;
}

/** The user whom a record belongs to. */
function ownerOf({ tenant }: Experience, interaction: Interaction, record: VerificationRecord): User {
  const { users, signInExperience } = tenant.state;
  const { type, identifier, verified } = record;
  if (!verified || identifier === undefined) throw new LogtoError(400, "session.verification_failed");
  if (interaction.interactionEvent === "ForgotPassword") assertResets(type, signInExperience);
  else assertSignsIn(type, identifier, signInExperience);
  const user = findByIdentifier(users, identifier);
  if (user === undefined) throw new LogtoError(404, "user.user_not_exist", { identifier: identifier.value });
  return user;
}

/** @throws {LogtoError} 403 `auth.forbidden`, 422 `user.sign_in_method_not_enabled`. */
function assertSignsIn(type: string, identifier: Identifier, experience: SignInExperience): void {
  if (experience.signInMode === "Register") throw new LogtoError(403, "auth.forbidden");
  const method = experience.signIn.methods.find((one) => one.identifier === identifier.type);
  const byCode = type.endsWith("VerificationCode") && method?.verificationCode;
  const byPassword = type === "Password" && method?.password;
  if (!byCode && !byPassword) throw new LogtoError(422, "user.sign_in_method_not_enabled");
}

/** @throws {LogtoError} 422 `session.not_supported_for_forgot_password`. `null` allows every code. */
function assertResets(type: string, { forgotPasswordMethods }: SignInExperience): void {
  const allowed = forgotPasswordMethods ?? ["EmailVerificationCode", "PhoneVerificationCode"];
  if (!allowed.includes(type)) throw new LogtoError(422, "session.not_supported_for_forgot_password");
}

/** The user exists from here on, whether the interaction is submitted or not. */
async function register(
  { tenant }: Experience,
  { c, interaction, clientId, logged }: Step,
  verificationId: string | undefined,
): Promise<Response> {
  if (tenant.state.signInExperience.signInMode === "SignIn") throw new LogtoError(403, "auth.forbidden");
  if (verificationId !== undefined) {
    const record = recordOf(interaction, verificationId);
    logged.verification = record;
    if (record.type === "Social")
      Object.assign(interaction.profile, profileOfIdentity(tenant.state.users, record));
    else addToProfile(interaction, record);
  }
  interaction.userId = (await registerUser(tenant, interaction.profile, clientId)).id;
  return plainText(c, "Created", 201);
}

function addToProfile(
  { profile }: Interaction,
  { type, identifier, verified, password }: VerificationRecord,
): void {
  if (!verified || identifier === undefined || type === "Password") {
    throw new LogtoError(400, "session.verification_failed");
  }
  if (password !== undefined) Object.assign(profile, { username: identifier.value, password });
  else profile[identifier.type === "email" ? "primaryEmail" : "primaryPhone"] = identifier.value;
}
