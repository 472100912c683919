-- The provider that an attempt was begun at.
ALTER TABLE link_attempt ADD COLUMN provider TEXT NOT NULL DEFAULT 'plaid';
-- How an attempt stands, by name: each step is taken only by an attempt that is where the step begins.
ALTER TABLE link_attempt ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
UPDATE link_attempt SET state = CASE
    WHEN finished_at IS NULL AND sealed_public_token IS NULL THEN 'open'
    WHEN finished_at IS NULL THEN 'intended'
    WHEN linked_before_id IS NOT NULL THEN 'duplicate'
    WHEN result_id IS NOT NULL AND connection_id IS NULL THEN 'linked'
    WHEN result_id IS NOT NULL THEN 'repaired'
    WHEN lost_at IS NOT NULL THEN 'lost'
    ELSE 'left'
END;
