-- Who has asked for the end of their account, and until when they can change their mind.
CREATE TABLE deletions (
  user_id TEXT NOT NULL PRIMARY KEY,
  asked_at BIGINT NOT NULL,
  deletes_at BIGINT NOT NULL,
  receipt TEXT NOT NULL,
  reminded BIGINT NOT NULL,
  held BIGINT NOT NULL,
  begun BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  retry_at BIGINT NOT NULL
);
CREATE INDEX deletions_retry_at ON deletions (retry_at);

-- What is left of a deleted account: a random name, which its person knows, and a time.
CREATE TABLE deletion_receipts (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL
);
