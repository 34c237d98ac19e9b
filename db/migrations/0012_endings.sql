-- What a person has ended, and Logto has yet to end: sessions, and grants of applications. A row goes once it has.
CREATE TABLE endings (
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  retry_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, kind, target)
);
CREATE INDEX endings_retry_at ON endings (retry_at);
