/** How somebody signs in: rows for the overview and for the page of its own. */
import { html } from "hono/html";
import { type Answer, show } from "../answer.ts";
import { fieldAt, labelOf } from "../forms/controls.ts";
import { nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { card, pageHead, type Row, rowLink, summary } from "../parts/blocks.ts";
import { savedNotice } from "../parts/saved.ts";
import { personIn, readStored, type Stored, shownIn } from "../stored.ts";
import { credentialCards } from "./credentials.ts";
import { shownAs } from "./values.ts";

const identifiers = [
  { pointer: "/primaryEmail", path: "/account/email", isProven: true },
  { pointer: "/primaryPhone", path: "/account/phone", isProven: true },
  { pointer: "/username", path: "/account/username", isProven: false },
] as const;

export function signInRows(page: Page, stored: Stored): Row[] {
  const { t } = page;
  const rows = identifiers.map(({ pointer, path, isProven }): Row => {
    const field = fieldAt(pointer);
    const what = labelOf(t, field);
    const value = shownAs(t, field, shownIn(stored, field));
    const tag = isProven ? html` <span class="tag">${t.text("value.proven")}</span>` : nothing;
    return {
      what,
      value: value && html`${value}${tag}`,
      action: rowLink(page, path, value ? "action.change" : "action.add", what),
    };
  });
  const what = t.text("signIn.password");
  const isSet = stored.document.hasPassword === true;
  const password: Row = {
    what,
    value: isSet ? html`${t.text("value.set")}` : undefined,
    note: isSet ? t.text("signIn.passwordNote") : undefined,
    action: rowLink(page, "/account/password", isSet ? "action.change" : "action.add", what),
  };
  return [...rows, password, ...accessRows(page)];
}

/** What leads to the pages of sessions, of sign-ins, and of applications that were let in. */
function accessRows(page: Page): Row[] {
  const { t } = page;
  const row = (path: string, what: string, value: string): Row => ({
    what,
    value: html`${value}`,
    action: rowLink(page, path, "action.view", what),
  });
  return [
    row("/account/sessions", t.text("signIn.devices"), t.text("signIn.devicesValue")),
    row("/account/sign-ins", t.text("signIns.title"), t.text("signIns.rowNote")),
    row("/account/applications", t.text("signIn.applications"), t.text("signIn.applicationsValue")),
  ];
}

/** `GET /account/sign-in`. @param trouble why something could not be removed. */
export async function signInPage(
  page: Page,
  { saved }: { saved?: string | undefined },
  trouble?: string,
): Promise<Answer> {
  const { t } = page;
  const wrong = trouble === undefined ? [] : [{ id: undefined, message: trouble }];
  const stored = await readStored(page);
  const title = t.text("signIn.title");
  const frame = {
    title,
    section: "signIn",
    person: personIn(stored),
    hasFault: wrong.length > 0,
    content: html`${pageHead(page, { title, intro: t.text("signIn.intro"), alarm: summary(t, wrong) })}${await savedNotice(page, saved)}
${card(t, { id: "card-sign-in", title: t.text("signIn.title"), rows: signInRows(page, stored) })}
${await credentialCards(page, stored)}`,
  } as const;
  return show(frame, wrong.length > 0 ? 409 : 200);
}
