/** `GET /account/applications`: applications of others that somebody has let in, with a way to keep each out again. */
import { html } from "hono/html";
import { type ApplicationItem, listApplications } from "../../me/applications/list-applications.ts";
import { type Answer, show } from "../answer.ts";
import { type Html, nothing, type Translate } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { card, named, notice, pageHead, type Row } from "../parts/blocks.ts";
import { savedNotice } from "../parts/saved.ts";
import { personIn, readStored, zoneIn } from "../stored.ts";
import { hidden } from "./form-page.ts";
import { dateAndTime } from "./times.ts";

const back = { path: "/account/sign-in", key: "nav.signIn" } as const;

export async function applicationsPage(
  page: Page,
  { saved }: { saved?: string | undefined },
): Promise<Answer> {
  const { t, services, caller } = page;
  const [stored, { items, complete }] = await Promise.all([
    readStored(page),
    listApplications(services, caller),
  ]);
  const zone = zoneIn(stored);
  const title = t.text("applications.title");
  const rows = items.map((item) => rowOf(page, item, zone));
  return show({
    title,
    section: "signIn",
    person: personIn(stored),
    content: html`${pageHead(page, { title, intro: t.text("applications.intro"), back })}${await savedNotice(page, saved)}
${complete ? nothing : notice(t.text("applications.incomplete"), "warn")}
${items.length === 0 ? html`<p class="intro empty">${t.text("applications.empty")}</p>` : listOf(page, rows)}`,
  });
}

const listOf = ({ t }: Page, rows: Row[]): Html =>
  html`${card(t, { id: "card-applications", title: t.text("applications.list"), rows })}<p class="hint">${t.text("applications.note")}</p>`;

function rowOf(page: Page, item: ApplicationItem, zone: unknown): Row {
  const { t, href } = page;
  const what = item.name ?? item.id;
  const notes = [
    item.grantedAt && t.text("applications.since", { time: dateAndTime(t, zone, item.grantedAt) }),
    item.expiresAt && t.text("applications.until", { time: dateAndTime(t, zone, item.expiresAt) }),
  ].filter(Boolean);
  const may = t.text("applications.may", { what: t.formats.list.format(scopesOf(t, item)) });
  return {
    what,
    value: html`${may}`,
    note: html`${notes.map((note) => html`<span class="note">${note}</span>`)}`,
    action: html`<form method="post" action="${href("/account/applications")}">${hidden(page, { application: item.ref })}<button class="link" aria-label="${named(t, "applications.revoke", what)}">${t.text("applications.revoke")}</button></form>`,
  };
}

/** `offline_access` is about all the others. */
const isLast = (name: string) => Number(name === "offline_access");

/** In words where there are some. */
function scopesOf(t: Translate, { scopes, resources }: ApplicationItem): string[] {
  const names = new Set([...scopes, ...resources.flatMap((resource) => resource.scopes)]);
  return [...names]
    .toSorted((one, other) => isLast(one) - isLast(other))
    .map((name) => t.find(`scope.${name}`) ?? name);
}
