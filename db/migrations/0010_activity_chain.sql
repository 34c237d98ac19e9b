-- The entries of a person form a chain: each has a number and a MAC over itself and its predecessor.
-- Entries of earlier releases have neither.
ALTER TABLE activity ADD COLUMN sequence BIGINT;
ALTER TABLE activity ADD COLUMN previous_at BIGINT;
ALTER TABLE activity ADD COLUMN previous_mac TEXT;
ALTER TABLE activity ADD COLUMN kid TEXT;
ALTER TABLE activity ADD COLUMN mac TEXT;
CREATE UNIQUE INDEX activity_sequence ON activity (user_id, sequence);
CREATE INDEX activity_unchained ON activity (user_id, at, id) WHERE sequence IS NULL;

-- The newest entry of each chain, with a MAC of its own.
CREATE TABLE activity_heads (
  user_id TEXT NOT NULL PRIMARY KEY,
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  mac TEXT NOT NULL,
  kid TEXT NOT NULL,
  seal TEXT NOT NULL
);
CREATE INDEX activity_heads_kid ON activity_heads (kid, user_id);
