/** The frame of every page: head, sections, content, foot. */
import { html } from "hono/html";
import { icon } from "../design/icons.ts";
import {
  directionOf,
  type Html,
  languageNames,
  languages,
  ltr,
  type MessageKey,
  nothing,
} from "../messages/messages.ts";
import { type Page, type Section, sections, type Visit } from "../page.ts";

/** Who is signed in, as the head shows it. `picture` is the path of one that is held here. */
export type Person = { label: string; isAddress: boolean; initials: string; picture?: string | undefined };

export type Frame = {
  title: string;
  /** Marks the section; undefined for a page that belongs to none, which shows no sections. */
  section?: Section | undefined;
  person?: Person | undefined;
  /** Whether something is wrong on the page: its title then says so first. */
  hasFault?: boolean | undefined;
  /** Whether it stands where there may be no account page: nothing leads there. */
  isAlone?: boolean | undefined;
  content: Html;
  /** What stands on top of every page. */
  banner?: Html | undefined;
};

/** Composes the whole document. @param page with a form token where somebody is signed in. */
export function layout(page: Visit & Partial<Pick<Page, "formToken">>, frame: Frame): Html {
  const { t, language, settings, assets } = page;
  const title = frame.hasFault ? t.text("page.errorTitle", { title: frame.title }) : frame.title;
  const { section } = frame;
  return html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${settings.name}</title>
<link rel="stylesheet" href="${assets.style}">
${settings.stylesheet ? html`<link rel="stylesheet" href="${settings.stylesheet}">` : nothing}
<script src="${assets.script}" defer></script>
</head>
<body>
<a class="skip" href="#content">${t.text("page.skip")}</a>
${top(page, frame)}
<div class="${section ? "frame" : "frame plain"}">
${section ? sectionList(page, section) : nothing}
<main class="content" id="content" tabindex="-1">
${frame.banner ?? nothing}${frame.content}
</main>
</div>
${foot(page, frame)}
</body>
</html>`;
}

function top(page: Visit & Partial<Pick<Page, "formToken">>, { person, isAlone }: Frame): Html {
  const { t, settings, href, formToken } = page;
  const mark = settings.logo
    ? html`<img src="${settings.logo}" alt="">`
    : html`<span class="mark" aria-hidden="true">${settings.name.slice(0, 1).toUpperCase()}</span>`;
  const name = person && (person.isAddress ? ltr(person.label) : html`<bdi>${person.label}</bdi>`);
  const brand = html`${mark}<span>${settings.name}</span>`;
  return html`<header class="top"><div class="top-inner">
${isAlone ? html`<span class="brand">${brand}</span>` : html`<a class="brand" href="${href("/account")}">${brand}</a>`}
${
  person && formToken
    ? html`<div class="who"><span class="who-name">${name ?? nothing}</span>${person.picture ? html`<img class="face" src="${href(person.picture)}" alt="">` : html`<span class="face" aria-hidden="true">${person.initials}</span>`}
<form method="post" action="${href("/session/sign-out")}">${token(formToken)}<button class="link quiet sign-out">${icon("signOut", true)}<span>${t.text("page.signOut")}</span></button></form></div>`
    : nothing
}
</div></header>`;
}

const sectionKeys = {
  overview: "nav.overview",
  profile: "nav.profile",
  address: "nav.address",
  signIn: "nav.signIn",
  private: "nav.private",
  preferences: "nav.preferences",
  activity: "nav.activity",
} as const satisfies Record<Section, MessageKey>;

const sectionOrder: readonly Section[] = [
  "overview",
  "profile",
  "address",
  "signIn",
  "private",
  "preferences",
  "activity",
];

function sectionList({ t, href }: Visit, current: Section): Html {
  const items = sectionOrder.map(
    (name) =>
      html`<li><a href="${href(sections[name])}"${name === current ? html` aria-current="page"` : nothing}>${icon(name)}<span>${t.text(sectionKeys[name])}</span></a></li>`,
  );
  return html`<nav aria-label="${t.text("page.sections")}"><ul class="sections">${items}</ul></nav>`;
}

function foot({ t, language, settings, href, path }: Visit, { isAlone }: Frame): Html {
  const links = settings.links.map(({ label, url }) => html`<li><a href="${url}">${label}</a></li>`);
  const choices = languages.map(
    (name) =>
      html`<button name="language" value="${name}" lang="${name}" dir="${directionOf(name)}" aria-pressed="${name === language ? "true" : "false"}">${languageNames[name]}</button>`,
  );
  const languageForm = html`<form class="languages" method="post" action="${href("/account/language")}" aria-label="${t.text("page.language")}"><input type="hidden" name="at" value="${path}">${choices}</form>`;
  return html`<footer class="foot"><div class="foot-inner">
${isAlone ? nothing : languageForm}
${links.length > 0 ? html`<ul aria-label="${t.text("page.links")}">${links}</ul>` : nothing}
</div></footer>`;
}

/** Binds a form to the session. */
export const token = (formToken: string): Html =>
  html`<input type="hidden" name="csrf" value="${formToken}">`;
