-- Tokens of the service itself, for runtimes whose instances share nothing but this database.
CREATE TABLE shared_tokens (
  name TEXT NOT NULL PRIMARY KEY,
  sealed TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
