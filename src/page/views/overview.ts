/** The overview: what is held, on cards, and what happened lately. */
import { html } from "hono/html";
import type { FieldEntry } from "../../fields/catalogue.ts";
import { listActivity } from "../../me/activity/read-activity.ts";
import { type Answer, show } from "../answer.ts";
import { controlOf, fieldsOn, inputId, inputName, labelOf } from "../forms/controls.ts";
import { type Html, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { card, pageHead, type Row, rowLink } from "../parts/blocks.ts";
import { savedNotice } from "../parts/saved.ts";
import { greetingIn, personIn, readStored, type Stored, shownIn, zoneIn } from "../stored.ts";
import { eventList } from "./activity-items.ts";
import { deletionRow } from "./deletion.ts";
import { exportRow } from "./export.ts";
import { noticesRow } from "./notices.ts";
import { pictureRows } from "./picture.ts";
import { privateRows } from "./private-rows.ts";
import { signInRows } from "./sign-in-rows.ts";
import { shownAs } from "./values.ts";

/** Shown even where they are empty; of the others what is there. */
const alwaysShown = new Set(["/name", "/profile/birthdate"]);
const itemsShown = 4;

/** `GET /account`. @param saved the id of a change to report. */
export async function overviewPage(page: Page, { saved }: { saved?: string | undefined }): Promise<Answer> {
  const { t } = page;
  const stored = await readStored(page);
  const name = greetingIn(stored);
  const title = name ? t.text("overview.title", { name }) : t.text("overview.plainTitle");
  return show({
    title,
    section: "overview",
    person: personIn(stored),
    content: html`${pageHead(page, { title, intro: t.text("overview.intro") })}
${await savedNotice(page, saved)}
${card(t, { id: "card-profile", title: t.text("nav.profile"), note: t.text("overview.sharedNote"), rows: profileRows(page, stored) })}
${card(t, { id: "card-sign-in", title: t.text("nav.signIn"), rows: signInRows(page, stored) })}
${card(t, { id: "card-private", title: t.text("nav.private"), note: t.text("overview.privateNote"), rows: privateRows(page, stored) })}
${card(t, { id: "card-preferences", title: t.text("nav.preferences"), rows: fieldRows(page, stored, fieldsOn("preferences"), "/account/preferences") })}
${await dataCard(page)}
${await lately(page, stored)}`,
  });
}

/** What a person can do with the account as a whole. */
async function dataCard(page: Page): Promise<Html> {
  const { t } = page;
  const rows = [...(await noticesRow(page)), exportRow(page), ...deletionRow(page)];
  return card(t, { id: "card-data", title: t.text("data.title"), rows });
}

function profileRows(page: Page, stored: Stored): Row[] {
  const shown = fieldsOn("profile").filter(
    (field) => alwaysShown.has(field.pointer) || shownIn(stored, field) !== null,
  );
  return [
    ...pictureRows(page, stored),
    ...fieldRows(page, stored, shown, "/account/profile"),
    ...fieldRows(page, stored, fieldsOn("address"), "/account/address"),
  ];
}

/** Rows that lead to their input on a page with several. */
function fieldRows(page: Page, stored: Stored, fields: readonly FieldEntry[], path: string): Row[] {
  const { t } = page;
  return fields
    .filter((field) => controlOf(field) !== "none")
    .map((field) => {
      const what = labelOf(t, field);
      const value = shownAs(t, field, shownIn(stored, field));
      const to = `${path}#${inputId(inputName(field))}`;
      return { what, value, action: rowLink(page, to, value ? "action.change" : "action.add", what) };
    });
}

async function lately(page: Page, stored: Stored): Promise<Html> {
  const { t, href, services, caller } = page;
  const { items } = await listActivity(services, caller, undefined);
  if (items.length === 0) return nothing;
  const list = eventList(page, items.slice(0, itemsShown), zoneIn(stored));
  return html`<section class="card" aria-labelledby="card-lately"><div class="card-head"><h2 id="card-lately">${t.text("overview.lately")}</h2></div>${list}<div class="card-foot"><a class="link" href="${href("/account/activity")}">${t.text("overview.allActivity")}</a></div></section>`;
}
