import type { Context } from "hono";
import * as z from "zod/v3";
import { noContent } from "../http/answer.ts";
import { rawBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import type { SignInExperience } from "../store/sign-in-experience.ts";
import { findByIdentifier } from "./find-user.ts";
import { type Identifier, recordOf } from "./interactions.ts";
import { type Experience, step } from "./step.ts";

const identificationBody = z.object({ verificationId: z.string() });

/** `POST /api/experience/identification`: a verified record says who signs in. */
export function identifyStep(experience: Experience): Handler {
  const { users, signInExperience } = experience.tenant.state;
  return step(experience, "Identifier.Submit", readVerificationId, ({ c, interaction, logged }, body) => {
    logged.payload = body;
    const record = recordOf(interaction, body.verificationId);
    logged.verification = record;
    const { identifier } = record;
    if (!record.verified || identifier === undefined)
      throw new LogtoError(400, "session.verification_failed");
    if (signInExperience.signInMode === "Register") throw new LogtoError(403, "auth.forbidden");
    assertMethod(record.type, identifier, signInExperience);
    const user = findByIdentifier(users, identifier);
    if (user === undefined) {
      throw new LogtoError(404, "user.user_not_exist", { identifier: identifier.value });
    }
    if (user.isSuspended) throw new LogtoError(401, "user.suspended");
    if (interaction.userId !== undefined && interaction.userId !== user.id) {
      throw new LogtoError(409, "session.identity_conflict");
    }
    interaction.userId = user.id;
    return noContent(c);
  });
}

async function readVerificationId(c: Context) {
  const body = identificationBody.safeParse(await rawBody(c));
  if (!body.success) throw new LogtoError(400, "guard.invalid_input");
  return body.data;
}

/** @throws {LogtoError} 422 `user.sign_in_method_not_enabled`. */
function assertMethod(type: string, identifier: Identifier, { signIn }: SignInExperience): void {
  const method = signIn.methods.find((one) => one.identifier === identifier.type);
  const enabled = type === "Password" ? method?.password : method?.verificationCode;
  if (!enabled) throw new LogtoError(422, "user.sign_in_method_not_enabled");
}
