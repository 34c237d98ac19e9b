-- The bytes of each kept answer, and an index from which alone a person's oldest answers are found.
ALTER TABLE idempotency ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
CREATE INDEX idempotency_kept ON idempotency (user_id, expires_at, key_hash, bytes);
