-- Who people are at identity providers: a way to log in beside the password, or without one. A person who has none has an
-- empty password_hash, which no password matches.
CREATE TABLE identity (
    -- Together they are the key: two issuers may use the same subject.
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    provider TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    -- What the provider told last; `profile` is the JSON itself.
    email TEXT,
    email_verified BIGINT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    birthday TEXT,
    profile TEXT,
    connected_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX identity_by_person ON identity (person_id, issuer);
