-- When a person deleted themselves, or was deleted by the admin. Their access has ended; the row goes once every
-- provider has confirmed the end of their connections.
ALTER TABLE person ADD COLUMN leaving_at BIGINT;
-- While it is set, nobody gets in as this person and their banks are not synced. Nothing of theirs is deleted.
ALTER TABLE person ADD COLUMN suspended_at BIGINT;
