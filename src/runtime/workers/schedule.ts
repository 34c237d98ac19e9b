/** Which of the service's own jobs a cron trigger of `wrangler.toml` runs. */
import type { Services } from "../../context.ts";
import { backgroundJobs, runJob } from "../../jobs.ts";

const everyMinute = "* * * * *";
/** Within the quarter of an hour that Cloudflare gives a trigger. */
const longestMs = 10 * 60 * 1000;

/** Runs recovery every minute, and the jobs that may take longer at the other trigger. */
export async function runSchedule(services: Services, cron: string): Promise<void> {
  const isDue = ({ name }: { name: string }) => (name === "recovery") === (cron === everyMinute);
  for (const job of backgroundJobs(services).filter(isDue)) {
    await runJob(services.platform, job, AbortSignal.timeout(longestMs));
  }
}
