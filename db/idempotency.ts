import { sql } from "kysely";
import type { Database } from "./database.ts";
import { insertWhile } from "./guard.ts";
import { tombstoneRepository } from "./tombstones.ts";

/** One request with an `Idempotency-Key`. Key and body are stored as hashes only. */
export type IdempotentRequest = {
  userId: string;
  /** The keyed hash under which a tombstone would name the person. */
  person: string;
  keyHash: string;
  requestHash: string;
  /** Identifies this run of the request: a repeat has another token. */
  token: string;
};

/** `replay` holds the stored answer: its status, and its headers and body in sealed form. */
export type BeginOutcome =
  | { kind: "started" }
  | { kind: "replay"; status: number; sealed: string }
  | { kind: "conflict" }
  | { kind: "erased" }
  | { kind: "in_progress"; retryAfterMs: number };

/** How much of a person's answers is kept. */
export type KeptAnswers = { number: number; bytes: number };

/** The table `idempotency`: the stored answers for requests that are sent again. */
export const idempotencyRepository = ({ kysely }: Pick<Database, "kysely">) => {
  /** Takes the key if it is free or expired, or if a run of the same request holds it past its lock time. */
  const take = async (request: IdempotentRequest, now: number, lockMs: number, ttlMs: number) => {
    const run = {
      request_hash: request.requestHash,
      token: request.token,
      state: "running" as const,
      status: null,
      sealed: null,
      bytes: 0,
      lock_expires_at: now + lockMs,
      expires_at: now + ttlMs,
    };
    const isFree = sql`idempotency.expires_at <= ${now} or (idempotency.state = 'running'
      and idempotency.lock_expires_at <= ${now} and idempotency.request_hash = excluded.request_hash)`;
    const { rows } = await insertWhile<{ token: string }>(
      { person: request.person },
      "idempotency",
      { user_id: request.userId, key_hash: request.keyHash, ...run },
      sql`on conflict (user_id, key_hash) do update set request_hash = excluded.request_hash,
        token = excluded.token, state = excluded.state, status = excluded.status, sealed = excluded.sealed, bytes = excluded.bytes,
        lock_expires_at = excluded.lock_expires_at, expires_at = excluded.expires_at where ${isFree} returning token`,
    ).execute(kysely);
    return rows.length === 1;
  };

  const isErased = tombstoneRepository({ kysely }).exists;

  const own = ({ userId, keyHash, token }: IdempotentRequest) => ({
    user_id: userId,
    key_hash: keyHash,
    token,
  });

  return {
    /**
     * Starts a request, unless its key is in use. Of parallel requests with one key, one is started.
     * @param times `lockMs`: the time after which a run counts as lost, and a repeat is started; `ttlMs`: how long an
     * answer is kept.
     */
    async begin(
      request: IdempotentRequest,
      now: number,
      { lockMs, ttlMs }: { lockMs: number; ttlMs: number },
    ): Promise<BeginOutcome> {
      if (await take(request, now, lockMs, ttlMs)) return { kind: "started" };
      const row = await kysely
        .selectFrom("idempotency")
        .select(["request_hash", "state", "status", "sealed", "lock_expires_at"])
        .where("user_id", "=", request.userId)
        .where("key_hash", "=", request.keyHash)
        .executeTakeFirst();
      // The person is erased, or the run was abandoned between the two statements: then it can be tried again at once.
      if (!row)
        return (await isErased(request.person))
          ? { kind: "erased" }
          : { kind: "in_progress", retryAfterMs: 0 };
      if (row.request_hash !== request.requestHash) return { kind: "conflict" };
      if (row.state === "done" && row.status !== null && row.sealed !== null) {
        return { kind: "replay", status: row.status, sealed: row.sealed };
      }
      return { kind: "in_progress", retryAfterMs: Math.max(0, row.lock_expires_at - now) };
    },

    /** Stores the answer of a run, if the run still holds its key. */
    finish: (request: IdempotentRequest, answer: { status: number; sealed: string }) =>
      kysely
        .updateTable("idempotency")
        .set({ state: "done", ...answer, bytes: answer.sealed.length })
        .where((column) => column.and(own(request))),

    /**
     * Deletes the oldest rows of a person who has more than so many, or more than so many bytes of answers. A tenth of
     * the room is made at once, so that most calls only count. A run that may still end stays.
     */
    async trim(userId: string, now: number, most: KeptAnswers): Promise<void> {
      const kept = await kysely
        .selectFrom("idempotency")
        .select(({ fn }) => [fn.countAll<number>().as("number"), fn.sum<number | null>("bytes").as("bytes")])
        .where("user_id", "=", userId)
        .executeTakeFirstOrThrow();
      if (kept.number <= most.number && Number(kept.bytes) <= most.bytes) return;
      const beyond = sql`select key_hash from (
        select key_hash, row_number() over newest as place, sum(bytes) over newest as total from idempotency
        where user_id = ${userId} window newest as (order by expires_at desc, key_hash)) as mine
        where place > ${Math.floor(most.number * 0.9)} or total > ${Math.floor(most.bytes * 0.9)}`;
      await kysely
        .deleteFrom("idempotency")
        .where("user_id", "=", userId)
        .where(sql<boolean>`key_hash in (${beyond})`)
        .where((column) => column.or([column("state", "=", "done"), column("lock_expires_at", "<=", now)]))
        .execute();
    },

    /** Releases the key, so that a repeat is carried out. */
    release: (request: IdempotentRequest) =>
      kysely
        .deleteFrom("idempotency")
        .where((column) => column.and(own(request)))
        .where("state", "=", "running"),
  };
};
