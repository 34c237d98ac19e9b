/** What the pages and the file of the export say, in Arabic. */
import type { enExport } from "./en-export.ts";

export const arExport = {
  "event.account.exported": "تم تصدير كل ما هو محفوظ عنك",
} as const satisfies Record<keyof typeof enExport, string>;
