/** `GET /account/export`: what an export is, and after a proof the file itself. */
import { html } from "hono/html";
import { type Answer, show } from "../answer.ts";
import type { Page } from "../page.ts";
import { buttonLink, pageHead, points, type Row, rowLink, summary } from "../parts/blocks.ts";
import { personIn, readStored } from "../stored.ts";
import { hidden } from "./form-page.ts";

const path = "/account/export";
const back = { path: "/account", key: "nav.overview" } as const;

/** @param ready the id of what waits, once the person has proven who they are. @param trouble why there is no file now. */
export async function exportPage(
  page: Page,
  { ready, trouble }: { ready?: string; trouble?: string } = {},
): Promise<Answer> {
  const { t, href } = page;
  const stored = await readStored(page);
  const title = t.text("export.title");
  const wrong = trouble === undefined ? [] : [{ id: undefined, message: trouble }];
  const intro = t.text(ready === undefined ? "export.intro" : "export.readyIntro");
  const button = t.text(ready === undefined ? "export.start" : "export.download");
  const says = [
    t.text("export.holds"),
    t.text("export.two"),
    t.text("export.once"),
    t.text("export.careful"),
  ];
  return show(
    {
      title,
      section: "overview",
      person: personIn(stored),
      hasFault: wrong.length > 0,
      content: html`${pageHead(page, { title, intro, back, alarm: summary(t, wrong) })}
${points({ id: "holds", title: t.text("export.inIt"), says })}
<form method="post" action="${href(path)}">${hidden(page, ready === undefined ? {} : { ready })}
<div class="buttons"><button class="button primary">${button}</button>${buttonLink(href(back.path), t.text("action.cancel"))}</div></form>`,
    },
    wrong.length > 0 ? 429 : 200,
  );
}

/** The row of the overview that leads here. */
export function exportRow(page: Page): Row {
  const { t } = page;
  const what = t.text("export.title");
  return { what, value: html`${t.text("export.row")}`, action: rowLink(page, path, "export.open", what) };
}
