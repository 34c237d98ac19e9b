/** What somebody else has changed meanwhile, beside what was typed here. */
import { html } from "hono/html";
import { inputName, labelOf } from "../forms/controls.ts";
import { keepName } from "../forms/submission.ts";
import { inputNames, type Typed } from "../forms/typed.ts";
import { type Html, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, pageHead } from "../parts/blocks.ts";
import type { Frame } from "../parts/layout.ts";
import { personIn, type Stored } from "../stored.ts";
import { type FormPage, hidden } from "./form-page.ts";

type Conflict = {
  /** What was typed here, and what is stored by now where nothing was. */
  typed: Typed;
  current: Typed;
  /** The names of the inputs that differ. */
  conflicts: readonly string[];
};

/** For each input that differs a choice; it is sent to the same place as the form. */
export function conflictFrame(
  page: Page,
  form: FormPage,
  stored: Stored,
  { typed, current, conflicts }: Conflict,
): Frame {
  const { t, href } = page;
  const others = Object.entries(typed).map(
    ([name, text]) => html`<input type="hidden" name="${name}" value="${text}">`,
  );
  const choices = conflicts.map((name) => choice(page, form, name, current[name] ?? "", typed[name] ?? ""));
  return {
    title: t.text("conflict.title"),
    section: form.section,
    person: personIn(stored),
    hasFault: true,
    content: html`${pageHead(page, { title: t.text("conflict.title"), intro: t.text("conflict.intro"), back: form.back })}
<form class="form wide" method="post" action="${href(form.action)}">
${hidden(page, { ...form.hidden, base: JSON.stringify(current) })}${others}
${choices}
<div class="buttons"><button class="button primary">${t.text("conflict.keep")}</button>${buttonLink(href(form.back.path), t.text("action.cancel"))}</div>
</form>`,
  };
}

function choice(page: Page, form: FormPage, name: string, theirs: string, yours: string): Html {
  const { t } = page;
  const field = form.fields.find((entry) => inputNames(entry).includes(name));
  const label = field ? labelOf(t, field) : name;
  const part = field && name !== inputName(field) ? partLabel(page, name.split(".").at(-1) ?? "") : undefined;
  const side = (value: "theirs" | "yours", title: string, text: string) =>
    html`<div class="option"><label><input type="radio" name="${keepName(name)}" value="${value}"${value === "yours" ? html` checked` : nothing}><strong>${title}</strong><span><bdi>${text === "" ? t.text("value.none") : text}</bdi></span></label></div>`;
  return html`<fieldset class="choice"><legend>${part ? `${label}: ${part}` : label}</legend><div class="sides">${side("theirs", t.text("conflict.theirs"), theirs)}${side("yours", t.text("conflict.yours"), yours)}</div></fieldset>`;
}

const partLabel = ({ t }: Page, part: string) => t.find(`address.${part}`) ?? t.find(`day.${part}`);
