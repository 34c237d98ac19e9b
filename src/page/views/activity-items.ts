/** Entries of the activity in words. */
import { html } from "hono/html";
import { catalogue } from "../../fields/catalogue.ts";
import type { ActivityItem } from "../../me/activity/read-activity.ts";
import { labelOf } from "../forms/controls.ts";
import { type Html, nothing, type Translate } from "../messages/messages.ts";
import type { Page } from "../page.ts";
import { moment } from "./times.ts";

const changes = new Set([
  "profile.updated",
  "profile.undone",
  "identifier.restored",
  "password.changed",
  "factor.removed",
  "identity.removed",
  "business.revealed",
  "identifier.proven",
  "notices.changed",
  "account.exported",
  "sessions.ended",
  "application.revoked",
]);
const alarms = new Set(["step_up.refused", "identifier.refused"]);
/** The most fields that an entry names. */
const maxNamed = 3;

/** @param action what can be done about an entry. */
export function eventList(
  { t, caller, services }: Page,
  items: readonly ActivityItem[],
  zone: unknown,
  action: (item: ActivityItem) => Html = () => nothing,
): Html {
  const now = services.platform.now();
  const entries = items.map((item) => {
    const tone = alarms.has(item.event) ? " alarm" : changes.has(item.event) ? " change" : "";
    const where =
      item.clientId === caller.client
        ? t.text("activity.here")
        : (t.find(`client.${item.clientId}`) ?? item.clientId);
    // Whoever signs in proves nothing beside that.
    const proof = item.event === "session.started" ? undefined : item.detail.method;
    const via = t.find(`via.${String(proof ?? item.detail.to ?? item.detail.type)}`);
    return html`<li class="event${tone}"><span class="dot" aria-hidden="true"></span><span>${eventText(t, item)}</span>${moment(t, zone, item.at, now)}<span class="note">${[where, via].filter(Boolean).join(" · ")}</span>${action(item)}</li>`;
  });
  return html`<ol class="events">${entries}</ol>`;
}

/** What happened. */
export function eventText(
  t: Translate,
  { event, detail }: { event: string; detail: Readonly<Record<string, unknown>> },
): string {
  const fields = Array.isArray(detail.fields) ? detail.fields.map(String) : [];
  if (event === "profile.updated" && fields.length > maxNamed)
    return t.text("event.profile.updated.many", { count: fields.length });
  const what = fieldLabels(t, fields);
  return t.find(`event.${event}`, { what }) ?? t.text("event.other", { event });
}

/** @param names as an entry has them. */
export const fieldLabels = (t: Translate, names: readonly string[]): string =>
  t.formats.list.format(names.map((name) => fieldLabel(t, name)));

/** An entry names a field by its pointer, or a business field by its name. */
function fieldLabel(t: Translate, name: string): string {
  const field = catalogue.find(
    (entry) => entry.pointer === name || (entry.storage === "vault" && entry.name === name),
  );
  return field ? labelOf(t, field) : name;
}
