/** Do notices to people go out? */
import { createRepositories } from "../../../db/repositories.ts";
import { faultOf } from "../../log.ts";
import { type Check, fail, ok, skipped, warn } from "./check.ts";
import type { Visit } from "./visit.ts";

/** Longer than an outage that nobody has to see to. */
const longestWaitMs = 15 * 60_000;

export const notices: Check = {
  name: "notices",
  needs: ["migrations"],
  advice: "See notice.postponed in the log of the service, and docs/notices.md.",
  async look(visit) {
    const { notices: way } = visit.config();
    if (!way) return skipped("none are sent: neither NOTICES_URL nor SMTP_URL is set");
    if (way.by === "mail" && visit.runtime === "worker")
      return fail(
        "SMTP_URL is set, and Workers send no mail",
        "Set NOTICES_URL in place of it: docs/notices.md.",
      );
    const fault = way.by === "event" ? await faultAt(visit, way.url) : undefined;
    if (fault)
      return fail(
        `nobody answers at NOTICES_URL (${fault})`,
        "Start the receiver, or correct NOTICES_URL: what waits is sent once it answers.",
      );
    const { waiting, oldestAt } = await createRepositories(visit.database()).notices.backlog();
    const minutes = oldestAt === null ? 0 : Math.floor((visit.platform.now() - oldestAt) / 60_000);
    return minutes * 60_000 >= longestWaitMs
      ? warn(`${waiting} wait, the oldest for ${minutes} minutes`, this.advice)
      : ok(way.by === "event" ? "the receiver answers" : "they go out as mails of SMTP_URL");
  },
};

/** Any answer will do: a receiver need not take HEAD. */
async function faultAt({ platform }: Visit, url: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(5_000);
  return platform.fetch(url, { method: "HEAD", redirect: "manual", signal }).then(() => undefined, faultOf);
}
