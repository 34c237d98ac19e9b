-- What a person does on the account page over several requests: a change that waits for step-up, a change to undo.
CREATE TABLE page_states (
  user_id TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  sealed TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, id)
);
CREATE INDEX page_states_expires_at ON page_states (expires_at);
