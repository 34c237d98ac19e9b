/**
 * The chain of a person's activity: each entry has a MAC over itself and its predecessor, and the head has one over the
 * newest. They are made before the batch is sent, which fails as a whole if another writer has come between.
 */
import { type Compilable, sql } from "kysely";
import { createBoundedCache } from "../src/bounded-cache.ts";
import type { Queue } from "../src/platform.ts";
import { Refusal } from "../src/problem.ts";
import { backoff, sleep } from "../src/sleep.ts";
import { type ActivityEntry, ActivityInsert, type ChainedEntry } from "./activity-entry.ts";
import type { ActivityHead } from "./activity-heads.ts";
import type { BatchResult } from "./engine.ts";
import { compilable, type Guard, guardedInsert, holds, insertWhile } from "./guard.ts";
import type { Db } from "./repositories.ts";

/** The keys of the chain. A MAC is undefined where the key is not known. */
export type ChainKeys = {
  /** Id of the key of new entries. */
  readonly current: string;
  /** The ids of all keys that were known at the start. */
  readonly kids: readonly string[];
  /** Entries without a MAC up to this time (epoch ms) are of an earlier release; 0 where there was none. */
  readonly unsealedUntil: number;
  entryMac(kid: string, entry: ChainedEntry): Promise<string | undefined>;
  headMac(kid: string, head: ActivityHead): Promise<string | undefined>;
};

/** Some megabytes; whom it does not hold costs one more question. */
const cached = { number: 10_000, bytes: 4_000_000 };
const bytesPerHead = 300;

const longestContest = 40;
const pauseMs = { first: 1, longest: 40 };

/**
 * Lets the batches of a database store entries of the activity. The entries of one person in one batch need one guard.
 * @param queue lets the batches of this instance come one after the other for each person.
 * @returns the database, whose `batch` also throws {Refusal} `storage_unavailable` where other writers of the same
 * person's activity leave it no turn.
 */
export function chainActivity(db: Db, keys: ChainKeys, queue: Queue): Db {
  const heads = createBoundedCache<ActivityHead>(cached);
  const store = async (statements: readonly Compilable[], people: readonly string[]) => {
    for (let attempt = 0; ; attempt++) {
      const chains = new Map<string, Chain>();
      for (const userId of people) chains.set(userId, await findChain(db, keys, heads.get(userId), userId));
      const groups = await expand(db, keys, chains, statements);
      for (const userId of people) heads.delete(userId);
      try {
        const results = regroup(groups, await db.batch(groups.flat()));
        if (areStored(statements, results))
          for (const { head } of chains.values()) if (head) heads.set(head.user_id, head, bytesPerHead);
        return results;
      } catch (error) {
        if (!isOvertaken(error)) throw error;
        if (attempt === longestContest)
          throw new Refusal("storage_unavailable", { retryAfter: 1 }, { cause: error });
      }
      await sleep(backoff(attempt, pauseMs));
    }
  };
  return {
    ...db,
    batch(statements) {
      const people = new Set(statements.filter(isEntry).map(({ entry }) => entry.userId));
      if (people.size === 0) return db.batch(statements);
      // In one order, so that no two batches wait for each other.
      const inOrder = [...people].sort();
      const inTurn = inOrder.reduce<() => Promise<readonly BatchResult[]>>(
        (work, userId) => () => queue(`activity:${userId}`, work),
        () => store(statements, inOrder),
      );
      return inTurn();
    },
  };
}

const isEntry = (statement: Compilable) => statement instanceof ActivityInsert;

/** What the next entry follows. */
type Chain = {
  /** As it is stored, or will be before the next entry; undefined if there is none. */
  head: ActivityHead | undefined;
  previous: { sequence: number; at: number; mac: string };
};

const noEntry = { sequence: 0, at: 0, mac: "" };

async function findChain(
  db: Db,
  keys: ChainKeys,
  known: ActivityHead | undefined,
  userId: string,
): Promise<Chain> {
  if (known) return { head: known, previous: known };
  const { head, sealed, lastSequence } = await db.activityHeads.state(userId);
  return { head, previous: await predecessor(keys, head && { ...head, ...sealed }, lastSequence) };
}

