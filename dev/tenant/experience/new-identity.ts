import * as z from "zod/v3";
import { formats } from "../api/user-schema.ts";
import { checkPassword } from "../check-password.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import { addRecord } from "./interactions.ts";
import { type Experience, step } from "./step.ts";

const identityBody = z.object({
  identifier: z.object({ type: z.literal("username"), value: formats.username }),
  password: z.string(),
});

/** `POST …/verification/new-password-identity`: a username and a password for a new user. */
export function newPasswordIdentityStep(experience: Experience): Handler {
  const { tenant } = experience;
  const name = "Verification.NewPasswordIdentity.Submit";
  return step(
    experience,
    name,
    (c) => readBody(c, identityBody),
    ({ c, interaction, logged }, { identifier, password }) => {
      logged.payload = { identifier, password: "******" };
      const { value: username } = identifier;
      tenant.state.users.assertFree({ username });
      const issues = checkPassword(tenant, password, { username });
      if (issues.length > 0) throw new LogtoError(422, "password.rejected", issues);
      const record = { type: "NewPasswordIdentity", identifier, password, verified: true } as const;
      return answer(c, { verificationId: addRecord(interaction, record).id });
    },
  );
}
