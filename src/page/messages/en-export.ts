/** What the pages and the file of the export say, in English. */
export const enExport = {
  "event.account.exported": "Everything that is held about you was exported",
} as const;
