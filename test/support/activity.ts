/** Databases whose batches store entries of the activity, as those of the service do. */
import { chainActivity } from "../../db/activity-chain.ts";
import type { Database } from "../../db/database.ts";
import { createDb, type Db } from "../../db/repositories.ts";
import { nodeDigests } from "../../src/runtime/node/digests.ts";
import { createQueue } from "../../src/runtime/node/queue.ts";
import { chainKeys } from "../../src/vault/activity-keys.ts";

const bytes: Record<string, number> = { k1: 1, k2: 2 };

/** Keys of which two are known: `k1` and `k2`. */
export const testChainKeys = (current = "k1", unsealedUntil = 0) =>
  chainKeys({ current, kids: Object.keys(bytes), unsealedUntil }, async (kid) =>
    bytes[kid] === undefined ? undefined : nodeDigests.hmac(new Uint8Array(32).fill(bytes[kid])),
  );

export const chained = (database: Database, current?: string): Db =>
  chainActivity(createDb(database), testChainKeys(current), createQueue());
