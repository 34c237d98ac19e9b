/** One-time codes, sent and checked by Logto. Logto binds them to an address only: callers bind them to a person. */
import type { Management } from "./management.ts";

export type Recipient = { type: "email" | "phone"; value: string };

/** "expired" is every code that can no longer be right: too old, never sent, used, or tried too often. */
export type CodeCheck = "ok" | "mismatch" | "expired";

export type Codes = {
  send(recipient: Recipient): Promise<void>;
  verify(recipient: Recipient, code: string): Promise<CodeCheck>;
};

export function codesApi(_management: Management): Codes {
  throw new Error("unfinished");
}
