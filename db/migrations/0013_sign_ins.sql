-- Identifiers of a person that Logto locked after too many wrong tries. Logto says so once, by an event.
CREATE TABLE lockouts (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  browser TEXT,
  system TEXT,
  address TEXT,
  application_id TEXT,
  expires_at BIGINT NOT NULL
);
CREATE INDEX lockouts_user_id ON lockouts (user_id, at);
CREATE INDEX lockouts_expires_at ON lockouts (expires_at);

-- Tries that failed here are listed beside those at Logto.
CREATE INDEX activity_refused_proofs ON activity (user_id, at) WHERE event = 'step_up.refused';
