/** The blocks that pages are built of: heads, cards, rows, notices, buttons. */
import { html } from "hono/html";
import { icon } from "../design/icons.ts";
import { type Html, type MessageKey, nothing } from "../messages/messages.ts";
import type { Visit } from "../page.ts";

/** The head of a page: the way back, what is wrong if anything is, the title. */
export function pageHead(
  { t, href }: Pick<Visit, "t" | "href">,
  {
    title,
    intro,
    back,
    alarm = nothing,
  }: {
    title: string;
    intro?: Html | string;
    back?: { path: string; key: MessageKey } | undefined;
    alarm?: Html;
  },
): Html {
  const way = back
    ? html`<a class="back" href="${href(back.path)}">${icon("back", true)}${t.text(back.key)}</a>`
    : nothing;
  return html`<div class="head">${way}${alarm}<h1>${title}</h1>${intro ? html`<p class="intro">${intro}</p>` : nothing}</div>`;
}

/** One thing that is held: what it is, its value, and what can be done with it. */
export type Row = {
  what: string;
  value: Html | undefined;
  note?: Html | string | undefined;
  action?: Html | undefined;
};

/** Rows under a heading. @param id of the heading. */
export function card(
  t: Visit["t"],
  { id, title, note, rows, foot }: { id: string; title: string; note?: string; rows: Row[]; foot?: Html },
): Html {
  return html`<section class="card" aria-labelledby="${id}"><div class="card-head"><h2 id="${id}">${title}</h2>${note ? html`<p>${note}</p>` : nothing}</div>
<dl>${rows.map((row) => rowOf(t, row))}</dl>${foot ? html`<div class="card-foot">${foot}</div>` : nothing}</section>`;
}

const rowOf = (t: Visit["t"], { what, value, note, action }: Row): Html =>
  html`<div class="row"><dt>${what}</dt><dd class="value${value ? "" : " none"}">${value ?? t.text("value.none")}${note ? html`<span class="note">${note}</span>` : nothing}</dd>${action ? html`<dd class="action">${action}</dd>` : nothing}</div>`;

/**
 * What follows, point by point, before the button that brings it about.
 * @param id of the heading. @param tone of what is said: a change, or the loss of something.
 */
export const points = (
  { id, title, says }: { id: string; title: string; says: readonly (Html | string)[] },
  tone: "change" | "alarm" = "change",
): Html =>
  html`<section class="card" aria-labelledby="${id}"><div class="card-head"><h2 id="${id}">${title}</h2></div><ol class="events">${says.map(
    (text) =>
      html`<li class="event ${tone}"><span class="dot" aria-hidden="true"></span><span>${text}</span></li>`,
  )}</ol></section>`;

/** The action of a row. Its full name says of what, for people who hear one link after the other. */
export const rowLink = (
  { t, href }: Pick<Visit, "t" | "href">,
  path: string,
  key: MessageKey,
  what: string,
): Html => html`<a class="link" href="${href(path)}" aria-label="${named(t, key, what)}">${t.text(key)}</a>`;

export const named = (t: Visit["t"], key: MessageKey, what: string): string =>
  t.text("action.of", { action: t.text(key), what });

/** Says what has happened. It is announced, and takes the focus with the script. */
export const notice = (
  content: Html | string,
  tone: "good" | "warn" = "good",
  action: Html = nothing,
): Html =>
  html`<div class="notice${tone === "warn" ? " warn" : ""}" role="status" data-notice>${icon(tone === "warn" ? "warn" : "check")}<p>${content}</p>${action}</div>`;

/** What is wrong, before the form; each line leads to its input. */
export const summary = (
  t: Visit["t"],
  faults: readonly { id: string | undefined; message: string }[],
): Html =>
  faults.length === 0
    ? nothing
    : html`<div class="summary" role="alert" tabindex="-1" autofocus data-summary><h2>${t.text("problem.title")}</h2><ul>${faults.map(
        ({ id, message }) => html`<li>${id ? html`<a href="#${id}">${message}</a>` : message}</li>`,
      )}</ul></div>`;

/** A page with one thing to say and one thing to do. */
export const face = (
  { t, href }: Pick<Visit, "t" | "href">,
  { title, intro, action, also }: { title: string; intro: Html | string; action?: Html; also?: string },
): Html =>
  html`${pageHead({ t, href }, { title, intro })}${also ? html`<p class="intro">${also}</p>` : nothing}${action ? html`<div class="buttons">${action}</div>` : nothing}`;

export const buttonLink = (url: string, text: string, isPrimary = false): Html =>
  html`<a class="button${isPrimary ? " primary" : ""}" href="${url}">${text}</a>`;
