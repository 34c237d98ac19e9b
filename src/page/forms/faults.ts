/** Refusals of a change as messages beside the inputs that they are about. */
import type { FieldEntry } from "../../fields/catalogue.ts";
import type { FieldError, Refusal } from "../../problem.ts";
import type { MessageKey, Translate } from "../messages/messages.ts";
import { controlOf, faultKeys, inputId, inputName, labelOf } from "./controls.ts";
import type { Typed } from "./typed.ts";

const keysByCode: Readonly<Record<string, MessageKey>> = {
  too_big: "error.long",
  card_number_refused: "error.card",
  last_identifier: "error.last",
  identifier_taken: "error.taken",
  identifier_unproven: "error.unproven",
};

/** @returns messages by the name of the input; undefined where the refusal names none of the fields. */
export function faultsOf(
  t: Translate,
  fields: readonly FieldEntry[],
  { code, detail }: Refusal,
): Typed | undefined {
  const [only] = fields;
  const errors = detail.errors ?? [];
  // Whose username is taken is said without a pointer: the form has no other field.
  if (errors.length === 0 && only && fields.length === 1 && keysByCode[code])
    return { [inputName(only)]: faultText(t, only, { pointer: only.pointer, code, message: "" }) };
  const found = errors.flatMap((error) => {
    const field = fields.find(
      ({ pointer }) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`),
    );
    return field ? [[inputOf(field, error.pointer), faultText(t, field, error)] as const] : [];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** The input for a pointer: of an address the part that is meant, or its first line. */
function inputOf(field: FieldEntry, pointer: string): string {
  const name = inputName(field);
  if (controlOf(field) !== "address") return name;
  return `${name}.${pointer.slice(field.pointer.length + 1) || "streetAddress"}`;
}

const faultText = (t: Translate, field: FieldEntry, { code }: FieldError): string =>
  t.text(keysByCode[code] ?? faultKeys[controlOf(field)], { label: labelOf(t, field) });

/** Messages as the summary lists them, in the order of the form; a day leads to its first input. */
export function summaryOf(
  fields: readonly FieldEntry[],
  faults: Typed,
): { id: string | undefined; message: string }[] {
  const placeOf = (name: string) =>
    fields.findIndex((entry) => inputName(entry) === name || name.startsWith(`${inputName(entry)}.`));
  return Object.entries(faults)
    .toSorted(([one], [other]) => placeOf(one) - placeOf(other))
    .map(([name, message]) => {
      const field = fields[placeOf(name)];
      const isDay = field && ["day", "birthdate"].includes(controlOf(field));
      return { id: `${inputId(name)}${isDay ? "-day" : ""}`, message };
    });
}
