/** Ends sessions, and the access of applications. What has ended already is as it should be. */
import { revokeApplication } from "../../me/applications/revoke-application.ts";
import { endOtherSessions } from "../../me/sessions/end-other-sessions.ts";
import { endSession } from "../../me/sessions/end-session.ts";
import { Refusal } from "../../problem.ts";
import { type Answer, goTo } from "../answer.ts";
import type { Typed } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";

/** @throws {Refusal} as `endSession`. */
export async function endOneSession(page: Page, form: Typed): Promise<Answer> {
  const input = { ref: form.session ?? "", verificationId: form.proof };
  await endSession(page.services, page.caller, input).catch(unlessGone);
  return goTo(`/account/sessions${await announce(page, "saved.sessionEnded")}`);
}

/** @throws {Refusal} as `endOtherSessions`. */
export async function endOthers(page: Page, form: Typed): Promise<Answer> {
  const ended = await endOtherSessions(page.services, page.caller, form.proof);
  const said = ended.complete
    ? await announce(page, "saved.sessionsEnded", { values: { count: ended.endedSessions } })
    : await announce(page, "saved.sessionsEnding");
  return goTo(`/account/sessions${said}`);
}

/** @throws {Refusal} as `revokeApplication`. */
export async function removeAccess(page: Page, form: Typed): Promise<Answer> {
  await revokeApplication(page.services, page.caller, form.application ?? "").catch(unlessGone);
  return goTo(`/account/applications${await announce(page, "saved.applicationRevoked")}`);
}

function unlessGone(error: unknown): void {
  if (!(error instanceof Refusal) || error.code !== "not_found") throw error;
}
