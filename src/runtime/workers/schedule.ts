/** The background jobs that each cron trigger of `wrangler.toml` runs. */

import { inBackground } from "../../compose.ts";
import { backgroundJobs, type Job, runJob } from "../../jobs.ts";
import type { Services } from "../../services.ts";
import { sleep } from "../../sleep.ts";

const everyMinute = "* * * * *";
const minuteMs = 60 * 1000;
/** Cloudflare gives a trigger fifteen minutes; this is less. */
const longestMs = 10 * minuteMs;

/** Runs recovery for the whole minute of one trigger, and the longer jobs at the other. */
export async function runSchedule(services: Services, cron: string): Promise<void> {
  const isDue = ({ everyMs }: Job) => everyMs < minuteMs === (cron === everyMinute);
  await Promise.all(
    backgroundJobs(inBackground(services))
      .filter(isDue)
      .map((job) => repeatForAMinute(services, job)),
  );
}

/** A trigger comes at most once a minute. A job that is due more often is repeated here after its pause. */
async function repeatForAMinute({ platform }: Services, job: Job): Promise<void> {
  const signal = AbortSignal.timeout(longestMs);
  for (let passed = 0; passed < minuteMs; passed += job.everyMs) {
    if (passed > 0) await sleep(job.everyMs);
    await runJob(platform, job, signal);
  }
}
