/** The inputs of an address, in the order, with the names and the demands of its country. */
import { html } from "hono/html";
import type { Html, Translate } from "../messages/messages.ts";
import { autofillOf } from "./controls.ts";
import { type AddressForm, type AddressPart, addressForm, countryChoices } from "./countries.ts";
import { attributes, type Filled, labelled, selectInput, textInput } from "./inputs.ts";

/** @param name of the field; each input is named after it and its own part. */
export function addressFields(t: Translate, name: string, filled: Filled): Html {
  const country = filled.typed[`${name}.country`] ?? "";
  const form = addressForm(country);
  const rows = form.lines.map((parts) => {
    const inputs = parts.map((part) => addressPart(t, `${name}.${part}`, part, form, filled));
    return inputs.length > 1 ? html`<div class="pair">${inputs}</div>` : inputs;
  });
  return html`<div class="group">${countryInput(t, `${name}.country`, country, filled)}${rows}</div>`;
}

/** Without the script a button brings the form of the chosen country; with it the choice itself does. */
function countryInput(t: Translate, name: string, country: string, filled: Filled): Html {
  const known = countryChoices(t.language);
  const choices =
    country === "" || known.some(({ value }) => value === country)
      ? known
      : [{ value: country, name: country }, ...known];
  const select = selectInput(
    {
      name,
      label: t.text("address.country"),
      more: {
        autocomplete: "country",
        "data-reshapes": true,
        autofocus: filled.isReshaped ? true : undefined,
      },
    },
    filled,
    choices,
    t.text("choice.none"),
  );
  return html`<div class="group">${select}<button class="link start" name="reshape" value="country" formnovalidate data-reshape>${t.text("action.showForm")}</button></div>`;
}

function addressPart(t: Translate, name: string, part: AddressPart, form: AddressForm, filled: Filled): Html {
  const label = t.text(form.labels[part]);
  const more = { autocomplete: autofillOf(part), dir: "auto" };
  if (part === "streetAddress") {
    return labelled(
      { name, label },
      filled,
      (common) =>
        html`<textarea class="input lines" rows="2"${common}${attributes({ autocomplete: more.autocomplete, dir: "auto" })}>${filled.typed[name] ?? ""}</textarea>`,
    );
  }
  if (part === "region" && form.regions.length > 0) {
    const stored = filled.typed[name] ?? "";
    const isKnown = stored === "" || form.regions.some(({ value }) => value === stored);
    const choices = isKnown ? form.regions : [{ value: stored, name: stored }, ...form.regions];
    return selectInput(
      { name, label, more: { autocomplete: more.autocomplete } },
      filled,
      choices,
      t.text("choice.none"),
    );
  }
  return part === "postalCode"
    ? textInput({ name, label, more: { ...more, autocapitalize: "characters" } }, filled)
    : textInput({ name, label, more }, filled);
}
