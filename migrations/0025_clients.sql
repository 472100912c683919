-- Apps that are registered here: they send people here to log in, and get tokens for them (OAuth 2.0).
CREATE TABLE oauth_client (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- Without one the app can keep no secret: it runs in a browser or on a phone.
    secret_hash TEXT,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);
-- Where an app is sent its people back to, each exactly as it was registered.
CREATE TABLE oauth_redirect (
    client_id TEXT NOT NULL REFERENCES oauth_client (id) ON DELETE CASCADE,
    uri TEXT NOT NULL,
    -- Of a site's address: pages of this origin may call the API.
    origin TEXT,
    PRIMARY KEY (client_id, uri)
);
CREATE INDEX oauth_redirect_by_origin ON oauth_redirect (origin);
-- What an app exchanges for tokens, once and within a minute.
CREATE TABLE oauth_code (
    code_hash TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES oauth_client (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    challenge TEXT NOT NULL,
    -- The password may be changed before the code is exchanged: then it is good for nothing.
    password_version BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- The family that came of it: it ends when the code comes again.
    family_id TEXT REFERENCES token_family (id) ON DELETE CASCADE
);
CREATE INDEX oauth_code_by_expiry ON oauth_code (expires_at);
CREATE INDEX oauth_code_by_person ON oauth_code (person_id);
CREATE INDEX oauth_code_by_family ON oauth_code (family_id);
-- Which app a family's tokens are for, and what they may do; a program's that a person logged in through has neither.
ALTER TABLE token_family ADD COLUMN client_id TEXT REFERENCES oauth_client (id) ON DELETE CASCADE;
ALTER TABLE token_family ADD COLUMN scopes TEXT;
CREATE INDEX token_family_by_client ON token_family (client_id);
