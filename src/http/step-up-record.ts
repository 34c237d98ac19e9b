/** What every way to step up answers, and the calls that this opens. */
import * as z from "zod";
import { named } from "./named.ts";
import { instant } from "./route.ts";

export const stepUpRecord = named(
  "StepUpRecord",
  z.object({
    verificationId: z.string().meta({ description: "For the header Verification-Id; shown once." }),
    expiresAt: instant,
  }),
);

const leadingTo = (operationId: string, description: string) => ({
  operationId,
  parameters: { "header.Verification-Id": "$response.body#/verificationId" },
  description,
});

/** The calls that take a step-up record. */
export const stepUpLinks = {
  updateProfile: leadingTo("updateProfile", "Change fields that need step-up."),
  updateBusiness: leadingTo("updateBusiness", "Change business fields that need step-up."),
  revealBusiness: leadingTo("revealBusiness", "Show business fields unmasked."),
  changePassword: leadingTo("changePassword", "Change the password."),
  undoChange: leadingTo("undoChange", "Undo a change."),
  endSession: leadingTo("endSession", "End another session."),
  endOtherSessions: leadingTo("endOtherSessions", "End all sessions but this one."),
  sendCode: leadingTo("sendCode", "Send a code to a new address."),
};
