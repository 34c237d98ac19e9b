/** `GET /account/sessions`: where somebody is signed in, with a way to end each, and all others. */
import { html } from "hono/html";
import { listSessions, type SessionItem } from "../../me/sessions/list-sessions.ts";
import { type Answer, show } from "../answer.ts";
import { type Html, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { card, named, notice, pageHead, type Row } from "../parts/blocks.ts";
import { savedNotice } from "../parts/saved.ts";
import { personIn, readStored, zoneIn } from "../stored.ts";
import { hidden } from "./form-page.ts";
import { dateAndTime, moment } from "./times.ts";

const back = { path: "/account/sign-in", key: "nav.signIn" } as const;

export async function sessionsPage(page: Page, { saved }: { saved?: string | undefined }): Promise<Answer> {
  const { t, services, caller } = page;
  const [stored, { items, complete }] = await Promise.all([readStored(page), listSessions(services, caller)]);
  const zone = zoneIn(stored);
  const title = t.text("sessions.title");
  const hasPlace = items.some(({ reportedPlace }) => reportedPlace !== null);
  const rows = items.map((item) => rowOf(page, item, zone));
  return show({
    title,
    section: "signIn",
    person: personIn(stored),
    content: html`${pageHead(page, { title, intro: t.text("sessions.intro"), back })}${await savedNotice(page, saved)}
${complete ? nothing : notice(t.text("sessions.incomplete"), "warn")}
${card(t, { id: "card-sessions", title: t.text("sessions.list"), rows })}
${hasPlace ? html`<p class="hint">${t.text("sessions.placeNote")}</p>` : nothing}
${items.length > 1 || !complete ? others(page) : html`<p class="hint">${t.text("sessions.noOthers")}</p>`}`,
  });
}

function rowOf(page: Page, item: SessionItem, zone: unknown): Row {
  const { t, href, services } = page;
  const what = nameOf(page, item);
  const now = services.platform.now();
  const tag = item.current ? html` <span class="tag">${t.text("sessions.current")}</span>` : nothing;
  const begun = item.begunAt && t.rich("sessions.begun", { time: moment(t, zone, item.begunAt, now) });
  const notes = [
    item.lastSeenAt && t.rich("sessions.seen", { time: moment(t, zone, item.lastSeenAt, now) }),
    item.expiresAt && t.text("sessions.until", { time: dateAndTime(t, zone, item.expiresAt) }),
    placeOf(page, item),
    applicationsOf(page, item),
  ].filter(Boolean);
  const end = html`<form method="post" action="${href("/account/sessions")}">${hidden(page, { session: item.ref })}<button class="link" aria-label="${named(t, "sessions.end", what)}">${t.text("sessions.end")}</button></form>`;
  return {
    what,
    value: html`${begun || what}${tag}`,
    note: html`${notes.map((note) => html`<span class="note">${note}</span>`)}`,
    action: item.current ? undefined : end,
  };
}

function nameOf({ t }: Page, { browser, system }: SessionItem): string {
  if (browser !== null && system !== null) return t.text("sessions.browserOn", { browser, system });
  return browser ?? system ?? t.text("sessions.unnamed");
}

/** The country by its name, where it is the code of one. */
function placeOf({ t }: Page, { reportedPlace }: SessionItem): string | undefined {
  if (!reportedPlace) return undefined;
  const { country, city } = reportedPlace;
  const isCode = country !== null && /^[A-Z]{2}$/.test(country);
  const region = isCode ? t.formats.regions.of(country) : country;
  return t.text("sessions.place", { place: [city, region].filter(Boolean).join(", ") });
}

function applicationsOf({ t }: Page, { applications }: SessionItem): string | undefined {
  if (applications.length === 0) return undefined;
  const names = t.formats.list.format(applications.map(({ id, name }) => name ?? id));
  return t.text("sessions.applications", { names });
}

const others = (page: Page): Html =>
  html`<form class="form" method="post" action="${page.href("/account/sessions/others")}">${hidden(page)}<p class="hint">${page.t.text("sessions.othersNote")}</p><div class="buttons"><button class="button danger">${page.t.text("sessions.endOthers")}</button></div></form>`;
