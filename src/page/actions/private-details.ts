/** Shows, and removes, what is masked. */
import { revealBusiness } from "../../me/profile/reveal-business.ts";
import { updateProfile } from "../../me/profile/update-profile.ts";
import type { Answer } from "../answer.ts";
import { goTo } from "../answer.ts";
import { labelOf } from "../forms/controls.ts";
import { patchFrom } from "../forms/submission.ts";
import type { Typed } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";
import { privateField } from "../views/form-pages.ts";
import { privatePage } from "../views/private-rows.ts";

/** @throws {Refusal} as `revealBusiness`. @returns undefined for a field that there is not. */
export async function revealField(page: Page, form: Typed): Promise<Answer | undefined> {
  const field = privateField(form.field ?? "");
  if (!field) return undefined;
  const input = { fields: [field.name], verificationId: form.proof };
  return privatePage(page, {}, await revealBusiness(page.services, page.caller, input));
}

/** @throws {Refusal} as `updateProfile`. @returns undefined for a field that there is not. */
export async function removeField(page: Page, form: Typed): Promise<Answer | undefined> {
  const field = privateField(form.field ?? "");
  if (!field) return undefined;
  const patch = patchFrom({ [field.pointer]: null });
  await updateProfile(page.services, page.caller, { patch, verificationId: form.proof });
  const values = { what: labelOf(page.t, field) };
  return goTo(`/account/private${await announce(page, "saved.removed", { values })}`);
}
