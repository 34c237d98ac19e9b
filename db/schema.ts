/** The columns of the tables. Times are epoch milliseconds, `sealed` is a compact JWE, hashes are base64url. */
export type Schema = {
  schema_migrations: { name: string; applied_at: number };
  leases: { user_id: string; token: string; expires_at: number };
  vault: { user_id: string; version: number; kid: string; sealed: string; updated_at: number };
  journal: {
    id: string;
    user_id: string;
    kind: string;
    sealed: string;
    created_at: number;
    /** How often the entry was set aside. */
    attempts: number;
    /** The entry is set aside until then. */
    retry_at: number;
  };
  verification_records: {
    id_hash: string;
    user_id: string;
    bound_to: string;
    method: string;
    created_at: number;
    expires_at: number;
  };
  credential_epochs: { user_id: string; epoch: number; expires_at: number };
  revocations: {
    user_id: string;
    begun_before: number;
    attempts: number;
    retry_at: number;
    /** Logto's session that goes on, by the `sid` of the web application. */
    kept_sid: string | null;
  };
  /** `target` is Logto's id of a session or a grant. */
  endings: {
    user_id: string;
    kind: "session" | "grant";
    target: string;
    attempts: number;
    retry_at: number;
  };
  sessions: {
    /** Hash of the id, which is in the cookie alone. */
    id_hash: string;
    /** The name of the session. It stays when the id changes. */
    ref: string;
    user_id: string;
    /** Logto's session, as ID tokens of the web application name it. */
    sid: string | null;
    /** How the person came in. */
    method: string;
    started_at: number;
    /** When the person last proved who they are at Logto, where its ID token said so. */
    auth_time: number | null;
    seen_at: number;
    /** The end, unless the session is used before. */
    expires_at: number;
    /** The end, however much it is used. */
    ends_at: number;
    /** Browser, system and address at sign-in, sealed. */
    about: string;
    /** The tokens of Logto, sealed under a key made from the id. */
    tokens: string;
    /** Logto is asked anew whether the session goes on after this moment. */
    checked_until: number;
    /** Identifies the request that asks. */
    lease: string | null;
    /** Nobody else asks before this moment. */
    lease_until: number;
    /** Logto's time of the password change that this session made: it is not ended by it. */
    kept_at: number | null;
  };
  /** `ended` is 1 once Logto has said so, before that 0. */
  logto_sessions: { sid: string; ended: number; expires_at: number };
  lockouts: {
    /** Keyed hash of Logto's event. The rest is what it said of the last try, in short. */
    id: string;
    user_id: string;
    at: number;
    browser: string | null;
    system: string | null;
    address: string | null;
    application_id: string | null;
    expires_at: number;
  };
  used_once: { id: string; expires_at: number };
  medusa_sign_ins: {
    sid: string;
    user_id: string;
    logto_sid: string | null;
    provider: string;
    /** 1 for somebody who has just registered, until the shop has made them a customer; otherwise 0. */
    newcomer: number;
    /** The tokens of Logto, sealed. */
    tokens: string;
    /** Logto is asked anew whether it goes on after this moment. */
    checked_until: number;
    expires_at: number;
  };
  medusa_sessions: {
    /** Hash of the id, which is in the cookie alone. */
    id_hash: string;
    user_id: string;
    /** A JSON list of actors and their sign-ins. */
    seats: string;
    expires_at: number;
  };
  /** `person` is the keyed hash of a user id. */
  tombstones: { person: string; expires_at: number };
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
    /** The end of the window; during a lock, the end of the lock. */
    expires_at: number;
    /** 1 during a lock, otherwise 0. */
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
    /** The place in the person's chain, from 1. This and what follows is null in entries of earlier releases. */
    sequence: number | null;
    /** `at` and `mac` of the predecessor; 0 and nothing in the first entry of a chain. */
    previous_at: number | null;
    previous_mac: string | null;
    /** The key of `mac`, which is over all other columns. */
    kid: string | null;
    mac: string | null;
  };
  /** `sequence`, `at` and `mac` of the newest entry of a chain; `seal` is a MAC over them under the key `kid`. */
  activity_heads: {
    user_id: string;
    sequence: number;
    at: number;
    mac: string;
    kid: string;
    seal: string;
  };
  idempotency: {
    user_id: string;
    key_hash: string;
    request_hash: string;
    /** Identifies the run that holds the key: a run that lost the key cannot store its answer. */
    token: string;
    state: "running" | "done";
    status: number | null;
    sealed: string | null;
    /** The length of `sealed`; 0 during the run. */
    bytes: number;
    lock_expires_at: number;
    expires_at: number;
  };
  canaries: { kid: string; sealed: string };
  secrets: { name: string; kid: string; sealed: string };
  shared_tokens: { name: string; sealed: string; expires_at: number };
  page_states: { user_id: string; id: string; kind: string; sealed: string; expires_at: number };
  notices: {
    id: string;
    user_id: string;
    kind: string;
    /** Addresses, language, and what the text is made of. */
    sealed: string;
    created_at: number;
    /** How often somebody has taken it to send it. */
    attempts: number;
    /** Nobody takes it before. */
    retry_at: number;
    expires_at: number;
  };
  muted_notices: { user_id: string; kind: string };
  /** `browser` is the keyed hash of the names of a browser and its system. */
  known_browsers: { user_id: string; browser: string; expires_at: number };
  /** Everybody may see these pictures. */
  avatars: { user_id: string; hash: string; type: string; content: string; updated_at: number };
  former_values: {
    id: string;
    user_id: string;
    kind: "identifier" | "fields";
    /** Orders the rows of a person as the changes were made. */
    sequence: number;
    /** A JSON list of the pointers of the fields that were changed. */
    fields: string;
    request_id: string;
    /** Hash of the token of the link that undoes the change. */
    token_hash: string | null;
    kid: string;
    sealed: string;
    made_at: number;
    expires_at: number;
  };
  /** Whether something is so is 0 or 1. */
  deletions: {
    user_id: string;
    asked_at: number;
    /** Until then it can be cancelled. */
    deletes_at: number;
    receipt: string;
    reminded: number;
    held: number;
    /** From then on nothing stops it. */
    begun: number;
    attempts: number;
    retry_at: number;
  };
  /** `id` names nobody: only the person who was deleted knows it. */
  deletion_receipts: { id: string; at: number };
};
