/** On every page of somebody whose account is to be deleted: when, and the way to keep it. */
import { html } from "hono/html";
import { icon } from "../design/icons.ts";
import { type Html, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { readStored, zoneIn } from "../stored.ts";
import { dateAndTime } from "../views/times.ts";
import { token } from "./layout.ts";

/** @throws {Refusal} `storage_unavailable`, and as `readStored`. */
export async function deletionBanner(page: Page): Promise<Html> {
  const { t, services, caller, path } = page;
  if (!services.config.deletion || path.startsWith("/account/deletion")) return nothing;
  const deletion = await services.db.deletions.find(caller.userId);
  if (!deletion) return nothing;
  const due = dateAndTime(t, zoneIn(await readStored(page)), new Date(deletion.deletesAt).toISOString());
  return html`<div class="notice warn banner" role="note">${icon("warn")}<p>${t.text("deletion.banner", { due })}</p>${keepForm(page, "link")}</div>`;
}

/** One press, without a proof: it is the safe side. */
export const keepForm = ({ t, href, formToken }: Page, look: "link" | "button primary"): Html =>
  html`<form method="post" action="${href("/account/deletion/keep")}">${token(formToken)}<button class="${look}">${t.text("deletion.keep")}</button></form>`;
