/** A browser and its system in plain words, for a person who looks at their own sessions. */
import { UAParser } from "my-ua-parser";

export type BrowserName = { browser: string | null; system: string | null };

/** @param userAgent the header as it came. The names are null where it says nothing. */
export function nameBrowser(userAgent: string | null): BrowserName {
  const { browser, os } = UAParser((userAgent ?? "").slice(0, 512));
  return { browser: browser.name ?? null, system: os.name ?? null };
}
