/** `GET /account/notices`: which messages about the account a person gets. */
import { html } from "hono/html";
import { readNoticeChoices } from "../../me/notices/read-notice-choices.ts";
import { type OptionalKind, optionalKinds } from "../../notices/kinds.ts";
import { messagesIn } from "../../notices/messages/messages.ts";
import { type Answer, show } from "../answer.ts";
import { inputId } from "../forms/controls.ts";
import { attributes } from "../forms/inputs.ts";
import type { Html } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, pageHead, type Row, rowLink } from "../parts/blocks.ts";
import { savedNotice } from "../parts/saved.ts";
import { personIn, readStored } from "../stored.ts";
import { hidden } from "./form-page.ts";

const path = "/account/notices";
const back = { path: "/account", key: "nav.overview" } as const;

/** @returns undefined where this service sends none. */
export async function noticesPage(
  page: Page,
  { saved }: { saved?: string | undefined },
): Promise<Answer | undefined> {
  const { t, href, services, caller, language } = page;
  const [stored, { choices, always, active }] = await Promise.all([
    readStored(page),
    readNoticeChoices(services, caller),
  ]);
  if (!active) return undefined;
  const title = t.text("notices.title");
  const { kinds } = messagesIn(language);
  const boxes = optionalKinds.map((kind) => checkbox(kind, kinds[kind].subject, choices[kind]));
  return show({
    title,
    section: "preferences",
    person: personIn(stored),
    content: html`${pageHead(page, { title, intro: t.text("notices.intro"), back })}${await savedNotice(page, saved)}
<form class="form" method="post" action="${href(path)}" novalidate>${hidden(page)}
<fieldset><legend>${t.text("notices.optional")}</legend><div>${boxes}</div></fieldset>
<div class="buttons"><button class="button primary">${t.text("action.save")}</button>${buttonLink(href(back.path), t.text("action.cancel"))}</div>
</form>
<section class="card" aria-labelledby="card-always"><div class="card-head"><h2 id="card-always">${t.text("notices.always")}</h2><p>${t.text("notices.alwaysNote")}</p></div>
<ul class="rules inside">${always.map((kind) => html`<li>${kinds[kind].subject}</li>`)}</ul></section>`,
  });
}

function checkbox(kind: OptionalKind, label: string, isOn: boolean): Html {
  const id = inputId(kind);
  return html`<div class="check"><input type="checkbox"${attributes({ id, name: kind, checked: isOn ? true : undefined })} value="on"><label for="${id}">${label}</label></div>`;
}

/** The row of the overview that leads here; none where this service sends no notices. */
export async function noticesRow(page: Page): Promise<Row[]> {
  const { t, services, caller } = page;
  const { choices, active } = await readNoticeChoices(services, caller);
  if (!active) return [];
  const count = Object.values(choices).filter((isOn) => !isOn).length;
  const what = t.text("notices.title");
  const said = count === 0 ? t.text("notices.all") : t.text("notices.off", { count });
  return [{ what, value: html`${said}`, action: rowLink(page, path, "action.change", what) }];
}
