/** The page of the picture: what others see, a form for another one, and the way to remove it. */
import { html } from "hono/html";
import { type Answer, show } from "../answer.ts";
import { fieldsOn, labelOf } from "../forms/controls.ts";
import { type Html, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, named, pageHead, type Row, rowLink, summary } from "../parts/blocks.ts";
import { personIn, readStored, type Stored, shownIn } from "../stored.ts";
import { hidden } from "./form-page.ts";

const path = "/account/picture";
const input = "picture";

/** The row of the overview; there is none where the catalogue has no picture. */
export function pictureRows(page: Page, stored: Stored): Row[] {
  return fieldsOn("picture").map((field) => {
    const what = labelOf(page.t, field);
    const isSet = shownIn(stored, field) !== null;
    return {
      what,
      value: isSet ? portrait(page, stored) : undefined,
      action: rowLink(page, path, isSet ? "action.change" : "action.add", what),
    };
  });
}

/** A picture that lies elsewhere is not loaded: it would tell another server who looks at their account. */
function portrait({ t, href }: Page, stored: Stored): Html {
  const { picture } = personIn(stored);
  return picture
    ? html`<img class="portrait" src="${href(picture)}" alt="${t.text("picture.alt")}" width="96" height="96">`
    : html`${t.text("picture.elsewhere")}`;
}

/** @param fault what is wrong with the file that was chosen. */
export async function picturePage(page: Page, fault?: string): Promise<Answer> {
  const { t, href } = page;
  const stored = await readStored(page);
  const title = t.text("picture.title");
  const wrong = fault === undefined ? [] : [{ id: input, message: fault }];
  const [field] = fieldsOn("picture");
  const isSet = field !== undefined && shownIn(stored, field) !== null;
  const content = html`${pageHead(page, { title, intro: t.text("picture.intro"), back: { path: "/account", key: "nav.overview" }, alarm: summary(t, wrong) })}
${isSet ? html`<div class="portrait-now">${portrait(page, stored)}${removal(page)}</div>` : nothing}
<form class="form" method="post" action="${href(path)}" enctype="multipart/form-data">${hidden(page)}
<div class="field${fault === undefined ? "" : " bad"}"><label for="${input}">${t.text("picture.choose")}</label>
<p class="hint" id="${input}-hint" data-scripted="${t.text("picture.scripted")}">${t.text("picture.help")}</p>
${fault === undefined ? nothing : html`<p class="fault" id="${input}-fault">${fault}</p>`}
<input class="input" id="${input}" name="${input}" type="file" accept="image/jpeg,image/png,image/webp" required aria-describedby="${input}-hint${fault === undefined ? "" : ` ${input}-fault`}" data-picture>
<div data-preview></div></div>
<div class="buttons"><button class="button primary">${t.text("action.save")}</button>${buttonLink(href("/account"), t.text("action.cancel"))}</div></form>`;
  const frame = {
    title,
    section: "profile",
    person: personIn(stored),
    hasFault: wrong.length > 0,
    content,
  } as const;
  return show(frame, wrong.length > 0 ? 422 : 200);
}

const removal = (page: Page): Html =>
  html`<form method="post" action="${page.href(`${path}/remove`)}">${hidden(page)}<button class="link start" aria-label="${named(page.t, "action.remove", page.t.text("picture.title"))}">${page.t.text("action.remove")}</button></form>`;
