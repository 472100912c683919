-- While a bank is asked with what its person typed: 'processing', or 'challenged' when it asks back.
ALTER TABLE connection ADD COLUMN link_phase TEXT;
-- When the bank first let the person in. A connection whose log-in is typed here stands before that.
ALTER TABLE connection ADD COLUMN linked_at BIGINT;
UPDATE connection SET linked_at = created_at;
-- Whether the log-in of an attempt is typed here.
ALTER TABLE link_attempt ADD COLUMN typed BOOLEAN NOT NULL DEFAULT 0;
