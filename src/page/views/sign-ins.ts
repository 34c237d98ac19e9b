/** `GET /account/sign-ins`: who signed in or tried; and the page behind "this was not me". */
import { html } from "hono/html";
import { readSignIns, type SignInPage } from "../../me/sign-ins/read-sign-ins.ts";
import type { SignIn } from "../../me/sign-ins/sign-in.ts";
import { type Answer, show } from "../answer.ts";
import { countryName } from "../forms/countries.ts";
import { type Html, ltr, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, pageHead, points } from "../parts/blocks.ts";
import { personIn, readStored, zoneIn } from "../stored.ts";
import { hidden } from "./form-page.ts";
import { moment, zoneName } from "./times.ts";

const path = "/account/sign-ins";
const notMePath = "/account/sign-ins/not-me";
const back = { path: "/account/sign-in", key: "nav.signIn" } as const;

export async function signInsPage(page: Page, { cursor }: { cursor?: string | undefined }): Promise<Answer> {
  const { t, href, services, caller } = page;
  const stored = await readStored(page);
  const zone = zoneIn(stored);
  const signIns = await readSignIns(services, caller, cursor);
  const title = t.text("signIns.title");
  return show({
    title,
    section: "signIn",
    person: personIn(stored),
    content: html`${pageHead(page, { title, intro: t.text("signIns.intro"), back })}
<div class="buttons">${t.text("notMe.help")} ${buttonLink(href(notMePath), t.text("notMe.short"))}</div>
${listOf(page, signIns, zone)}
<p class="hint">${t.text(`signIns.${signIns.lockouts}`)}</p>
<p class="hint">${t.text("signIns.reported")} ${t.text("activity.times", { zone: zoneName(t, zone) })}</p>
<div class="buttons">${waysFrom(page, cursor, signIns.nextCursor)}</div>`,
  });
}

function listOf(page: Page, { items, nextCursor }: SignInPage, zone: unknown): Html {
  const { t } = page;
  if (items.length === 0)
    return html`<p class="intro empty">${t.text(nextCursor === undefined ? "signIns.empty" : "signIns.emptyPage")}</p>`;
  const entries = items.map((item) => entryOf(page, item, zone));
  return html`<section class="card" aria-label="${t.text("signIns.title")}"><ol class="events">${entries}</ol></section>`;
}

function entryOf({ t, services }: Page, item: SignIn, zone: unknown): Html {
  const tone = item.result === "ok" ? "" : " alarm";
  const what = t.text(`signIns.${item.reason ?? "ok"}`);
  return html`<li class="event${tone}"><span class="dot" aria-hidden="true"></span><span>${what}</span>${moment(t, zone, item.at, services.platform.now())}<span class="note">${joined(factsOf(t, item))}</span></li>`;
}

/** What is known of it, as far as anything is. */
function factsOf(t: Page["t"], item: SignIn): Html[] {
  const { method, secondFactor, browser, system, address } = item;
  const ways = [method, secondFactor].flatMap((way) => (way === null ? [] : [t.text(`signIns.${way}`)]));
  const named = browser && system ? t.text("signIns.browser", { browser, system }) : (browser ?? system);
  const { country, city } = item.reportedPlace;
  const countryNamed = country === null ? null : countryName(t.language, country);
  const place = [city, countryNamed].filter((part) => part !== null).join(", ");
  const { application } = item;
  return [
    ...(application ? [html`<bdi>${application.name ?? application.id}</bdi>`] : []),
    ...(ways.length > 0 ? [html`${t.formats.list.format(ways)}`] : []),
    ...(named ? [html`<bdi>${named}</bdi>`] : []),
    ...(address ? [t.rich("signIns.network", { network: ltr(address) })] : []),
    ...(place ? [t.rich("signIns.place", { place: html`<bdi>${place}</bdi>` })] : []),
  ];
}

const joined = (facts: readonly Html[]): Html =>
  html`${facts.map((fact, index) => (index === 0 ? fact : html` · ${fact}`))}`;

function waysFrom({ t, href }: Page, cursor: string | undefined, next: string | undefined): Html[] {
  return [
    cursor === undefined ? nothing : buttonLink(href(path), t.text("action.newest")),
    next === undefined
      ? nothing
      : buttonLink(`${href(path)}?cursor=${encodeURIComponent(next)}`, t.text("action.older")),
  ];
}

/** What the press does, before it is made. */
export async function notMePage(page: Page): Promise<Answer> {
  const { t, href } = page;
  const title = t.text("notMe.title");
  const says = [t.text("notMe.records"), t.text("notMe.password"), t.text("notMe.tokens")];
  return show({
    title,
    section: "signIn",
    person: personIn(await readStored(page)),
    content: html`${pageHead(page, { title, intro: t.text("notMe.intro"), back: { path, key: "signIns.title" } })}
${points({ id: "then", title: t.text("notMe.then"), says }, "alarm")}
<form method="post" action="${href(notMePath)}">${hidden(page, {})}<div class="buttons"><button class="button danger">${t.text("notMe.press")}</button>${buttonLink(href(path), t.text("action.cancel"))}</div></form>`,
  });
}
