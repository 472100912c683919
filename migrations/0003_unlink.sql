-- Ending a connection: asked for, then confirmed by the provider. Until it has confirmed, the token stays
-- sealed, because only the token can end the connection there; afterwards it is wiped.
ALTER TABLE connection ADD COLUMN unlink_asked_at BIGINT;
ALTER TABLE connection ADD COLUMN unlink_keeps_rows BIGINT NOT NULL DEFAULT 1;
ALTER TABLE connection ADD COLUMN unlinked_at BIGINT;
