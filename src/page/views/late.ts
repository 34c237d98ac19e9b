/** What waits for somebody who was signed out before a form of theirs was saved. */
import { html } from "hono/html";
import { type Answer, show } from "../answer.ts";
import { labelOf } from "../forms/controls.ts";
import type { MessageKey } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, pageHead } from "../parts/blocks.ts";
import type { PendingForm } from "../states.ts";
import { hidden } from "./form-page.ts";
import { privateField } from "./form-pages.ts";

const subjects: Readonly<Record<string, MessageKey>> = {
  "/account/profile": "nav.profile",
  "/account/address": "nav.address",
  "/account/preferences": "nav.preferences",
  "/account/username": "field.username",
  "/account/email": "field.primaryEmail",
  "/account/phone": "field.primaryPhone",
  "/account/password": "signIn.password",
  "/account/sign-ins/not-me": "notMe.short",
};

/** Nothing is done without a press: somebody else may have typed it, on a machine that was left. */
export async function latePage(page: Page, id: string, { action, form }: PendingForm): Promise<Answer> {
  const { t, href } = page;
  const title = t.text("late.title");
  const field = privateField(form.field ?? "");
  const what = field ? labelOf(t, field) : t.text(subjects[action] ?? "page.account");
  return show({
    title,
    content: html`${pageHead(page, { title, intro: t.text("late.intro", { what }) })}
<form method="post" action="${href("/account/confirm")}">${hidden(page, { state: id })}<div class="buttons"><button class="button primary">${t.text("late.save")}</button>${buttonLink(href("/account"), t.text("late.drop"))}</div></form>`,
  });
}
