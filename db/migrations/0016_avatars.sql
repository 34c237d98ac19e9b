-- The picture that a person has set here: one row for each person, also where two have the same one.
CREATE TABLE avatars (
  user_id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL,
  type TEXT NOT NULL,
  content TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX avatars_hash ON avatars (hash);
