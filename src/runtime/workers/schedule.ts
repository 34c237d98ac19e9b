/** What a Worker does without being asked, by the cron triggers of `wrangler.toml`. */
import { purgeExpired } from "../../../db/purge.ts";
import type { Services } from "../../context.ts";
import { recover } from "../../journal/recover.ts";
import { rotate } from "../../vault/rotate.ts";

/** The trigger that settles what dead writers left; any other one does the housekeeping. */
const everyMinute = "* * * * *";
const activityMs = 365 * 24 * 60 * 60 * 1000;

export async function runSchedule(services: Services, cron: string): Promise<void> {
  const { database, platform, keyring } = services;
  if (cron === everyMinute) {
    await recover(services);
    return;
  }
  await purgeExpired(database, platform.now(), { activityMs });
  await rotate(keyring, services);
}
