/** Removes a second factor or a linked account. */
import { removeFactor } from "../../me/factors/remove-factor.ts";
import { removeIdentity } from "../../me/identities/remove-identity.ts";
import { Refusal } from "../../problem.ts";
import { type Answer, goTo } from "../answer.ts";
import type { Typed } from "../forms/typed.ts";
import type { MessageKey } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";
import { troubleOf } from "../trouble.ts";
import { signInPage } from "../views/sign-in-rows.ts";

const verbs = {
  factors: { remove: removeFactor, what: "factors.title" },
  identities: { remove: removeIdentity, what: "identities.title" },
} as const;

const refusals: Readonly<Record<string, MessageKey>> = {
  factor_required: "factors.last",
  last_identifier: "identities.last",
};

/** @throws {Refusal} `step_up_required`, and what no page can say. @returns undefined for what is there no more. */
export async function removeCredential(
  page: Page,
  kind: keyof typeof verbs,
  form: Typed,
): Promise<Answer | undefined> {
  const { t } = page;
  const { remove, what } = verbs[kind];
  try {
    await remove(page.services, page.caller, { ref: form.ref ?? "", verificationId: form.proof });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "not_found") return undefined;
    const key = refusals[error.code];
    const trouble = key ? t.text(key) : troubleOf(page, error)?.message;
    if (trouble === undefined) throw error;
    return signInPage(page, {}, trouble);
  }
  const values = { what: t.text(what) };
  return goTo(`/account/sign-in${await announce(page, "saved.removed", { values })}`);
}
