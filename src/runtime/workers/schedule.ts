/** Which of the service's own jobs a cron trigger of `wrangler.toml` runs. */

import { backgroundJobs, type Job, runJob } from "../../jobs.ts";
import type { Services } from "../../services.ts";
import { sleep } from "../../sleep.ts";

const everyMinute = "* * * * *";
const minuteMs = 60 * 1000;
/** Within the quarter of an hour that Cloudflare gives a trigger. */
const longestMs = 10 * minuteMs;

/** Runs recovery throughout the minute, and the jobs that may take longer at the other trigger. */
export async function runSchedule(services: Services, cron: string): Promise<void> {
  const isDue = ({ name }: Job) => (name === "recovery") === (cron === everyMinute);
  for (const job of backgroundJobs(services).filter(isDue)) await runOften(services, job);
}

/** No trigger comes more often than once a minute: a job that wants to is run again after its own pause. */
async function runOften({ platform }: Services, job: Job): Promise<void> {
  const signal = AbortSignal.timeout(longestMs);
  for (let passed = 0; passed < minuteMs; passed += job.everyMs) {
    if (passed > 0) await sleep(job.everyMs);
    await runJob(platform, job, signal);
  }
}
