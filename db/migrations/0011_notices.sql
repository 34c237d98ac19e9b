-- Messages to people that wait to be sent. What one says, and to whom, is sealed.
CREATE TABLE notices (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  retry_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX notices_user_id ON notices (user_id);
CREATE INDEX notices_retry_at ON notices (retry_at, id);
CREATE INDEX notices_created_at ON notices (created_at);
CREATE INDEX notices_expires_at ON notices (expires_at);

-- The optional kinds that a person does not want.
CREATE TABLE muted_notices (
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (user_id, kind)
);

-- The browsers in which a person has signed in, by keyed hash of what they call themselves.
CREATE TABLE known_browsers (
  user_id TEXT NOT NULL,
  browser TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, browser)
);
CREATE INDEX known_browsers_expires_at ON known_browsers (expires_at);
