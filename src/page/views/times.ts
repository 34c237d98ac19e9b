/** Times and days in words. */
import { html } from "hono/html";
import { type Html, type Language, localeOf } from "../messages/messages.ts";
import { timeZoneOf } from "../page.ts";

const dayMs = 86_400_000;

/** `2026-11-27`, in a time zone. */
const dayIn = (zone: string, at: number) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(at);

/** The moment as people say it: today and yesterday by name. */
export function moment(language: Language, zone: unknown, iso: string, now: number): Html {
  const timeZone = timeZoneOf(zone);
  const locale = localeOf[language];
  const at = Date.parse(iso);
  const time = new Intl.DateTimeFormat(locale, { timeZone, timeStyle: "short" }).format(at);
  const daysAgo = [0, 1].find((days) => dayIn(timeZone, at) === dayIn(timeZone, now - days * dayMs));
  const day =
    daysAgo === undefined
      ? new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "medium" }).format(at)
      : capital(new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-daysAgo, "day"));
  return html`<time datetime="${iso}">${day} <bdi>${time}</bdi></time>`;
}

/** The time of day, with the name of its time zone. */
export const clock = (language: Language, zone: unknown, at: number): string =>
  new Intl.DateTimeFormat(localeOf[language], {
    timeZone: timeZoneOf(zone),
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(at);

/** A day as it is stored, in no time zone: `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`. */
export function day(language: Language, stored: string): string {
  if (/^\d{4}$/.test(stored)) return stored;
  const hasYear = !stored.startsWith("0000");
  const at = Date.parse(`${hasYear ? stored : stored.replace("0000", "2000")}T00:00:00Z`);
  if (Number.isNaN(at)) return stored;
  const parts = { day: "numeric", month: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(localeOf[language], hasYear ? { ...parts, year: "numeric" } : parts).format(
    at,
  );
}

/** The name of a time zone as people read it. */
export const zoneName = (language: Language, zone: unknown): string => {
  const timeZone = timeZoneOf(zone);
  if (timeZone === "UTC") return timeZone;
  const parts = new Intl.DateTimeFormat(localeOf[language], { timeZone, timeZoneName: "longGeneric" });
  return parts.formatToParts(0).find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
};

const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);
