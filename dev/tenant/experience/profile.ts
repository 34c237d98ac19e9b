import * as z from "zod/v3";
import { formats } from "../api/user-schema.ts";
import { checkPassword, personalDataOf } from "../check-password.ts";
import { noContent } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import { verifyPassword } from "../password-hash.ts";
import { recordOf } from "./interactions.ts";
import { type Experience, type Step, step } from "./step.ts";

const profileBody = z.discriminatedUnion("type", [
  z.object({ type: z.literal("username"), value: formats.username }),
  z.object({ type: z.literal("password"), value: z.string() }),
  z.object({ type: z.enum(["email"]), verificationId: z.string() }),
  z.object({ type: z.enum(["phone"]), verificationId: z.string() }),
  z.object({ type: z.literal("extraProfile"), values: z.object({}).passthrough() }),
]);
const passwordBody = z.object({ password: z.string() });

/** `POST …/profile`: what a new user is to have, or what a user who signs in lacks. */
export function addProfileStep(experience: Experience): Handler {
  const { tenant } = experience;
  return step(
    experience,
    "Profile.Update",
    (c) => readBody(c, profileBody),
    ({ c, interaction }, body) => {
      const { profile } = interaction;
      if (body.type === "username") {
        tenant.state.users.assertFree({ username: body.value });
        profile.username = body.value;
      } else if (body.type === "password") {
        const issues = checkPassword(tenant, body.value, personalDataOf(profile));
        if (issues.length > 0) throw new LogtoError(422, "password.rejected", issues);
        profile.password = body.value;
      } else if (body.type === "extraProfile") {
        profile.extra = body.values;
      } else {
        const { identifier, verified } = recordOf(interaction, body.verificationId);
        if (!verified || identifier === undefined) throw new LogtoError(400, "session.verification_failed");
        profile[body.type === "email" ? "primaryEmail" : "primaryPhone"] = identifier.value;
      }
      return noContent(c);
    },
  );
}

/** `PUT …/profile/password`: the new password of a user who forgot theirs. */
export function resetPasswordStep(experience: Experience): Handler {
  return step(
    experience,
    "Profile.Update",
    (c) => readBody(c, passwordBody),
    async (current, { password }) => {
      await assertNewPassword(experience, current, password);
      current.interaction.profile.password = password;
      return noContent(current.c);
    },
  );
}

async function assertNewPassword(
  { tenant }: Experience,
  { interaction: { userId } }: Step,
  password: string,
): Promise<void> {
  if (userId === undefined) throw new LogtoError(404, "session.identifier_not_found");
  const user = tenant.state.users.get(userId);
  const issues = checkPassword(tenant, password, personalDataOf(user));
  if (issues.length > 0) throw new LogtoError(422, "password.rejected", issues);
  if (await verifyPassword(password, user.passwordDigest, tenant.passwordCost)) {
    throw new LogtoError(422, "user.same_password");
  }
}
