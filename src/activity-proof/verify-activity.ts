/** Verifies the activity of one person or of everybody against its seals, in pieces. */
import type { ChainedRow } from "../../db/activity.ts";
import type { SealedHead } from "../../db/activity-heads.ts";
import { activityKeptMs } from "../../db/tables.ts";
import type { Services } from "../services.ts";
import { type ChainCheck, checkChain, type Fault } from "./check-chain.ts";

export type ActivityReport = {
  /** Entries that were verified, and people they belong to. */
  entries: number;
  people: number;
  /** Entries of earlier releases, of which nothing can be said. */
  unproven: number;
  faults: Fault[];
};

export type ProofServices = {
  db: Pick<Services["db"], "activity" | "activityHeads">;
  vault: Pick<Services["vault"], "activity">;
  platform: Pick<Services["platform"], "now">;
};

const pageSize = 1_000;
/** What is said of one person at most that has no seal. */
const mostUnsealed = 100;
/** Clocks of instances differ: another one may have deleted what is about to expire. */
const clockSkewMs = 60_000;
const beforeAll = -Number.MAX_SAFE_INTEGER;

/** Entries of this time and before may have expired. */
export const expiredBefore = ({ platform }: Pick<ProofServices, "platform">): number =>
  platform.now() - activityKeptMs + clockSkewMs;

const checkOf = (services: ProofServices, userId: string): ChainCheck =>
  checkChain({ keys: services.vault.activity, userId, expiredBefore: expiredBefore(services) });

/** What the seals say of one person's entries. `completeSince`: since when nothing is missing or changed. */
type PersonReport = ActivityReport & { completeSince: number | null };

/** @throws {Refusal} `storage_unavailable`; `data_integrity` if a key cannot be opened. */
export async function verifyPerson(services: ProofServices, userId: string): Promise<ActivityReport> {
  const pages = readVerified(services, userId, pageSize);
  for (;;) {
    const { done, value } = await pages.next();
    if (!done) continue;
    const { completeSince: _unasked, ...report } = value;
    return report;
  }
}

/** Reads the entries of one person that have seals, the oldest first, and verifies them on the way. @throws as `verifyPerson`. */
export async function* readVerified(
  services: ProofServices,
  userId: string,
  rowsPerPage: number,
): AsyncGenerator<readonly ChainedRow[], PersonReport> {
  const { db } = services;
  const check = checkOf(services, userId);
  let entries = 0;
  let head: SealedHead | undefined;
  let after = beforeAll;
  for (;;) {
    const page = await db.activity.chain(userId, rowsPerPage, after);
    for (const row of page) await check.add(row);
    entries += page.length;
    const last = page.at(-1);
    if (last) ({ sequence: after, head } = last);
    yield page;
    if (page.length < rowsPerPage) break;
  }
  head ??= await db.activityHeads.find(userId);
  await check.end(head);
  const { unsealedUntil } = services.vault.activity;
  const unsealed = await db.activity.unchainedAfter(userId, unsealedUntil, mostUnsealed);
  const inserted = unsealed.map(({ id }): Fault => ({ userId, kind: "inserted", id }));
  return {
    entries,
    people: entries > 0 || head ? 1 : 0,
    unproven: await db.activity.countUnchained(userId, unsealedUntil),
    faults: [...check.faults, ...inserted],
    completeSince: check.completeSince(),
  };
}

/**
 * @param onPage is told of the progress.
 * @throws as `verifyPerson`.
 */
export async function verifyEverybody(
  services: ProofServices,
  onPage: (report: ActivityReport) => void = () => {},
): Promise<ActivityReport> {
  const report: ActivityReport = { entries: 0, people: 0, unproven: 0, faults: [] };
  const suspects = new Set<string>();
  await verifyChains(services, report, suspects, onPage);
  await verifyEmptyChains(services, report, suspects);
  await verifyUnchained(services, report, suspects);
  // Asked once more, by themselves: an erasure or an entry may have come between two pages.
  for (const userId of suspects) report.faults.push(...(await verifyPerson(services, userId)).faults);
  return report;
}

async function verifyChains(
  services: ProofServices,
  report: ActivityReport,
  suspects: Set<string>,
  onPage: (report: ActivityReport) => void,
) {
  let current: { check: ChainCheck; row: ChainedRow } | undefined;
  const finish = async () => {
    if (!current) return;
    await current.check.end(current.row.head);
    report.people += 1;
    if (current.check.faults.length > 0) suspects.add(current.row.user_id);
  };
  let after = { userId: "", sequence: 0 };
  for (let page: ChainedRow[] = []; ; ) {
    page = await services.db.activity.chains(pageSize, after);
    for (const row of page) {
      if (current?.row.user_id !== row.user_id) {
        await finish();
        current = { check: checkOf(services, row.user_id), row };
      }
      await current.check.add(row);
      current.row = row;
    }
    report.entries += page.length;
    const last = page.at(-1);
    if (!last) return finish();
    after = { userId: last.user_id, sequence: last.sequence };
    onPage(report);
  }
}

/** The chains of which no entry is stored any more. */
async function verifyEmptyChains(services: ProofServices, report: ActivityReport, suspects: Set<string>) {
  let after = "";
  for (;;) {
    const page = await services.db.activityHeads.page(pageSize, after);
    for (const { hasEntries, ...head } of page) {
      if (hasEntries) continue;
      const check = checkOf(services, head.user_id);
      await check.end(head);
      report.people += 1;
      if (check.faults.length > 0) suspects.add(head.user_id);
    }
    const last = page.at(-1);
    if (!last) return;
    after = last.user_id;
  }
}

async function verifyUnchained(services: ProofServices, report: ActivityReport, suspects: Set<string>) {
  const { db, vault } = services;
  let last = { userId: "", at: 0, id: "" };
  for (;;) {
    const page = await db.activity.unchained(pageSize, last);
    for (const row of page) {
      if (row.at > vault.activity.unsealedUntil) suspects.add(row.userId);
      else report.unproven += 1;
      last = row;
    }
    if (page.length === 0) return;
  }
}
