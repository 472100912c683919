-- What a person is told of the browsers that they are logged in on. All of it is empty for anonymous sessions.
-- The id in forms: unlike the hash of the secret id it may be shown.
ALTER TABLE browser_session ADD COLUMN public_id TEXT;
ALTER TABLE browser_session ADD COLUMN created_at BIGINT;
ALTER TABLE browser_session ADD COLUMN last_used_at BIGINT;
-- As of the last use: the browser in words, and the address.
ALTER TABLE browser_session ADD COLUMN browser TEXT;
ALTER TABLE browser_session ADD COLUMN address TEXT;

-- Sessions from before know their times. Browser and address follow when they are used next.
UPDATE browser_session SET public_id = LOWER(HEX(RANDOMBLOB(13)));
UPDATE browser_session SET created_at = json_extract(data, '$.since'), last_used_at = json_extract(data, '$.touched')
WHERE person_id IS NOT NULL AND json_valid(data);
