/** Tells the metrics what waits in the database. Nothing is read but at a scrape. */
import { createRepositories } from "../db/repositories.ts";
import type { Services } from "./services.ts";

/** Reads on the way for long work, so that no request waits for a scrape. */
export function watchBacklog({ platform, db }: Pick<Services, "platform" | "db">): void {
  if (!platform.metrics) return;
  const { journal, revocations, sessions } = createRepositories(db.background);
  platform.metrics.watch(async () => {
    const now = platform.now();
    const { entries, oldestAt } = await journal.backlog();
    return [
      ["journalEntries", entries],
      ["journalOldest", oldestAt === null ? 0 : Math.max(0, (now - oldestAt) / 1000)],
      ["revocations", await revocations.outstanding()],
      ["sessions", await sessions.live(now)],
    ];
  });
}
