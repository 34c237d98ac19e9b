import { answer } from "../http/answer.ts";
import { nodeBindings } from "../http/bindings.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler } from "../http/route-table.ts";
import { signInContextOf } from "../sign-in-context.ts";
import { sendPostSignIn } from "./hooks.ts";
import { assertSecondFactor, storeSecondFactor } from "./second-factor.ts";
import { type Experience, noBody, step } from "./step.ts";

/** `POST /api/experience/submit`: the user is signed in, and the browser goes on to `redirectTo`. */
export function submitStep(experience: Experience): Handler {
  const { tenant, interactions } = experience;
  const { state, oidc, now } = tenant;
  return step(experience, "Submit", noBody, async (current) => {
    const { c, uid, clientId, interaction } = current;
    const { userId, interactionEvent, verificationRecords } = interaction;
    if (userId === undefined) throw new LogtoError(404, "session.identifier_not_found");
    const user = state.users.get(userId);
    assertSecondFactor(interaction, user, state.signInExperience);
    storeSecondFactor(interaction, user);
    user.lastSignInAt = now();
    sendPostSignIn(tenant, current, user);
    user.applicationId ??= clientId;
    const { incoming, outgoing } = nodeBindings(c);
    const signInContext = signInContextOf(incoming);
    state.oidc.submitted({ interactionEvent, userId, verificationRecords, signInContext, clientId });
    const login = { login: { accountId: userId } };
    const redirectTo = await oidc.provider.interactionResult(incoming, outgoing, login);
    interactions.finish(uid);
    return answer(c, { redirectTo });
  });
}
