-- What a change has replaced, sealed, for as long as the change can be undone.
CREATE TABLE former_values (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  -- 'identifier' for one sign-in identifier, 'fields' for the other fields of one change.
  kind TEXT NOT NULL,
  -- Orders the rows of a person as the changes were made.
  sequence BIGINT NOT NULL,
  fields TEXT NOT NULL,
  request_id TEXT NOT NULL,
  -- Hash of the token of the link that undoes the change.
  token_hash TEXT,
  kid TEXT NOT NULL,
  sealed TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX former_values_user_id ON former_values (user_id, sequence);
CREATE UNIQUE INDEX former_values_token_hash ON former_values (token_hash);
CREATE INDEX former_values_kid ON former_values (kid, id);
CREATE INDEX former_values_expires_at ON former_values (expires_at);
