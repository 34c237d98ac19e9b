/** `GET /account/deletion`: what goes and when, or how it stands once it was asked for. */
import { html } from "hono/html";
import { type DeletionState, readDeletion } from "../../me/deletion/read-deletion.ts";
import { type Answer, show } from "../answer.ts";
import { textInput } from "../forms/inputs.ts";
import { type Html, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, notice, pageHead, points, type Row, rowLink, summary } from "../parts/blocks.ts";
import { keepForm } from "../parts/deletion-banner.ts";
import { personIn, readStored, type Stored, textIn, zoneIn } from "../stored.ts";
import { hidden } from "./form-page.ts";
import { dateAndTime } from "./times.ts";

type State = {
  fault?: string | undefined;
  trouble?: string | undefined;
  typed?: string;
  proof?: string | undefined;
};

const dayMs = 86_400_000;

/** @returns undefined where nobody can delete their account here. */
export async function deletionPage(page: Page, state: State = {}): Promise<Answer | undefined> {
  const { deletion } = page.services.config;
  if (!deletion) return undefined;
  const stored = await readStored(page);
  const asked = await readDeletion(page.services, page.caller);
  return asked.deletesAt === null
    ? askPage(page, stored, daysOf(deletion), state)
    : askedPage(page, stored, asked, asked.deletesAt);
}

function askPage(page: Page, stored: Stored, days: number, { fault, trouble, typed, proof }: State): Answer {
  const { t, href } = page;
  const title = t.text("deletion.title");
  const wrong = [
    ...(trouble ? [{ id: undefined, message: trouble }] : []),
    ...(fault ? [{ id: "confirm", message: fault }] : []),
  ];
  const says = [t.text("deletion.goesSignIn"), t.text("deletion.goesData"), t.text("deletion.stays")];
  const back = { path: "/account", key: "nav.overview" } as const;
  return show(
    {
      title,
      section: "overview",
      person: personIn(stored),
      hasFault: wrong.length > 0,
      content: html`${pageHead(page, { title, intro: t.text("deletion.intro", { days }), back, alarm: summary(t, wrong) })}
${points({ id: "goes", title: t.text("deletion.goes"), says }, "alarm")}
<form class="form" method="post" action="${href("/account/deletion")}" novalidate>${hidden(page, proof === undefined ? {} : { proof })}
${confirmInput(page, stored, fault, typed)}
<div class="buttons"><button class="button danger">${t.text("deletion.submit")}</button>${buttonLink(href("/account"), t.text("action.cancel"))}</div></form>`,
    },
    wrong.length > 0 ? 422 : 200,
  );
}

function confirmInput({ t }: Page, { document }: Stored, fault: string | undefined, typed = ""): Html {
  const [name = ""] = ["username", "primaryEmail", "primaryPhone", "id"]
    .map((member) => textIn(document, member))
    .filter(Boolean);
  // Isolated, so that it keeps its own direction.
  const label = t.text("deletion.confirm", { name: `\u2068${name}\u2069` });
  const more = { autocomplete: "off", autocapitalize: "none", spellcheck: "false", dir: "ltr" };
  const faults = fault === undefined ? {} : { confirm: fault };
  return textInput({ name: "confirm", label, more }, { typed: { confirm: typed }, faults });
}

function askedPage(page: Page, stored: Stored, { heldFor }: DeletionState, deletesAt: string): Answer {
  const { t, href, services } = page;
  const title = t.text("deletion.askedTitle");
  const isOver = Date.parse(deletesAt) <= services.platform.now();
  const due = dateAndTime(t, zoneIn(stored), deletesAt);
  const intro = isOver ? t.text("deletion.overdueIntro") : t.text("deletion.askedIntro", { due });
  const held = heldFor === null ? nothing : notice(t.text("deletion.heldFor", { reason: heldFor }), "warn");
  return show({
    title,
    section: "overview",
    person: personIn(stored),
    content: html`${pageHead(page, { title, intro })}${held}
<div class="buttons">${keepForm(page, "button primary")}${buttonLink(href("/account"), t.text("deletion.goOn"))}</div>`,
  });
}

/** The row that leads there, among the person's data. */
export function deletionRow(page: Page): Row[] {
  const { t, services } = page;
  const { deletion } = services.config;
  if (!deletion) return [];
  const what = t.text("deletion.row");
  const value = html`${t.text("deletion.rowValue", { days: daysOf(deletion) })}`;
  return [{ what, value, action: rowLink(page, "/account/deletion", "deletion.open", what) }];
}

const daysOf = ({ graceMs }: { graceMs: number }) => Math.round(graceMs / dayMs);
