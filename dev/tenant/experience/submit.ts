import { answer, noContent } from "../http/answer.ts";
import { nodeBindings } from "../http/bindings.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import { hashPassword } from "../password-hash.ts";
import { signInContextOf } from "../sign-in-context.ts";
import type { User } from "../store/users.ts";
import { sendInteractionHook } from "./hooks.ts";
import { missingIdentifiers } from "./register-user.ts";
import { assertSecondFactor, storeSecondFactor } from "./second-factor.ts";
import { type Experience, noBody, type Step, step } from "./step.ts";

/**
 * `POST /api/experience/submit`: the user is signed in, and the browser goes on to `redirectTo`; or the new
 * password is stored, and nobody is signed in.
 */
export function submitStep(experience: Experience): Handler {
  const { state } = experience.tenant;
  return step(experience, "Submit", noBody, async (current) => {
    const { userId, interactionEvent } = current.interaction;
    if (userId === undefined) throw new LogtoError(404, "session.identifier_not_found");
    const user = state.users.get(userId);
    const finish = interactionEvent === "ForgotPassword" ? resetPassword : signIn;
    const response = await finish(experience, current, user);
    experience.interactions.finish(current.uid);
    return response;
  });
}

async function resetPassword({ tenant }: Experience, current: Step, user: User): Promise<Response> {
  const { password } = current.interaction.profile;
  if (password === undefined) throw new LogtoError(422, "user.new_password_required_in_profile");
  user.passwordDigest = await hashPassword(password, tenant.passwordCost);
  sendInteractionHook("PostResetPassword", tenant, current, user);
  return noContent(current.c);
}

async function signIn({ tenant }: Experience, current: Step, user: User): Promise<Response> {
  const { state, oidc, now } = tenant;
  const { c, clientId, interaction } = current;
  const { interactionEvent, verificationRecords, profile } = interaction;
  if (profile.username !== undefined) user.username ??= profile.username;
  const missing = missingIdentifiers(user, state.signInExperience);
  if (missing.length > 0) throw new LogtoError(422, "user.missing_profile", { missingProfile: missing });
  assertSecondFactor(interaction, user, state.signInExperience);
  storeSecondFactor(interaction, user);
  user.lastSignInAt = now();
  const event = interactionEvent === "Register" ? "PostRegister" : "PostSignIn";
  sendInteractionHook(event, tenant, current, user);
  user.applicationId ??= clientId;
  const { incoming, outgoing } = nodeBindings(c);
  const signInContext = signInContextOf(incoming);
  const { id: userId } = user;
  state.oidc.submitted({ interactionEvent, userId, verificationRecords, signInContext, clientId });
  const login = { login: { accountId: userId } };
  return answer(c, { redirectTo: await oidc.provider.interactionResult(incoming, outgoing, login) });
}
