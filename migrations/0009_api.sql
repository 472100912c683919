-- What other programs may do, and what they are told.

-- Keys that sign tokens, sealed. The newest signs; the one before it is still believed.
CREATE TABLE token_key (
    id TEXT PRIMARY KEY,
    sealed_key BLOB NOT NULL,
    created_at BIGINT NOT NULL
);

-- All tokens that come of one log-in. Every request reads its row, so that an end is an end at once.
CREATE TABLE token_family (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    revoked_at BIGINT,
    -- 'log_out', 'reuse', 'password' or 'person'.
    revoked_for TEXT
);
CREATE INDEX token_family_by_person ON token_family (person_id);

-- Refresh tokens by the hash of their number.
CREATE TABLE refresh_token (
    number_hash TEXT PRIMARY KEY,
    family_id TEXT NOT NULL REFERENCES token_family (id) ON DELETE CASCADE,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
-- No family has two that are good.
CREATE UNIQUE INDEX refresh_token_live ON refresh_token (family_id) WHERE used_at IS NULL;
CREATE INDEX refresh_token_by_expiry ON refresh_token (expires_at);

-- Keys that a person made for a program.
CREATE TABLE api_key (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- Words with spaces between them: 'read sync manage'.
    scopes TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    -- Its first letters, by which a person knows it again.
    beginning TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_key_by_person ON api_key (person_id, created_at);

-- Writes that carried a key, and what they were answered. Without an answer one is under way.
CREATE TABLE idempotent_write (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    key_hash TEXT NOT NULL,
    -- Of method, path and body: the same key on something else is a mistake.
    fingerprint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    status BIGINT,
    body TEXT,
    PRIMARY KEY (person_id, key_hash)
);
CREATE INDEX idempotent_write_by_age ON idempotent_write (created_at);
