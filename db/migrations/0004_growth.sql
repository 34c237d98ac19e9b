-- Indexes by which no statement has to look at more rows than it returns or changes.

-- A bucket expires at the later of its two times: db/purge.ts compares this expression.
CREATE INDEX limits_expiry ON limits ((CASE WHEN expires_at > strikes_expire_at THEN expires_at ELSE strikes_expire_at END));
CREATE INDEX shared_tokens_expires_at ON shared_tokens (expires_at);
CREATE INDEX journal_retry_at ON journal (retry_at, id);
