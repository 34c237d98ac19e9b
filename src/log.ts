/** Log lines for events that are not requests. Their fields identify nobody and quote nothing. */
import type { Platform } from "./platform.ts";
import { Refusal } from "./problem.ts";

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

/** What the log may say about a thrown value: the code of a refusal or the name of an error, never its message. */
export function faultOf(error: unknown): string {
  if (error instanceof Refusal) return error.code;
  return error instanceof Error ? error.name : "unknown";
}
