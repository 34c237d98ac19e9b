/** Times and days in words. */
import { html } from "hono/html";
import type { Html, Translate } from "../messages/messages.ts";

const dayMs = 86_400_000;

/** The time zone that a person has chosen, if there is such a one. */
function timeZoneOf({ formats }: Translate, zone: unknown): string {
  if (typeof zone !== "string") return "UTC";
  try {
    return formats.date({ timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

/** The moment as people say it: today and yesterday by name. */
export function moment(t: Translate, zone: unknown, iso: string, now: number): Html {
  const { formats } = t;
  const timeZone = timeZoneOf(t, zone);
  const at = Date.parse(iso);
  const days = formats.date({ timeZone, dateStyle: "medium" });
  const time = formats.date({ timeZone, timeStyle: "short" }).format(at);
  const daysAgo = [0, 1].find((ago) => days.format(at) === days.format(now - ago * dayMs));
  const day = daysAgo === undefined ? days.format(at) : capital(formats.relative.format(-daysAgo, "day"));
  return html`<time datetime="${iso}">${day} <bdi>${time}</bdi></time>`;
}

/** The moment in full, as a text. */
export const dateAndTime = (t: Translate, zone: unknown, iso: string): string =>
  t.formats
    .date({ timeZone: timeZoneOf(t, zone), dateStyle: "long", timeStyle: "short" })
    .format(Date.parse(iso));

/** The time of day, with the name of its time zone. */
export function clock(t: Translate, zone: unknown, at: number): string {
  const timeZone = timeZoneOf(t, zone);
  return t.formats.date({ timeZone, hour: "numeric", minute: "2-digit", timeZoneName: "short" }).format(at);
}

/** A day as it is stored, in no time zone: `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`. */
export function day({ formats }: Translate, stored: string): string {
  if (/^\d{4}$/.test(stored)) return stored;
  const hasYear = !stored.startsWith("0000");
  const at = Date.parse(`${hasYear ? stored : stored.replace("0000", "2000")}T00:00:00Z`);
  if (Number.isNaN(at)) return stored;
  const parts = { day: "numeric", month: "long", timeZone: "UTC" } as const;
  return formats.date(hasYear ? { ...parts, year: "numeric" } : parts).format(at);
}

/** The name of a time zone as people read it. */
export function zoneName(t: Translate, zone: unknown): string {
  const timeZone = timeZoneOf(t, zone);
  if (timeZone === "UTC") return timeZone;
  const parts = t.formats.date({ timeZone, timeZoneName: "longGeneric" }).formatToParts(0);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
}

const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);
