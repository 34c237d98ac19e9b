/** A page with one form over fields of the catalogue. */
import { html } from "hono/html";
import type { FieldEntry } from "../../fields/catalogue.ts";

import { labelOf } from "../forms/controls.ts";
import { summaryOf } from "../forms/faults.ts";
import { fieldInput } from "../forms/field-input.ts";
import type { Typed } from "../forms/typed.ts";
import { type Html, type MessageKey, nothing } from "../messages/messages.ts";
import type { Page, Section } from "../page.ts";
import { buttonLink, named, pageHead, summary } from "../parts/blocks.ts";
import { type Frame, token } from "../parts/layout.ts";
import { personIn, type Stored, shownIn } from "../stored.ts";

/** What a form is about, and where it leads. */
export type FormPage = {
  /** The path it is sent to. */
  action: string;
  section: Section;
  title: string;
  intro?: string;
  fields: readonly FieldEntry[];
  /** Where the way back and the way on after saving lead. */
  back: { path: string; key: MessageKey };
  /** Sent along. */
  hidden?: Typed;
};

/** How the form stands at the moment. */
export type FormState = {
  typed: Typed;
  /** What the form showed at first. */
  base: Typed;
  faults?: Typed;
  /** What is wrong and about no input. */
  trouble?: string | undefined;
  /** Whether another country was chosen. */
  isReshaped?: boolean;
  /** A step-up record that was earned for this form already. */
  proof?: string | undefined;
};

export function formFrame(page: Page, form: FormPage, stored: Stored | undefined, state: FormState): Frame {
  const { faults = {}, trouble } = state;
  const inOrder = groupsOf(form.fields).flatMap(({ fields }) => fields);
  const listed = summaryOf(inOrder, faults);
  const wrong = [...(trouble ? [{ id: undefined, message: trouble }] : []), ...listed];
  return {
    title: form.title,
    section: form.section,
    person: stored && personIn(stored),
    hasFault: wrong.length > 0,
    content: html`${pageHead(page, { ...form, alarm: summary(page.t, wrong) })}${formOf(page, form, state)}${removalOf(page, form, stored)}`,
  };
}

/** What is masked starts out empty in a form, so that leaving it empty cannot mean its removal. */
function removalOf(page: Page, { fields }: FormPage, stored: Stored | undefined): Html {
  const [field] = fields;
  const isMasked = field?.mask !== undefined && stored !== undefined && shownIn(stored, field) !== null;
  return isMasked ? removal(page, field, labelOf(page.t, field)) : nothing;
}

function formOf(
  page: Page,
  form: FormPage,
  { typed, base, faults = {}, proof, isReshaped }: FormState,
): Html {
  const { t, href } = page;
  const filled = { typed, faults, isReshaped };
  const groups = groupsOf(form.fields);
  const inputs = groups.map(({ key, fields }) => {
    const all = fields.map((field) => fieldInput(t, field, filled));
    return key && groups.length > 1 ? html`<fieldset><legend>${t.text(key)}</legend>${all}</fieldset>` : all;
  });
  return html`<form class="form" method="post" action="${href(form.action)}" novalidate data-guarded>
${hidden(page, { ...form.hidden, base: JSON.stringify(base), ...(proof === undefined ? {} : { proof }) })}
${inputs}
<div class="buttons"><button class="button primary">${t.text("action.save")}</button>${buttonLink(href(form.back.path), t.text("action.cancel"))}</div>
</form>`;
}

/** What a form sends beside its inputs: its token, and a name under which it is carried out once. */
export const hidden = ({ formToken }: Page, values: Typed = {}): Html[] => [
  token(formToken),
  ...Object.entries({ once: crypto.randomUUID(), ...values }).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  ),
];

const groupOrder = ["profile.names", "profile.about", "profile.web", "profile.more"] as const;
const names = new Set("name givenName middleName familyName nickname preferredUsername".split(" "));
const about = new Set(["gender", "birthdate"]);

/** The fields of the profile under headings; the fields of any other page stand together. */
function groupsOf(fields: readonly FieldEntry[]): { key?: MessageKey; fields: FieldEntry[] }[] {
  const groupOf = ({ name, control }: FieldEntry) => {
    if (names.has(name)) return "profile.names";
    if (control === "url") return "profile.web";
    return about.has(name) ? "profile.about" : "profile.more";
  };
  return groupOrder
    .map((key) => ({ key, fields: fields.filter((field) => groupOf(field) === key) }))
    .filter((group) => group.fields.length > 0);
}

/** Of what cannot be emptied in a form: a masked value, or one that another service keeps. */
export const removal = (page: Page, field: FieldEntry, what: string): Html =>
  html`<form method="post" action="${page.href("/account/remove")}">${hidden(page, { field: field.name })}<button class="link start" aria-label="${named(page.t, "action.remove", what)}">${page.t.text("action.remove")}</button></form>`;
