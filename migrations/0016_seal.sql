-- Link tokens and the addresses of hosted links are sealed. SQL cannot seal, so those of open attempts are
-- dropped: they last four hours at most. A pane that is open in a browser finishes all the same, because it hands
-- over its own public token; who is on a hosted page at this moment begins again.
DROP INDEX link_attempt_by_token;
ALTER TABLE link_attempt DROP COLUMN token;
ALTER TABLE link_attempt DROP COLUMN hosted_url;
ALTER TABLE link_attempt ADD COLUMN sealed_token BLOB;
ALTER TABLE link_attempt ADD COLUMN sealed_hosted_url BLOB;
-- A webhook names the session that has ended by its token, so the attempt is found by the token's hash.
ALTER TABLE link_attempt ADD COLUMN token_hash TEXT;
CREATE INDEX link_attempt_by_token ON link_attempt (token_hash);

-- The message from a form to the next page is sealed inside its session. One that waits in plain text is dropped.
UPDATE browser_session SET data = json_remove(data, '$.flash') WHERE json_extract(data, '$.flash') IS NOT NULL;

-- Fingerprints of requests are keyed. The old ones go; the rows stay, so that a request that is sent again is
-- refused and not done twice.
UPDATE idempotent_write SET fingerprint = '';

-- Webhooks of Link are kept with the hash of their link token.
UPDATE webhook_delivery SET body = CAST(json_replace(CAST(body AS TEXT), '$.link_token', '[blanked]') AS BLOB)
WHERE webhook_type = 'LINK' AND json_valid(CAST(body AS TEXT));

-- Attempts to log in are counted under keyed names, so what was counted before is found no more.
DELETE FROM login_throttle;
