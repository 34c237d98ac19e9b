/** Lines of the log that no request line holds: one event, and fields that name nobody and quote nothing. */
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

/** What a line may say of something that was thrown: a refusal's code or an error's name, never its message. */
export function faultOf(error: unknown): string {
  if (error instanceof Refusal) return error.code;
  return error instanceof Error ? error.name : "unknown";
}
