-- Where a person has logged in from: attempts from there are counted apart, so that a stranger's wrong guesses
-- do not keep the owner out. Tokens and addresses are stored as hashes.

CREATE TABLE known_origin (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    -- 'device' or 'address'.
    kind TEXT NOT NULL,
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, kind, hash)
);
CREATE INDEX known_origin_by_time ON known_origin (kind, last_used_at);

-- How many log-ins were throttled, by the hour they were made in (milliseconds since the epoch).
CREATE TABLE throttled_log_in (
    hour BIGINT PRIMARY KEY,
    attempts BIGINT NOT NULL
);

-- The oldest rows go first when there are too many.
CREATE INDEX login_throttle_by_time ON login_throttle (last_at);
CREATE INDEX browser_session_anonymous ON browser_session (expires_at) WHERE person_id IS NULL;
