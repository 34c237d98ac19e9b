/** The inputs of a form: a label above each, help under the label, what is wrong before the input. */
import { html } from "hono/html";
import { type Html, nothing } from "../messages/messages.ts";
import { inputId } from "./controls.ts";
import type { Typed } from "./typed.ts";

/** What a form shows: what stands in its inputs, and the faults by the name of the input. */
export type Filled = {
  typed: Typed;
  faults: Typed;
  /** Whether the form comes back in the shape of another country, which is where the person goes on. */
  isReshaped?: boolean | undefined;
};

type Attributes = Readonly<Record<string, string | true | undefined>>;

/** Attributes as text; those without a value are left out. */
export const attributes = (all: Attributes): Html[] =>
  Object.entries(all).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [value === true ? html` ${name}` : html` ${name}="${value}"`];
  });

export type InputParts = {
  name: string;
  label: string;
  help?: string | undefined;
  /** The class that says how wide the value is: `short`, `medium`; the whole column otherwise. */
  width?: string | undefined;
  more?: Attributes;
  /** The label is there for who does not see that it stands above already. */
  hidesLabel?: true;
};

/** Ties help and fault to the input, for whoever does not see them beside it. */
export function describedBy(
  id: string,
  help: string | undefined,
  fault: string | undefined,
): string | undefined {
  const ids = [...(help ? [`${id}-hint`] : []), ...(fault ? [`${id}-fault`] : [])];
  return ids.length > 0 ? ids.join(" ") : undefined;
}

/** A label, its help, its fault, and one control in that order. */
export function labelled(
  { name, label, help, hidesLabel }: InputParts,
  { faults }: Filled,
  control: (attributes: Html[]) => Html,
): Html {
  const id = inputId(name);
  const fault = faults[name];
  const common = attributes({
    id,
    name,
    "aria-describedby": describedBy(id, help, fault),
    "aria-invalid": fault ? "true" : undefined,
  });
  return html`<div class="field${fault ? " bad" : ""}"><label for="${id}"${hidesLabel ? html` class="visually-hidden"` : nothing}>${label}</label>${
    help ? html`<p class="hint" id="${id}-hint">${help}</p>` : nothing
  }${fault ? html`<p class="fault" id="${id}-fault">${fault}</p>` : nothing}${control(common)}</div>`;
}

/** One line of text. */
export const textInput = (parts: InputParts, filled: Filled): Html =>
  labelled(
    parts,
    filled,
    (common) =>
      html`<input class="input ${parts.width ?? ""}"${common}${attributes({ type: "text", ...parts.more })} value="${filled.typed[parts.name] ?? ""}">`,
  );

/** One of a list. @param none what the empty choice is called; without it there is none. */
export const selectInput = (
  parts: InputParts,
  filled: Filled,
  choices: readonly { value: string; name: string }[],
  none?: string,
): Html =>
  labelled(parts, filled, (common) => {
    const chosen = filled.typed[parts.name] ?? "";
    const all = [...(none === undefined ? [] : [{ value: "", name: none }]), ...choices];
    const options = all.map(
      ({ value, name }) =>
        html`<option value="${value}"${value === chosen ? html` selected` : nothing}>${name}</option>`,
    );
    return html`<select class="input ${parts.width ?? ""}"${common}${attributes(parts.more ?? {})}>${options}</select>`;
  });
