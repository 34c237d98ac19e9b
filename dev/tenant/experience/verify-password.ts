import * as z from "zod/v3";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import { verifyPassword } from "../password-hash.ts";
import { sentinelPolicyOf } from "../store/sign-in-experience.ts";
import { findByIdentifier } from "./find-user.ts";
import { sendLockout } from "./hooks.ts";
import { addRecord } from "./interactions.ts";
import { blocked } from "./sentinel.ts";
import { type Experience, step } from "./step.ts";

const passwordBody = z.object({
  identifier: z.object({ type: z.enum(["username", "email", "phone"]), value: z.string() }),
  password: z.string().min(1),
});

/** `POST /api/experience/verification/password`. An unknown user is answered like a wrong password. */
export function verifyPasswordStep(experience: Experience): Handler {
  const { tenant, sentinel } = experience;
  const { state, now, passwordCost } = tenant;
  const name = "Verification.Password.Submit";
  return step(
    experience,
    name,
    (c) => readBody(c, passwordBody),
    async (current, { identifier, password }) => {
      current.logged.payload = { password: "******", identifier };
      sentinel.assertOpen(identifier, now());
      const user = findByIdentifier(state.users, identifier);
      const right = await verifyPassword(password, user?.passwordDigest ?? null, passwordCost);
      if (!right || user === undefined) {
        const locked = sentinel.fail(identifier, now(), sentinelPolicyOf(state.signInExperience));
        if (locked) sendLockout(tenant, current, identifier);
        throw locked ? blocked() : new LogtoError(422, "session.invalid_credentials");
      }
      if (user.isSuspended) throw new LogtoError(401, "user.suspended");
      const { id } = addRecord(current.interaction, { type: "Password", identifier, verified: true });
      return answer(current.c, { verificationId: id });
    },
  );
}
