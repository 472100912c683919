-- How often a password has been changed. A log-in that was begun with an older one must not end in a session or
-- in tokens.
ALTER TABLE person ADD COLUMN password_version BIGINT NOT NULL DEFAULT 0;
