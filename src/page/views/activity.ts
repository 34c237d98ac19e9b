/** `GET /account/activity`: what happened, page by page, and what of it can still be undone. */
import { html } from "hono/html";
import { type ActivityItem, type ActivityPage, readActivity } from "../../me/activity/read-activity.ts";
import { type Answer, show } from "../answer.ts";
import { type Html, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, notice, pageHead } from "../parts/blocks.ts";
import { savedNotice, undoForm } from "../parts/saved.ts";
import { findState, savedChange } from "../states.ts";
import { personIn, readStored, zoneIn } from "../stored.ts";
import { eventList, eventText } from "./activity-items.ts";
import { dateAndTime, zoneName } from "./times.ts";

export async function activityPage(
  page: Page,
  { saved, cursor }: { saved?: string | undefined; cursor?: string | undefined },
): Promise<Answer> {
  const { t, href, services, caller } = page;
  const stored = await readStored(page);
  const activity = await readActivity(services, caller, cursor);
  const { items, nextCursor } = activity;
  const undoable = await undoableAmong(page, items);
  const zone = zoneIn(stored);
  const action = (item: ActivityItem): Html =>
    item.event === "profile.updated" && undoable.has(item.requestId)
      ? undoForm(page, item.requestId, eventText(t, item))
      : nothing;
  const title = t.text("activity.title");
  const list =
    items.length === 0
      ? html`<p class="intro empty">${t.text("activity.empty")}</p>`
      : html`<section class="card" aria-label="${title}">${eventList(page, items, zone, action)}</section>`;
  const ways = [
    cursor === undefined ? nothing : buttonLink(href("/account/activity"), t.text("action.newest")),
    nextCursor === undefined
      ? nothing
      : buttonLink(
          `${href("/account/activity")}?cursor=${encodeURIComponent(nextCursor)}`,
          t.text("action.older"),
        ),
  ];
  return show({
    title,
    section: "activity",
    person: personIn(stored),
    content: html`${pageHead(page, { title, intro: t.text("activity.intro") })}${await savedNotice(page, saved)}${cursor === undefined ? proof(page, activity, zone) : nothing}${list}
<p class="hint">${t.text("activity.times", { zone: zoneName(t, zone) })}</p><div class="buttons">${ways}</div>`,
  });
}

/** Whether the activity is whole, as far as its newest entries say. */
function proof({ t }: Page, { completeSince, gapFound }: ActivityPage, zone: unknown): Html {
  const gap = gapFound ? notice(t.text("activity.gap"), "warn") : nothing;
  const since = completeSince === null ? undefined : dateAndTime(t, zone, completeSince);
  const complete =
    since === undefined ? nothing : html`<p class="hint">${t.text("activity.complete", { since })}</p>`;
  return html`${gap}${complete}`;
}

/** Of which entries the change can be put back: those of the page whose former values are still kept. */
async function undoableAmong(page: Page, items: readonly ActivityItem[]): Promise<Set<string>> {
  const { db, platform } = page.services;
  const kept = new Set(await db.pageStates.ids(page.caller.userId, savedChange.name, platform.now()));
  const candidates = [...new Set(items.map(({ requestId }) => requestId))].filter((id) => kept.has(id));
  const changes = await Promise.all(candidates.map((id) => findState(page, savedChange, id)));
  return new Set(candidates.filter((_id, index) => changes[index]?.undo !== undefined));
}
