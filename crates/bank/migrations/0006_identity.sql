-- The identity providers: Google, any OpenID Connect provider, and Facebook.

-- RSA keys that sign ID tokens. The newest signs; an older one is told of until it expires.
CREATE TABLE identity_key (
    kid        TEXT   PRIMARY KEY,
    seq        BIGINT NOT NULL,
    provider   TEXT   NOT NULL,
    pkcs8      BLOB   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX identity_key_by_provider ON identity_key (provider, seq);

-- Codes that browsers carry to programs, as SHA-256. A used one stays for a while, so that its second use is noticed.
CREATE TABLE identity_code (
    hash        TEXT   PRIMARY KEY,
    seq         BIGINT NOT NULL,
    provider    TEXT   NOT NULL,
    client_id   TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT,
    -- SHA-256 of the client secret of the first call that named the code.
    secret_hash TEXT,
    -- What was asked for and what the person shares, as JSON.
    record      TEXT   NOT NULL
);
CREATE INDEX identity_code_by_seq ON identity_code (seq);

-- Access tokens, as SHA-256.
CREATE TABLE identity_token (
    hash       TEXT   PRIMARY KEY,
    seq        BIGINT NOT NULL,
    code_hash  TEXT   NOT NULL,
    provider   TEXT   NOT NULL,
    expires_at BIGINT NOT NULL,
    -- SHA-256 of the proof that Facebook demands with the token.
    proof_hash TEXT   NOT NULL,
    record     TEXT   NOT NULL
);
CREATE INDEX identity_token_by_seq ON identity_token (seq);
CREATE INDEX identity_token_by_code ON identity_token (code_hash);
