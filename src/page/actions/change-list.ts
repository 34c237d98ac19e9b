/** Adds an element to a list, or removes one. The rest of the list stays as it is. */
import * as z from "zod";
import type { FieldEntry } from "../../fields/catalogue.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import { updateProfile } from "../../me/profile/update-profile.ts";
import { Refusal } from "../../problem.ts";
import { type Answer, goTo } from "../answer.ts";
import { controlOf, inputName, labelOf, membersOf } from "../forms/controls.ts";
import { patchFrom } from "../forms/submission.ts";
import { type Typed, typedIn } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";
import { readElements, readStored } from "../stored.ts";
import { troubleOf } from "../trouble.ts";
import { privateField } from "../views/form-pages.ts";
import { elementName, listPage } from "../views/list.ts";

/** @throws {Refusal} as `updateProfile`. @returns undefined for a field that there is not. */
export async function addElement(page: Page, form: Typed): Promise<Answer | undefined> {
  const field = listField(form.field);
  if (!field) return undefined;
  const typed = typedIn(form, [field]);
  const again = (state: { faults?: Typed; trouble?: string | undefined }) =>
    listPage(page, field, { typed, proof: form.proof, ...state });
  const element = Object.fromEntries(
    membersOf(field).map((member) => [member, (typed[nameOf(field, member)] ?? "").trim()]),
  );
  const faults = faultsIn(page, field, element);
  if (Object.keys(faults).length > 0) return again({ faults });
  try {
    return await save(page, field, form.proof, (elements) => [...elements, element]);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === "step_up_required") throw error;
    const refused = refusedFaults(page, field, error);
    if (Object.keys(refused).length > 0) return again({ faults: refused });
    const isLate = error.code === "version_conflict";
    const trouble = isLate ? page.t.text("problem.generic") : troubleOf(page, error)?.message;
    if (trouble === undefined) throw error;
    return again({ trouble });
  }
}

/** @throws {Refusal} as `updateProfile`. @returns undefined for a field or an element that there is not. */
export async function removeElement(page: Page, form: Typed): Promise<Answer | undefined> {
  const field = listField(form.field);
  if (!field) return undefined;
  const elements = await readElements(page, field);
  const names = await Promise.all(elements.map((element) => elementName(page, element)));
  const at = names.indexOf(form.element ?? "");
  if (at < 0) return undefined;
  return save(page, field, form.proof, (current) => current.toSpliced(at, 1));
}

async function save(
  page: Page,
  field: FieldEntry,
  proof: string | undefined,
  change: (elements: JsonValue[]) => JsonValue[],
): Promise<Answer> {
  const { tag } = await readStored(page, true);
  const changed = change(await readElements(page, field));
  const patch = patchFrom({ [field.pointer]: changed.length > 0 ? changed : null });
  await updateProfile(page.services, page.caller, { patch, ifMatch: tag, verificationId: proof });
  const values = { what: labelOf(page.t, field) };
  return goTo(`/account/private${await announce(page, "saved.field", { values })}`);
}

function listField(name: string | undefined): FieldEntry | undefined {
  const field = privateField(name ?? "");
  return field && controlOf(field) === "list" ? field : undefined;
}

const nameOf = (field: FieldEntry, member: string) => `${inputName(field)}.${member}`;

/** What the schema says of the new element alone: elements that are there already are not judged. */
function faultsIn(page: Page, field: FieldEntry, element: JsonObject): Typed {
  if (!(field.schema instanceof z.ZodArray)) return {};
  const { error } = field.schema.safeParse([element]);
  const members = (error?.issues ?? []).map(({ path: [, member] }) => String(member));
  return Object.fromEntries(
    members.map((member) => [
      nameOf(field, member),
      page.t.text(element[member] === "" ? "error.required" : "error.invalid", {
        label: memberLabel(page, field, member),
      }),
    ]),
  );
}

/** What the service itself refuses. A pointer to the list as a whole is shown at the first input. */
const refusedFaults = (page: Page, field: FieldEntry, { code, detail }: Refusal): Typed =>
  Object.fromEntries(
    (detail.errors ?? []).flatMap((error) => {
      const [first = ""] = membersOf(field);
      const member = error.pointer === field.pointer ? first : (error.pointer.split("/").at(-1) ?? "");
      if (!error.pointer.startsWith(field.pointer) || !membersOf(field).includes(member)) return [];
      const isCard = [code, error.code].includes("card_number_refused");
      const label = memberLabel(page, field, member);
      return [[nameOf(field, member), page.t.text(isCard ? "error.card" : "error.invalid", { label })]];
    }),
  );

const memberLabel = ({ t }: Page, field: FieldEntry, member: string) =>
  labelOf(t, { name: member, pointer: `${field.pointer}/${member}` });
