/** The tables: whom their rows name, and when their rows expire. Their columns are in `schema.ts`. */
import { personBuckets } from "./buckets.ts";
import type { Schema } from "./schema.ts";

/** How the rows of one person are found: those whose column holds one of the values. */
type PersonRule<Column> = {
  column: Column;
  valuesFor(userId: string): readonly string[];
  /** Says what an erasure is for, and so goes after everything else. */
  erasedLast?: true;
};

/** Rows expire `keptMs` after the latest of the times in these columns. */
type ExpiryRule<Column> = { columns: readonly Column[]; keptMs: number };

/** What erasure and purge read of any table: its primary key; whom its rows name, or nobody; when they expire, or never. */
export type TableRules<Column = string> = {
  key: readonly Column[];
  person: PersonRule<Column> | null;
  expiry: ExpiryRule<Column> | null;
};

/** A table with a `user_id` names a person, and one with an `expires_at` expires: `null` does not compile there. */
type RulesFor<Row> = {
  key: readonly (keyof Row)[];
  person: "user_id" extends keyof Row ? PersonRule<keyof Row> : TableRules<keyof Row>["person"];
  expiry: "expires_at" extends keyof Row ? ExpiryRule<keyof Row> : TableRules<keyof Row>["expiry"];
};

const hourMs = 3_600_000;

const userId = { column: "user_id", valuesFor: (id: string) => [id] } as const;
const expiresAt = { columns: ["expires_at"], keptMs: 0 } as const;

/** How long an entry of the activity is kept. */
export const activityKeptMs = 400 * 24 * hourMs;

/** Whom the rows of each table name, and when they expire. */
export const tables = {
  schema_migrations: { key: ["name"], person: null, expiry: null },
  // A writer that is slow, and not dead, may still finish under its expired lease.
  leases: { key: ["user_id"], person: userId, expiry: { columns: ["expires_at"], keptMs: hourMs } },
  vault: { key: ["user_id"], person: userId, expiry: null },
  // Recovery settles an entry, however old it is.
  journal: { key: ["id"], person: userId, expiry: null },
  credential_epochs: { key: ["user_id"], person: userId, expiry: expiresAt },
  // A background job ends them, however long Logto refuses.
  revocations: { key: ["user_id"], person: userId, expiry: null },
  endings: { key: ["user_id", "kind", "target"], person: userId, expiry: null },
  sessions: { key: ["id_hash"], person: userId, expiry: expiresAt },
  // The names of Logto's sessions name nobody.
  logto_sessions: { key: ["sid"], person: null, expiry: expiresAt },
  lockouts: { key: ["id"], person: userId, expiry: expiresAt },
  used_once: { key: ["id"], person: null, expiry: expiresAt },
  medusa_sign_ins: { key: ["sid"], person: userId, expiry: expiresAt },
  medusa_sessions: { key: ["id_hash"], person: userId, expiry: expiresAt },
  // By keyed hash, so that an erasure leaves the tombstone that it makes.
  tombstones: { key: ["person"], person: null, expiry: expiresAt },
  verification_records: { key: ["id_hash"], person: userId, expiry: expiresAt },
  identifier_proofs: { key: ["user_id", "recipient"], person: userId, expiry: expiresAt },
  verification_codes: { key: ["recipient"], person: userId, expiry: expiresAt },
  limits: {
    key: ["bucket"],
    person: { column: "bucket", valuesFor: personBuckets },
    expiry: { columns: ["expires_at", "strikes_expire_at"], keptMs: 0 },
  },
  activity: { key: ["id"], person: userId, expiry: { columns: ["at"], keptMs: activityKeptMs } },
  // It proves that the entries before it were there, also when they have expired.
  activity_heads: { key: ["user_id"], person: userId, expiry: null },
  idempotency: { key: ["user_id", "key_hash"], person: userId, expiry: expiresAt },
  canaries: { key: ["kid"], person: null, expiry: null },
  secrets: { key: ["name"], person: null, expiry: null },
  shared_tokens: { key: ["name"], person: null, expiry: expiresAt },
  page_states: { key: ["user_id", "id"], person: userId, expiry: expiresAt },
  notices: { key: ["id"], person: userId, expiry: expiresAt },
  muted_notices: { key: ["user_id", "kind"], person: userId, expiry: null },
  known_browsers: { key: ["user_id", "browser"], person: userId, expiry: expiresAt },
  avatars: { key: ["user_id"], person: userId, expiry: null },
  former_values: { key: ["id"], person: userId, expiry: expiresAt },
  // A job finishes what a crash has left of a deletion.
  deletions: { key: ["user_id"], person: { ...userId, erasedLast: true }, expiry: null },
  // What its person has in hand is to be found for good.
  deletion_receipts: { key: ["id"], person: null, expiry: null },
} as const satisfies { [Table in keyof Schema]: RulesFor<Schema[Table]> };
