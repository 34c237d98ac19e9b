/** Tells the metrics what waits in the database. Nothing is read but at a scrape. */
import { createRepositories } from "../db/repositories.ts";
import type { Services } from "./services.ts";

/** Reads on the way for long work, so that no request waits for a scrape. */
export function watchBacklog({ platform, db }: Pick<Services, "platform" | "db">): void {
  if (!platform.metrics) return;
  const { endings, journal, revocations, notices, sessions } = createRepositories(db.background);
  platform.metrics.watch(async () => {
    const now = platform.now();
    const ageOf = (since: number | null) => (since === null ? 0 : Math.max(0, (now - since) / 1000));
    const { entries, oldestAt } = await journal.backlog();
    const outbox = await notices.backlog();
    return [
      ["journalEntries", entries],
      ["journalOldest", ageOf(oldestAt)],
      ["revocations", (await revocations.outstanding()) + (await endings.outstanding())],
      ["noticesWaiting", outbox.waiting],
      ["noticesOldest", ageOf(outbox.oldestAt)],
      ["sessions", await sessions.live(now)],
    ];
  });
}
