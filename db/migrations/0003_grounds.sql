-- The state of each person's credentials: raised when a change of a password or an identifier begins, and when it ends.
CREATE TABLE credential_epochs (
  user_id TEXT NOT NULL PRIMARY KEY,
  epoch BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX credential_epochs_expires_at ON credential_epochs (expires_at);

-- Sessions and grants at Logto that began before a change of the password, and are still to end.
CREATE TABLE revocations (
  user_id TEXT NOT NULL PRIMARY KEY,
  begun_before BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  retry_at BIGINT NOT NULL
);
CREATE INDEX revocations_retry_at ON revocations (retry_at);

-- Erased persons, by the keyed hash of their user id, for as long as a request or a snapshot of theirs may live on.
CREATE TABLE tombstones (
  person TEXT NOT NULL PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE INDEX tombstones_expires_at ON tombstones (expires_at);

-- An entry that cannot be settled is set aside until then, and blocks nobody.
ALTER TABLE journal ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN retry_at BIGINT NOT NULL DEFAULT 0;
