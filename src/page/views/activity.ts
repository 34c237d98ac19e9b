/** `GET /account/activity`: what happened, page by page, and what of it can still be undone. */
import { html } from "hono/html";
import { type ActivityItem, type ActivityPage, readActivity } from "../../me/activity/read-activity.ts";
import { listUndo } from "../../me/undo/list-undo.ts";
import { type Answer, show } from "../answer.ts";
import { type Html, nothing } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { buttonLink, notice, pageHead } from "../parts/blocks.ts";
import { savedNotice, undoForm } from "../parts/saved.ts";
import { personIn, readStored, zoneIn } from "../stored.ts";
import { eventList, fieldLabels } from "./activity-items.ts";
import { dateAndTime, zoneName } from "./times.ts";

export async function activityPage(
  page: Page,
  { saved, cursor }: { saved?: string | undefined; cursor?: string | undefined },
): Promise<Answer> {
  const { t, href, services, caller } = page;
  const stored = await readStored(page);
  const activity = await readActivity(services, caller, cursor);
  const { items, nextCursor } = activity;
  const undoable = Map.groupBy(await listUndo(services, caller), ({ requestId }) => requestId);
  const zone = zoneIn(stored);
  const action = (item: ActivityItem): Html => {
    if (!changes.has(item.event)) return nothing;
    const forms = (undoable.get(item.requestId) ?? []).map(({ ref, fields }) =>
      undoForm(page, ref, fieldLabels(t, fields)),
    );
    return html`${forms}`;
  };
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

/** The events of changes that can be undone. */
const changes = new Set(["profile.updated", "profile.undone"]);
