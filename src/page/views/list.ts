/** The page of a list, such as means of payment: what is in it, a way to remove each, and a form for one more. */
import { html } from "hono/html";
import type { FieldEntry } from "../../fields/catalogue.ts";
import type { JsonValue } from "../../json.ts";
import { shownValue } from "../../me/profile/document.ts";
import { type Answer, show } from "../answer.ts";
import { labelOf } from "../forms/controls.ts";
import { summaryOf } from "../forms/faults.ts";
import { fieldInput } from "../forms/field-input.ts";
import type { Typed } from "../forms/typed.ts";
import { type Html, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, card, named, pageHead, summary } from "../parts/blocks.ts";
import { personIn, readElements, readStored } from "../stored.ts";
import { hidden } from "./form-page.ts";
import { shownAs } from "./values.ts";

const back = { path: "/account/private", key: "nav.private" } as const;

type State = {
  typed?: Typed;
  faults?: Typed;
  trouble?: string | undefined;
  /** A step-up record that was earned for this form already. */
  proof?: string | undefined;
};

export async function listPage(page: Page, field: FieldEntry, state: State = {}): Promise<Answer> {
  const { t, href } = page;
  const { typed = {}, faults = {}, trouble, proof } = state;
  const [stored, elements] = [await readStored(page), await readElements(page, field)];
  const title = labelOf(t, field);
  const wrong = [...(trouble ? [{ id: undefined, message: trouble }] : []), ...summaryOf([field], faults)];
  const values = { field: field.name, ...(proof === undefined ? {} : { proof }) };
  return show(
    {
      title,
      section: "private",
      person: personIn(stored),
      hasFault: wrong.length > 0,
      content: html`${pageHead(page, { title, intro: t.text("private.intro"), back, alarm: summary(t, wrong) })}
${elements.length > 0 ? await elementsCard(page, field, elements) : nothing}
<form class="form" method="post" action="${href("/account/list")}" novalidate data-guarded>${hidden(page, values)}
<fieldset><legend>${t.text("list.add")}</legend>${fieldInput(t, field, { typed, faults })}</fieldset>
<div class="buttons"><button class="button primary">${t.text("action.add")}</button>${buttonLink(href(back.path), t.text("action.cancel"))}</div></form>`,
    },
    wrong.length > 0 ? 422 : 200,
  );
}

async function elementsCard(page: Page, field: FieldEntry, elements: readonly JsonValue[]): Promise<Html> {
  const { t, href } = page;
  const rows = await Promise.all(
    elements.map(async (element, index) => {
      const what = String(index + 1);
      const of = `${labelOf(t, field)} ${what}`;
      const values = { field: field.name, element: await elementName(page, element) };
      return {
        what,
        value: shownAs(t, field, shownValue(field, [element])),
        action: html`<form method="post" action="${href("/account/list/remove")}">${hidden(page, values)}<button class="link" aria-label="${named(t, "action.remove", of)}">${t.text("action.remove")}</button></form>`,
      };
    }),
  );
  return card(t, { id: "card-list", title: t.text("list.title"), rows });
}

/** Names an element in a form, and says nothing of it. */
export const elementName = ({ services }: Page, element: JsonValue): Promise<string> =>
  services.vault.keyedHash("request", `element ${JSON.stringify(element)}`);
