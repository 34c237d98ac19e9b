import { checkChain } from "./check-chain.ts";
import { expiredBefore, type ProofServices } from "./verify-activity.ts";

/** What a person is told of their activity. */
export type ActivityProof = {
  /** Since when no entry is missing or changed, epoch ms; `null` where that cannot be said. */
  completeSince: number | null;
  /** Whether entries are missing, were changed or were added by somebody else. */
  gapFound: boolean;
};

/** So many entries are looked at, the newest: the cost of a request is bounded. */
const looksAt = 250;

/** Verifies the newest entries of a person. @throws {Refusal} `storage_unavailable`, `data_integrity`. */
export async function proveNewest(services: ProofServices, userId: string): Promise<ActivityProof> {
  const { activity, activityHeads } = services.db;
  const { activity: keys } = services.vault;
  const [rows, inserted] = await Promise.all([
    activity.newest(userId, looksAt),
    activity.unchainedAfter(userId, keys.unsealedUntil, 1),
  ]);
  const isPart = rows.length === looksAt;
  const check = checkChain({ keys, userId, expiredBefore: expiredBefore(services), isPart });
  for (const row of rows) await check.add(row);
  await check.end(rows.at(-1)?.head ?? (await activityHeads.find(userId)));
  return {
    completeSince: check.completeSince(),
    gapFound: check.faults.length > 0 || inserted.length > 0,
  };
}
