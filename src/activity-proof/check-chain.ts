/** What the seals of one person's chain of activity say. */
import type { ChainedRow } from "../../db/activity.ts";
import type { ChainKeys } from "../../db/activity-chain.ts";
import type { SealedHead } from "../../db/activity-heads.ts";

/**
 * `changed`: an entry is not as it was recorded. `removed`: entries between others are missing; `truncated`: the newest
 * are. `inserted`: an entry was not recorded by this service. `head`: what is stored of the newest entry is missing or
 * does not fit. `unknown_key`: the key of an entry is gone.
 */
type FaultKind = "changed" | "removed" | "truncated" | "inserted" | "head" | "unknown_key";

export type Fault = {
  userId: string;
  kind: FaultKind;
  /** The places in the chain, where there are any. */
  from?: number;
  to?: number;
  /** Of an entry that is still stored. */
  id?: string;
};

export type CheckOptions = {
  keys: ChainKeys;
  userId: string;
  /** Entries of this time and before may have expired. */
  expiredBefore: number;
  /** The first that is added is not the first of the chain. Default: it is, unless those before it have expired. */
  isPart?: boolean;
};

export type ChainCheck = {
  /** Adds the next entry, in the order of the chain. */
  add(row: ChainedRow): Promise<void>;
  /** Compares what was added with the head; nothing is added afterwards. */
  end(head: SealedHead | undefined): Promise<void>;
  readonly faults: readonly Fault[];
  /** Since when nothing is missing and nothing changed; `null` where that cannot be said. */
  completeSince(): number | null;
};

type Previous = { sequence: number; mac: string; isIntact: boolean };

export function checkChain({ keys, userId, expiredBefore, isPart = false }: CheckOptions): ChainCheck {
  const faults: Fault[] = [];
  let previous: Previous | undefined;
  let completeSince: number | null = null;
  const note = (fault: Omit<Fault, "userId">) => void faults.push({ userId, ...fault });

  const isAllowed = (row: ChainedRow, isIntact: boolean) => {
    const expected = previous ? previous.sequence + 1 : isPart ? row.sequence : 1;
    const wasThere = row.sequence > expected && !(isIntact && row.previous_at <= expiredBefore);
    if (wasThere) note({ kind: "removed", from: expected, to: row.sequence - 1 });
    return !wasThere;
  };
  const follows = (row: ChainedRow) => {
    const isNext = previous?.sequence === row.sequence - 1 && previous.isIntact;
    if (!previous || !isNext || row.previous_mac === previous.mac) return true;
    note({ kind: "changed", from: previous.sequence, to: row.sequence });
    return false;
  };

  return {
    faults,
    completeSince: () => completeSince,
    async add(row) {
      const { sequence, id, at, mac } = row;
      if (sequence < 1) return note({ kind: "inserted", id });
      const expected = await keys.entryMac(row.kid, row);
      const isIntact = expected === mac;
      if (!isIntact)
        note({ kind: expected === undefined ? "unknown_key" : "changed", from: sequence, to: sequence, id });
      const isLinked = isAllowed(row, isIntact) && (!isIntact || follows(row));
      if (!isIntact) completeSince = null;
      else if (!isLinked || completeSince === null) completeSince = at;
      previous = { sequence, mac, isIntact };
    },
    async end(head) {
      const fault = await faultOfHead(keys, previous, head, expiredBefore);
      if (!fault) return;
      completeSince = null;
      note(fault);
    },
  };
}

async function faultOfHead(
  keys: ChainKeys,
  last: Previous | undefined,
  head: SealedHead | undefined,
  expiredBefore: number,
): Promise<Omit<Fault, "userId"> | undefined> {
  if (!head) return last && { kind: "head" };
  if ((await keys.headMac(head.kid, head)) !== head.seal) return { kind: "head" };
  const { sequence, at, mac } = head;
  const from = (last?.sequence ?? 0) + 1;
  if (sequence >= from) return at <= expiredBefore ? undefined : { kind: "truncated", from, to: sequence };
  const isNewest = sequence === last?.sequence && (mac === last.mac || !last.isIntact);
  return isNewest ? undefined : { kind: "head" };
}
