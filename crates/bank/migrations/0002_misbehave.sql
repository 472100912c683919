-- What the bank needs to misbehave on demand.

-- The caller's name for its user, from `/link/token/create`: whose Item this is.
ALTER TABLE item ADD COLUMN client_user_id TEXT;
-- The last good log-in; nothing is the first one.
ALTER TABLE item ADD COLUMN log_in_at BIGINT;
-- The end of a consent or log-in that was announced a week ahead.
ALTER TABLE item ADD COLUMN warned_of BIGINT;
-- Whether its webhooks are kept back until somebody lets them go.
ALTER TABLE item ADD COLUMN holds_webhooks BIGINT NOT NULL DEFAULT 0;
CREATE INDEX item_by_user ON item (client_user_id, created_at);

-- How a delivery is falsified; nothing is a genuine one.
ALTER TABLE delivery ADD COLUMN forgery TEXT;
-- Kept back: not due until somebody lets it go.
ALTER TABLE delivery ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
-- Deliveries of one batch go one after another, by place.
ALTER TABLE delivery ADD COLUMN batch TEXT;
ALTER TABLE delivery ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
CREATE INDEX delivery_by_item ON delivery (item_id, held);

-- What the bank remembers of itself; `lead_ms` is how far its clock has been put ahead.
CREATE TABLE setting (
    name  TEXT   PRIMARY KEY,
    value BIGINT NOT NULL
);
