/** Saves a form over fields of the catalogue: one change, made whole or refused whole. */
import type { FieldEntry } from "../../fields/catalogue.ts";
import type { JsonValue } from "../../json.ts";
import { updateProfile } from "../../me/profile/update-profile.ts";
import { Refusal } from "../../problem.ts";
import { type Answer, goTo, show } from "../answer.ts";
import { addressFaults } from "../forms/address-faults.ts";
import { controlOf, inputName, labelOf } from "../forms/controls.ts";
import { faultsOf } from "../forms/faults.ts";
import {
  conflictsWith,
  isTouched,
  mergedWith,
  patchFrom,
  readSubmission,
  type Submission,
} from "../forms/submission.ts";
import { inputNames, patchOf, type Typed, typedOfAll } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";
import { readStored, type Stored, shownIn } from "../stored.ts";
import { type Trouble, troubleOf } from "../trouble.ts";
import { conflictFrame } from "../views/conflict.ts";
import { type FormPage, type FormState, formFrame } from "../views/form-page.ts";

/** A change that came between our reading and our writing is looked at once more. */
const longestRuns = 3;

/**
 * @param form everything that was sent.
 * @throws {Refusal} `step_up_required`, and what no message beside a form can say.
 */
export async function saveFields(page: Page, formPage: FormPage, form: Typed): Promise<Answer> {
  for (let run = 1; ; run++) {
    try {
      return await saveOnce(page, formPage, form);
    } catch (error) {
      const isLate = error instanceof Refusal && error.code === "version_conflict";
      if (!isLate || run === longestRuns) throw error;
    }
  }
}

async function saveOnce(page: Page, formPage: FormPage, form: Typed): Promise<Answer> {
  const { fields } = formPage;
  const submission = readSubmission(form, fields);
  const stored = await readOrTrouble(page);
  if ("trouble" in stored) {
    const state = { ...submission, proof: form.proof, trouble: stored.trouble.message };
    return show(formFrame(page, formPage, undefined, state), stored.trouble.status);
  }
  const current = typedOfAll(fields, (field) => shownIn(stored, field));
  const typed = mergedWith(submission, current);
  const again = (state: Partial<FormState>) =>
    formFrame(page, formPage, stored, { typed, base: current, proof: form.proof, ...state });
  if (form.reshape !== undefined) return show(again({ base: submission.base, isReshaped: true }));
  const conflicts = conflictsWith(submission, current);
  if (conflicts.length > 0)
    return show(conflictFrame(page, formPage, stored, { typed, current, conflicts }), 409);

  const touched = fields.filter((field) => inputNames(field).some(isTouched(submission)));
  const faults = postalFaults(page, touched, typed);
  if (Object.keys(faults).length > 0) return show(again({ faults }), 422);
  const values = valuesOf(page, touched, { typed, base: submission.base });
  try {
    const input = { patch: patchFrom(values), ifMatch: stored.tag, verificationId: form.proof };
    await updateProfile(page.services, page.caller, input);
    return goTo(`${formPage.back.path}${await saidOf(page, touched)}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refused = faultsOf(page.t, fields, error);
    if (refused) return show(again({ faults: refused }), 422);
    const trouble = troubleOf(page, error);
    if (trouble) return show(again({ trouble: trouble.message }), trouble.status);
    throw error;
  }
}

/** What is stored by now; or, so that what was typed can be shown again, why that cannot be read. */
async function readOrTrouble(page: Page): Promise<Stored | { trouble: Trouble }> {
  try {
    return await readStored(page, true);
  } catch (error) {
    const trouble = error instanceof Refusal ? troubleOf(page, error) : undefined;
    if (!trouble) throw error;
    return { trouble };
  }
}

const postalFaults = ({ t }: Page, touched: readonly FieldEntry[], typed: Typed): Typed =>
  Object.assign(
    {},
    ...touched
      .filter((field) => controlOf(field) === "address")
      .map((field) => addressFaults(t, inputName(field), typed)),
  );

const valuesOf = (
  { language }: Page,
  touched: readonly FieldEntry[],
  submission: Submission,
): Record<string, JsonValue> =>
  Object.fromEntries(
    touched.map((field) => [
      field.pointer,
      patchOf(field, submission.typed, isTouched(submission), language),
    ]),
  );

/** Keeps what the next page says. */
async function saidOf(page: Page, touched: readonly FieldEntry[]): Promise<string> {
  const [first] = touched;
  if (!first) return announce(page, "saved.nothing");
  const names = page.t.formats.list.format(touched.map((field) => labelOf(page.t, field)));
  return announce(page, touched.length > 3 ? "saved.fields" : "saved.field", {
    values: { what: names, count: touched.length },
  });
}
