/** The end of the account: asked for, after a proof, and taken back. */
import { cancelDeletion } from "../../me/deletion/cancel-deletion.ts";
import { requestDeletion } from "../../me/deletion/request-deletion.ts";
import { Refusal } from "../../problem.ts";
import { type Answer, goTo } from "../answer.ts";
import type { Typed } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";
import { troubleOf } from "../trouble.ts";
import { deletionPage } from "../views/deletion.ts";

/** @throws {Refusal} `step_up_required`, and what no form can say. @returns undefined where it is turned off. */
export async function deleteAccount(page: Page, form: Typed): Promise<Answer | undefined> {
  const { t, services, caller } = page;
  const { confirm = "", proof } = form;
  const again = { typed: confirm, proof };
  try {
    await requestDeletion(services, caller, { confirm, verificationId: proof });
    return goTo("/account/deletion");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "not_found") return undefined;
    if (error.code === "validation_failed")
      return deletionPage(page, { ...again, fault: t.text("deletion.confirmWrong") });
    if (error.code === "deletion_refused") {
      const reason = error.detail.errors?.[0]?.message ?? "";
      return deletionPage(page, { ...again, trouble: `${t.text("deletion.refused")} ${reason}`.trim() });
    }
    const trouble = troubleOf(page, error);
    if (!trouble) throw error;
    return deletionPage(page, { ...again, trouble: trouble.message });
  }
}

/** @throws {Refusal} as `cancelDeletion`. */
export async function keepAccount(page: Page): Promise<Answer> {
  const isKept = await cancelDeletion(page.services, page.caller);
  return goTo(`/account${isKept ? await announce(page, "saved.kept") : ""}`);
}
