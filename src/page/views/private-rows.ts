/** Private details: rows with what is masked, and the ways to change, show and remove it. */
import { html } from "hono/html";
import type { FieldEntry } from "../../fields/catalogue.ts";
import type { JsonObject } from "../../json.ts";
import { type Answer, show } from "../answer.ts";
import { controlOf, fieldsOn, labelOf } from "../forms/controls.ts";
import { type Html, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, card, named, notice, pageHead, type Row, rowLink } from "../parts/blocks.ts";
import { savedNotice } from "../parts/saved.ts";
import { personIn, readStored, type Stored, shownIn } from "../stored.ts";
import { hidden, removal } from "./form-page.ts";
import { plainValue, shownAs } from "./values.ts";

/** How long a revealed value is shown; the script hides it when the page is left, too. */
const shownSeconds = 60;

/** @param revealed values by name that are shown whole this once. */
export function privateRows(page: Page, stored: Stored, revealed: JsonObject = {}): Row[] {
  const { t } = page;
  return fieldsOn("private").map((field) => {
    const what = labelOf(t, field);
    const isRevealed = Object.hasOwn(revealed, field.name);
    const value = isRevealed
      ? plainValue(t, field, revealed[field.name] ?? null)
      : shownAs(t, field, shownIn(stored, field));
    const note = controlOf(field) === "none" ? t.text("private.listNote") : undefined;
    return {
      what,
      value: isRevealed && value ? html`<span data-revealed>${value}</span>` : value,
      note,
      action: actionsOf(page, field, what, value !== undefined, isRevealed),
    };
  });
}

function actionsOf(page: Page, field: FieldEntry, what: string, isSet: boolean, isRevealed: boolean): Html {
  const { t, href } = page;
  const path = `/account/private/${field.name}`;
  const canBeTyped = controlOf(field) !== "none";
  const remove = !canBeTyped && isSet ? removal(page, field, what) : nothing;
  const reveal =
    field.mask && isSet
      ? html`<form method="post" action="${href("/account/reveal")}">${hidden(page, { field: field.name })}<button class="link" aria-label="${named(t, "action.reveal", what)}">${t.text("action.reveal")}</button></form>`
      : nothing;
  const change = canBeTyped ? rowLink(page, path, isSet ? "action.change" : "action.add", what) : nothing;
  return isRevealed ? change : html`${reveal}${change}${remove}`;
}

/** `GET /account/private`, and the page that shows one value for a minute. */
export async function privatePage(
  page: Page,
  { saved }: { saved?: string | undefined },
  revealed: JsonObject = {},
): Promise<Answer> {
  const { t, href } = page;
  const stored = await readStored(page);
  const title = t.text("private.title");
  const isRevealing = Object.keys(revealed).length > 0;
  const path = href("/account/private");
  const content = html`${pageHead(page, { title, intro: t.text("private.intro") })}
${isRevealing ? notice(t.text("private.revealed"), "warn", buttonLink(path, t.text("action.hide"))) : await savedNotice(page, saved)}
${card(t, { id: "card-private", title, rows: privateRows(page, stored, revealed) })}`;
  // The browser itself goes back to the masks, so that it happens without the script too.
  const headers: Record<string, string> = isRevealing ? { Refresh: `${shownSeconds}; url=${path}` } : {};
  return show({ title, section: "private", person: personIn(stored), content }, 200, headers);
}
