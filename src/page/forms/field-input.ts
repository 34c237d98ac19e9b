/** A field of the catalogue as inputs. */
import { html } from "hono/html";
import type { FieldEntry } from "../../fields/catalogue.ts";
import { type Html, type MessageKey, nothing, type Translate } from "../messages/messages.ts";
import { addressFields } from "./address-inputs.ts";
import {
  autofillOf,
  choicesOf,
  controlOf,
  helpOf,
  inputId,
  inputName,
  labelOf,
  membersOf,
} from "./controls.ts";
import {
  attributes,
  describedBy,
  type Filled,
  type InputParts,
  labelled,
  selectInput,
  textInput,
} from "./inputs.ts";
import { languageChoices, zoneChoices } from "./zones.ts";

/** A field of the catalogue, in the way that its kind asks for it. */
export function fieldInput(t: Translate, field: FieldEntry, filled: Filled): Html {
  const name = inputName(field);
  const parts: InputParts = {
    name,
    label: labelOf(t, field),
    help: helpOf(t, field),
    more: { autocomplete: autofillOf(field.name) },
  };
  const stored = filled.typed[name] ?? "";
  switch (controlOf(field)) {
    case "none":
      return nothing;
    case "list":
      return elementInputs(t, field, filled);
    case "checkbox":
      return checkbox(t, parts, filled);
    case "day":
    case "birthdate":
      return dayInput(t, parts, filled);
    case "address":
      return addressFields(t, name, filled);
    case "timeZone":
      return selectInput(parts, filled, zoneChoices(stored), t.text("choice.none"));
    case "language":
      return selectInput(
        { ...parts, width: "medium" },
        filled,
        languageChoices(t.language, stored),
        t.text("choice.none"),
      );
    case "choice": {
      const choices = choicesOf(field).map((value) => ({ value, name: value }));
      return selectInput(parts, filled, choices, t.text("choice.none"));
    }
    case "lines":
      return labelled(
        parts,
        filled,
        (common) =>
          html`<textarea class="input" rows="3"${common}${attributes(parts.more ?? {})}>${stored}</textarea>`,
      );
    default:
      return textInput(withKeyboard(field, parts), filled);
  }
}

/** One more element of a list: an input for each of its members. */
const elementInputs = (t: Translate, field: FieldEntry, filled: Filled): Html =>
  html`<div class="group">${membersOf(field).map((member) => {
    const name = `${inputName(field)}.${member}`;
    const label = labelOf(t, { name: member, pointer: `${field.pointer}/${member}` });
    const more = { autocomplete: autofillOf(member), dir: "ltr", spellcheck: "false" };
    return textInput({ name, label, help: t.find(`help.${name}`), width: "medium", more }, filled);
  })}</div>`;

/** The keyboard that a phone shows, and the direction of what is written from left to right everywhere. */
function withKeyboard(field: FieldEntry, parts: InputParts): InputParts {
  const more = { ...parts.more, enterkeyhint: "done" };
  switch (controlOf(field)) {
    case "email":
      return {
        ...parts,
        more: { ...more, type: "email", inputmode: "email", dir: "ltr", spellcheck: "false" },
      };
    case "phone":
      return { ...parts, width: "medium", more: { ...more, type: "tel", inputmode: "tel", dir: "ltr" } };
    case "url":
      return { ...parts, more: { ...more, inputmode: "url", dir: "ltr", spellcheck: "false" } };
    case "digits":
      return { ...parts, width: "medium", more: { ...more, inputmode: "numeric", dir: "ltr" } };
    case "username":
      return {
        ...parts,
        width: "medium",
        more: { ...more, dir: "ltr", autocapitalize: "none", spellcheck: "false" },
      };
    default:
      return { ...parts, more: { ...more, dir: "auto" } };
  }
}

function checkbox(t: Translate, { name, label, help, more = {} }: InputParts, { typed }: Filled): Html {
  const id = inputId(name);
  const said = t.find(`choice.${name.split(".").at(-1)}`) ?? label;
  return html`<div class="check"><input type="checkbox"${attributes({ id, name, ...more, checked: typed[name] === "on" ? true : undefined, "aria-describedby": help ? `${id}-hint` : undefined })} value="on"><label for="${id}">${said}</label>${help ? html`<p class="hint" id="${id}-hint">${help}</p>` : nothing}</div>`;
}

const dayParts = [
  { part: "day", key: "day.day", length: "2", autofill: "bday-day" },
  { part: "month", key: "day.month", length: "2", autofill: "bday-month" },
  { part: "year", key: "day.year", length: "4", autofill: "bday-year" },
] as const satisfies { part: string; key: MessageKey; length: string; autofill: string }[];

/** Three inputs, since a day that is known by heart is typed faster than it is found in a calendar. */
function dayInput(t: Translate, { name, label, help }: InputParts, { typed, faults }: Filled): Html {
  const id = inputId(name);
  const fault = faults[name];
  const inputs = dayParts.map(({ part, key, length, autofill }) => {
    const all = attributes({
      id: `${id}-${part}`,
      name: `${name}.${part}`,
      inputmode: "numeric",
      maxlength: length,
      autocomplete: autofill,
      dir: "ltr",
      "aria-invalid": fault ? "true" : undefined,
    });
    return html`<div><label for="${id}-${part}">${t.text(key)}</label><input class="input ${part}"${all} value="${typed[`${name}.${part}`] ?? ""}"></div>`;
  });
  return html`<fieldset class="field${fault ? " bad" : ""}"${attributes({ "aria-describedby": describedBy(id, help, fault) })}><legend>${label}</legend>${
    help ? html`<p class="hint" id="${id}-hint">${help}</p>` : nothing
  }${fault ? html`<p class="fault" id="${id}-fault">${fault}</p>` : nothing}<div class="days">${inputs}</div></fieldset>`;
}
