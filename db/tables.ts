/** The tables, as Kysely sees them. Times are epoch milliseconds, `sealed` is a compact JWE, hashes are base64url. */

export type Schema = {
  schema_migrations: { name: string; applied_at: number };
  leases: { user_id: string; token: string; expires_at: number };
  vault: { user_id: string; version: number; kid: string; sealed: string; updated_at: number };
  journal: { id: string; user_id: string; kind: string; sealed: string; created_at: number };
  verification_records: {
    id_hash: string;
    user_id: string;
    bound_to: string;
    method: string;
    created_at: number;
    expires_at: number;
    /** Token of the change that is using the record right now. */
    claim: string | null;
  };
  identifier_proofs: { user_id: string; recipient: string; expires_at: number };
  verification_codes: {
    recipient: string;
    id: string;
    user_id: string;
    purpose: string;
    sent_at: number;
    expires_at: number;
    tries: number;
  };
  limits: {
    bucket: string;
    count: number;
    window_ends_at: number;
    /** The end of the window, or of the lock while one is on. */
    expires_at: number;
    /** 1 while a lock is on. */
    locked: number;
    strikes: number;
    strikes_expire_at: number;
  };
  activity: {
    id: string;
    user_id: string;
    at: number;
    event: string;
    client_id: string;
    request_id: string;
    /** A JSON object of strings, numbers, booleans and lists of strings. */
    detail: string;
  };
  idempotency: {
    user_id: string;
    key_hash: string;
    request_hash: string;
    /** Names the request that is running, so that a slower one cannot answer in its place. */
    token: string;
    state: "running" | "done";
    status: number | null;
    sealed: string | null;
    lock_expires_at: number;
    expires_at: number;
  };
  canaries: { kid: string; sealed: string };
  secrets: { name: string; kid: string; sealed: string };
  shared_tokens: { name: string; sealed: string; expires_at: number };
};
