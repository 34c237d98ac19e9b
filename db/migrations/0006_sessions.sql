-- Sessions of browsers. The id is in the cookie alone: here is its hash, and the tokens are sealed under a key made from it.
CREATE TABLE sessions (
  id_hash TEXT NOT NULL PRIMARY KEY,
  ref TEXT NOT NULL,
  user_id TEXT NOT NULL,
  sid TEXT,
  method TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  auth_time BIGINT,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  about TEXT NOT NULL,
  tokens TEXT NOT NULL,
  checked_until BIGINT NOT NULL,
  lease TEXT,
  lease_until BIGINT NOT NULL,
  kept_at BIGINT
);
CREATE UNIQUE INDEX sessions_ref ON sessions (ref);
CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_sid ON sessions (sid);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- Logto's sessions: none can begin here on one that has ended.
CREATE TABLE logto_sessions (
  sid TEXT NOT NULL PRIMARY KEY,
  ended BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX logto_sessions_expires_at ON logto_sessions (expires_at);

-- What works once: a flow of sign-in, a logout token.
CREATE TABLE used_once (
  id TEXT NOT NULL PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE INDEX used_once_expires_at ON used_once (expires_at);

-- Logto's session in which the password was changed: it goes on.
ALTER TABLE revocations ADD COLUMN kept_sid TEXT;
