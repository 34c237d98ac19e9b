/** What the pages and the file of the export say, in German. */
import type { enExport } from "./en-export.ts";

export const deExport = {
  "event.account.exported": "Alles exportiert, was über Sie gespeichert ist",
} as const satisfies Record<keyof typeof enExport, string>;
