import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { nodeBindings } from "../http/bindings.ts";
import { readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { RouteTable } from "../http/route-table.ts";
import { signInContextOf } from "../sign-in-context.ts";
import type { TenantContext } from "../tenant-context.ts";
import { addFactorStep, newBackupCodesStep, newTotpStep, skipFactorStep } from "./add-second-factor.ts";
import { identifyStep } from "./identify.ts";
import { Interactions } from "./interactions.ts";
import { newPasswordIdentityStep } from "./new-identity.ts";
import { interactionOf } from "./oidc-interaction.ts";
import { addProfileStep, resetPasswordStep } from "./profile.ts";
import { Sentinel } from "./sentinel.ts";
import { authorizationUriStep, verifySocialStep } from "./social.ts";
import type { Experience } from "./step.ts";
import { submitStep } from "./submit.ts";
import { sendCodeStep, verifyCodeStep } from "./verify-code.ts";
import { verifyPasswordStep } from "./verify-password.ts";
import {
  sendMfaCodeStep,
  verifyBackupCodeStep,
  verifyMfaCodeStep,
  verifyTotpStep,
} from "./verify-second-factor.ts";

const eventBody = z.object({ interactionEvent: z.enum(["SignIn", "Register", "ForgotPassword"]) });
const switchable = ["SignIn", "Register"];
const unlockBody = z.object({ targetType: z.string(), targets: z.string().array() });

/** The Experience API: what Logto's own pages call to sign people in, to register them and to reset passwords. */
export function experienceRoutes(routes: RouteTable, tenant: TenantContext): void {
  const experience: Experience = { tenant, interactions: new Interactions(), sentinel: new Sentinel() };
  const path = "/api/experience";
  routes
    .open("PUT", path, async (c) => {
      const { uid } = await interactionOf(c, tenant);
      const { interactionEvent } = await readBody(c, eventBody);
      experience.interactions.start(uid, interactionEvent);
      return noContent(c);
    })
    .open("PUT", `${path}/interaction-event`, async (c) => {
      const { uid } = await interactionOf(c, tenant);
      const { interactionEvent } = await readBody(c, eventBody);
      const interaction = experience.interactions.get(uid);
      if (![interactionEvent, interaction.interactionEvent].every((event) => switchable.includes(event))) {
        throw new LogtoError(400, "session.not_supported_for_forgot_password");
      }
      interaction.interactionEvent = interactionEvent;
      return noContent(c);
    })
    .open("GET", `${path}/interaction`, async (c) => {
      const { uid } = await interactionOf(c, tenant);
      const { interactionEvent, verificationRecords } = experience.interactions.get(uid);
      return answer(c, {
        interactionEvent,
        verificationRecords,
        profile: {},
        mfa: {},
        captcha: { verified: false, skipped: false },
        signInContext: signInContextOf(nodeBindings(c).incoming),
      });
    })
    .open("POST", `${path}/verification/password`, verifyPasswordStep(experience))
    .open("POST", `${path}/verification/verification-code`, sendCodeStep(experience))
    .open("POST", `${path}/verification/verification-code/verify`, verifyCodeStep(experience))
    .open("POST", `${path}/verification/new-password-identity`, newPasswordIdentityStep(experience))
    .open(
      "POST",
      `${path}/verification/social/:connectorId/authorization-uri`,
      authorizationUriStep(experience),
    )
    .open("POST", `${path}/verification/social/:connectorId/verify`, verifySocialStep(experience))
    .open("POST", `${path}/profile`, addProfileStep(experience))
    .open("PUT", `${path}/profile/password`, resetPasswordStep(experience))
    .open("POST", `${path}/verification/totp/secret`, newTotpStep(experience))
    .open("POST", `${path}/verification/totp/verify`, verifyTotpStep(experience))
    .open("POST", `${path}/verification/backup-code/generate`, newBackupCodesStep(experience))
    .open("POST", `${path}/verification/backup-code/verify`, verifyBackupCodeStep(experience))
    .open("POST", `${path}/verification/mfa-verification-code`, sendMfaCodeStep(experience))
    .open("POST", `${path}/verification/mfa-verification-code/verify`, verifyMfaCodeStep(experience))
    .open("POST", `${path}/profile/mfa`, addFactorStep(experience))
    .open("POST", `${path}/profile/mfa/mfa-skipped`, skipFactorStep(experience))
    .open("POST", `${path}/identification`, identifyStep(experience))
    .open("POST", `${path}/submit`, submitStep(experience))
    .on("POST", "/api/sentinel-activities/delete", async (c) => {
      const { targets } = await readBody(c, unlockBody);
      experience.sentinel.unlock(targets);
      tenant.state.codes.allowSending(targets);
      return noContent(c);
    });
}
