-- What Medusa's own clients begin: one row for each sign-in at Logto, whose tokens are sealed.
CREATE TABLE medusa_sign_ins (
  sid TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  logto_sid TEXT,
  provider TEXT NOT NULL,
  tokens TEXT NOT NULL,
  checked_until BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX medusa_sign_ins_user_id ON medusa_sign_ins (user_id);
CREATE INDEX medusa_sign_ins_expires_at ON medusa_sign_ins (expires_at);

-- Sessions of browsers: the sign-ins of one person, one for each kind of actor. The id is in the cookie alone.
CREATE TABLE medusa_sessions (
  id_hash TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  seats TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX medusa_sessions_user_id ON medusa_sessions (user_id);
CREATE INDEX medusa_sessions_expires_at ON medusa_sessions (expires_at);
