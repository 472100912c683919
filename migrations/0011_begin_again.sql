-- When a connection's rows are to be read from nothing. Its cursor stays: only from there on the bank tells
-- what it has removed beyond the days that it still lists.
ALTER TABLE connection ADD COLUMN begin_again_at BIGINT;
