import type { Database } from "./database.ts";

/** One request under one key of one person; hashes, so that neither key nor body is stored. */
export type IdempotentRequest = {
  userId: string;
  keyHash: string;
  requestHash: string;
  /** Names this run of it. */
  token: string;
};

/** `replay` carries the stored answer: its status, and its sealed headers and body. */
export type BeginOutcome =
  | { kind: "started" }
  | { kind: "replay"; status: number; sealed: string }
  | { kind: "conflict" }
  | { kind: "in_progress"; retryAfterMs: number };

/** Answers kept for repeats of the same request. */
export const idempotencyRepository = ({ kysely }: Pick<Database, "kysely">) => {
  /** Takes the key if it is free, expired, or held by a run of the same request that never ended. */
  const take = async (request: IdempotentRequest, now: number, lockMs: number, ttlMs: number) => {
    const run = {
      request_hash: request.requestHash,
      token: request.token,
      state: "running" as const,
      status: null,
      sealed: null,
      lock_expires_at: now + lockMs,
      expires_at: now + ttlMs,
    };
    const taken = await kysely
      .insertInto("idempotency")
      .values({ user_id: request.userId, key_hash: request.keyHash, ...run })
      .onConflict((conflict) =>
        conflict
          .columns(["user_id", "key_hash"])
          .doUpdateSet(run)
          .where((column) =>
            column.or([
              column("idempotency.expires_at", "<=", now),
              column.and([
                column("idempotency.state", "=", "running"),
                column("idempotency.lock_expires_at", "<=", now),
                column("idempotency.request_hash", "=", request.requestHash),
              ]),
            ]),
          ),
      )
      .returning("token")
      .executeTakeFirst();
    return taken !== undefined;
  };

  const own = ({ userId, keyHash, token }: IdempotentRequest) => ({
    user_id: userId,
    key_hash: keyHash,
    token,
  });

  return {
    /**
     * Of parallel requests under one key, lets one start.
     * @param times `lockMs`: how long a run may take before a repeat starts anew; `ttlMs`: how long answers are kept.
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
      // The run was abandoned between the two statements: the caller may try again at once.
      if (!row) return { kind: "in_progress", retryAfterMs: 0 };
      if (row.request_hash !== request.requestHash) return { kind: "conflict" };
      if (row.state === "done" && row.status !== null && row.sealed !== null) {
        return { kind: "replay", status: row.status, sealed: row.sealed };
      }
      return { kind: "in_progress", retryAfterMs: Math.max(0, row.lock_expires_at - now) };
    },

    /** Stores the answer of a run that still holds its key; joins a batch or runs by itself. */
    finish: (request: IdempotentRequest, answer: { status: number; sealed: string }) =>
      kysely
        .updateTable("idempotency")
        .set({ state: "done", ...answer })
        .where((column) => column.and(own(request))),

    /** Frees the key after a run that changed nothing. */
    release: (request: IdempotentRequest) =>
      kysely
        .deleteFrom("idempotency")
        .where((column) => column.and(own(request)))
        .where("state", "=", "running"),
  };
};
