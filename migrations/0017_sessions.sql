-- How long access lasts at most, and which Passbook a cookie belongs to.

-- A program's log-in ends a year after it began, however often its tokens are refreshed.
ALTER TABLE token_family ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
UPDATE token_family SET ends_at = created_at + 31536000000;

-- When a key stops working; NULL for never.
ALTER TABLE api_key ADD COLUMN expires_at BIGINT;

-- The random id in the names of this Passbook's cookies. Browsers keep cookies by host and ignore the port
-- (RFC 6265, 8.5), so two Passbooks on one host would overwrite each other's.
CREATE TABLE instance (id TEXT PRIMARY KEY);
INSERT INTO instance (id) VALUES (lower(hex(randomblob(4))));
