-- Portable across SQLite, D1 and PostgreSQL: TEXT and BIGINT only, times in epoch milliseconds, ciphertext as base64url.
-- One statement ends at each semicolon that ends a line.

CREATE TABLE leases (
  user_id TEXT NOT NULL PRIMARY KEY,
  token TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX leases_expires_at ON leases (expires_at);

CREATE TABLE vault (
  user_id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  kid TEXT NOT NULL,
  sealed TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX vault_kid ON vault (kid, user_id);

CREATE TABLE journal (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX journal_user_id ON journal (user_id, created_at);
CREATE INDEX journal_created_at ON journal (created_at);

CREATE TABLE verification_records (
  id_hash TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  bound_to TEXT NOT NULL,
  method TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  claim TEXT
);
CREATE INDEX verification_records_user_id ON verification_records (user_id);
CREATE INDEX verification_records_claim ON verification_records (claim);
CREATE INDEX verification_records_expires_at ON verification_records (expires_at);

CREATE TABLE identifier_proofs (
  user_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, recipient)
);
CREATE INDEX identifier_proofs_expires_at ON identifier_proofs (expires_at);

CREATE TABLE verification_codes (
  recipient TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  tries BIGINT NOT NULL
);
CREATE UNIQUE INDEX verification_codes_id ON verification_codes (id);
CREATE INDEX verification_codes_user_id ON verification_codes (user_id);
CREATE INDEX verification_codes_expires_at ON verification_codes (expires_at);

CREATE TABLE limits (
  bucket TEXT NOT NULL PRIMARY KEY,
  count BIGINT NOT NULL,
  window_ends_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  locked BIGINT NOT NULL,
  strikes BIGINT NOT NULL,
  strikes_expire_at BIGINT NOT NULL
);
CREATE INDEX limits_expires_at ON limits (expires_at);

CREATE TABLE activity (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  client_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX activity_user_id ON activity (user_id, at, id);
CREATE INDEX activity_at ON activity (at);

CREATE TABLE idempotency (
  user_id TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  token TEXT NOT NULL,
  state TEXT NOT NULL,
  status BIGINT,
  sealed TEXT,
  lock_expires_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, key_hash)
);
CREATE INDEX idempotency_expires_at ON idempotency (expires_at);

CREATE TABLE canaries (
  kid TEXT NOT NULL PRIMARY KEY,
  sealed TEXT NOT NULL
);

CREATE TABLE secrets (
  name TEXT NOT NULL PRIMARY KEY,
  kid TEXT NOT NULL,
  sealed TEXT NOT NULL
);
