/** Lines of the log that no request line holds: one event, and fields that name nobody and quote nothing. */
import type { Platform } from "./platform.ts";

export type LogLevel = "info" | "warn" | "error";

/** Writes one JSON line. */
export function logEvent(
  { now, write }: Pick<Platform, "now" | "write">,
  level: LogLevel,
  event: string,
  fields: Readonly<Record<string, string | number | boolean>> = {},
): void {
  write(JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields }));
}
