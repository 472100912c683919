-- Two-step verification: a code of an authenticator app (RFC 6238) in addition to the password, or a recovery code.

CREATE TABLE two_step (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL UNIQUE REFERENCES person (id) ON DELETE CASCADE,
    sealed_secret BLOB NOT NULL,
    -- The time step of the last code that was accepted. Codes of it and of earlier steps are refused, so that a code
    -- works once (RFC 6238, 5.2).
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE recovery_code (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    -- Not salted: a code has 120 random bits.
    code_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (person_id, code_hash)
);
