/** Puts back what a change has replaced. */
import { undoChange } from "../../me/undo/undo-change.ts";
import { Refusal } from "../../problem.ts";
import { type Answer, goTo } from "../answer.ts";
import { identifierPages } from "../forms/controls.ts";
import type { Typed } from "../forms/typed.ts";
import type { MessageKey } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";

/** What the activity says where nothing was put back. */
const refusals: Readonly<Record<string, MessageKey>> = {
  changed_since: "problem.undoGone",
  identifier_taken: "undo.taken",
  last_identifier: "undo.last",
  validation_failed: "problem.generic",
};

/** @returns undefined where there is nothing to undo any more. @throws {Refusal} as `undoChange`. */
export async function undoHere(page: Page, form: Typed): Promise<Answer | undefined> {
  const input = { ref: form.change ?? "", verificationId: form.proof };
  const say = async (message: MessageKey) => goTo(`/account/activity${await announce(page, message)}`);
  try {
    const { fields } = await undoChange(page.services, page.caller, input);
    return await say(fields.some((field) => field in identifierPages) ? "saved.restored" : "saved.undone");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "not_found") return undefined;
    const message = refusals[error.code];
    if (message === undefined) throw error;
    return say(message);
  }
}
