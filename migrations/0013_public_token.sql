-- Which public token an attempt is about, as a hash: what is handed over again, by whatever door, is told what
-- came of that token. The token itself is wiped once it is exchanged.
ALTER TABLE link_attempt ADD COLUMN public_token_hash TEXT;
CREATE UNIQUE INDEX link_attempt_by_public_token ON link_attempt (person_id, public_token_hash);

-- The connection that the bank turned out to be linked as already, when only the exchange could tell.
ALTER TABLE link_attempt ADD COLUMN linked_before_id TEXT REFERENCES connection (id) ON DELETE CASCADE;