/**
 * A chain whose head is missing or was tampered with goes on after a number that no entry will ever have, so that no new
 * entry covers what was done.
 */
async function predecessor(
  keys: ChainKeys,
  head: (ActivityHead & { kid: string; seal: string }) | undefined,
  lastSequence: number | null,
) {
  if (!head && lastSequence === null) return noEntry;
  const isWhole = head && (await keys.headMac(head.kid, head)) === head.seal;
  if (isWhole && (lastSequence ?? 0) <= head.sequence) return head;
  return { sequence: (lastSequence ?? 0) + 1, at: Number.MAX_SAFE_INTEGER, mac: "" };
}

/** @returns the statements of each; the last of them says whether it took effect. Moves the chains on. */
async function expand(
  db: Db,
  keys: ChainKeys,
  chains: Map<string, Chain>,
  statements: readonly Compilable[],
): Promise<Compilable[][]> {
  const groups: Compilable[][] = [];
  for (const statement of statements) {
    if (!isEntry(statement)) {
      groups.push([statement]);
      continue;
    }
    const chain = chains.get(statement.entry.userId) ?? { head: undefined, previous: noEntry };
    const row = chainedRow(statement.entry, chain.previous);
    const mac = (await keys.entryMac(keys.current, row)) ?? "";
    const head = { user_id: row.user_id, sequence: row.sequence, at: row.at, mac };
    const sealed = { ...head, kid: keys.current, seal: (await keys.headMac(keys.current, head)) ?? "" };
    groups.push([
      moveHead(db, chain.head, sealed, statement.guard),
      insertEntry(db, { ...row, kid: keys.current, mac }),
    ]);
    chains.set(row.user_id, { head, previous: head });
  }
  return groups;
}

const chainedRow = (entry: ActivityEntry, previous: Chain["previous"]): ChainedEntry => ({
  user_id: entry.userId,
  sequence: previous.sequence + 1,
  id: entry.id,
  at: entry.at,
  event: entry.event,
  client_id: entry.clientId,
  request_id: entry.requestId,
  detail: JSON.stringify(entry.detail),
  previous_at: previous.at,
  previous_mac: previous.mac,
});

/** Fails the batch if the head is not the one that is known: no head without a number can be stored. */
function moveHead(
  { kysely }: Db,
  known: ActivityHead | undefined,
  next: ActivityHead & { kid: string; seal: string },
  guard: Guard,
): Compilable {
  if (!known) return guardedInsert({ kysely }, "activity_heads", next, guard);
  const { user_id, sequence, at, mac, kid, seal } = next;
  return compilable(
    kysely,
    sql`update activity_heads set
      sequence = case when mac = ${known.mac} and sequence = ${known.sequence} then cast(${sequence} as bigint) else null end,
      at = ${at}, mac = ${mac}, kid = ${kid}, seal = ${seal}
      where user_id = ${user_id} and ${holds(guard)}`,
  );
}

/** The entry is stored if the head was moved to it. */
const insertEntry = ({ kysely }: Db, row: ChainedEntry & { kid: string; mac: string }): Compilable =>
  compilable(kysely, insertWhile({ head: row }, "activity", row));

/** Gives each statement of the caller one result. */
function regroup(groups: readonly Compilable[][], results: readonly BatchResult[]): BatchResult[] {
  let end = 0;
  return groups.flatMap((group) => {
    end += group.length;
    return results.slice(end - 1, end);
  });
}

const areStored = (statements: readonly Compilable[], results: readonly BatchResult[]) =>
  statements.every((statement, index) => !isEntry(statement) || results[index]?.affected === 1);

/** The constraints by which a batch notices that another writer was first. The databases name them in their messages. */
const constraints = /activity_heads|activity_sequence|activity\.sequence/;

const isOvertaken = (error: unknown) =>
  error instanceof Error &&
  constraints.test(error.message) &&
  (/constraint/i.test(error.message) || ("code" in error && /^23/.test(String(error.code))));
