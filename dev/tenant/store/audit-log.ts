import { LogtoError } from "../http/logto-error.ts";
import { randomId } from "../ids.ts";

/** How a logged action ended, and whatever else is known of it. Payloads hold secrets, as at Logto. */
export type LogPayload = { result: "Success" | "Error"; userId?: string; applicationId?: string } & Record<
  string,
  unknown
>;

/** One entry of the audit log; `createdAt` in epoch milliseconds. */
export type LogEntry = { id: string; key: string; payload: LogPayload; createdAt: number };

/** Logto never purges its log. This one keeps the newest entries. */
const capacity = 10_000;

/** The audit log: token requests and the steps of sign-ins. Calls of the Management API are not in it. */
export class AuditLog {
  #entries: LogEntry[] = [];

  /** @param now epoch milliseconds. */
  add(key: string, payload: LogPayload, now: number): void {
    this.#entries.unshift({ id: randomId(21), key, payload, createdAt: now });
    if (this.#entries.length > capacity) this.#entries.pop();
  }

  /** Newest first. */
  list(): LogEntry[] {
    return [...this.#entries];
  }

  /** @throws {LogtoError} 404 `entity.not_exists_with_id`. */
  get(id: string): LogEntry {
    const entry = this.#entries.find((one) => one.id === id);
    if (entry === undefined) throw new LogtoError(404, "entity.not_exists_with_id");
    return entry;
  }

  clear(): void {
    this.#entries = [];
  }
}
