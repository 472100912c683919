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

-- The change feed: one row a transaction, which moves to the end of its person's sequence whenever the
-- transaction changes, and stays when it is gone.
CREATE TABLE transaction_change (
    transaction_id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    -- Where it stood when the transaction first came: nobody who has not read so far has heard of it.
    first_place BIGINT NOT NULL,
    -- The same for the last time that it came: it may go and come again.
    came_place BIGINT NOT NULL,
    place BIGINT NOT NULL,
    removed BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX transaction_change_by_place ON transaction_change (person_id, place);

INSERT INTO transaction_change (transaction_id, person_id, account_id, first_place, came_place, place)
SELECT id, person_id, account_id,
    ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY seq),
    ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY seq),
    ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY seq)
FROM bank_transaction;

CREATE TRIGGER transaction_change_added AFTER INSERT ON bank_transaction BEGIN
    INSERT INTO transaction_change (transaction_id, person_id, account_id, first_place, came_place, place)
    SELECT new.id, new.person_id, new.account_id,
        COALESCE(MAX(place), 0) + 1, COALESCE(MAX(place), 0) + 1, COALESCE(MAX(place), 0) + 1
    FROM transaction_change WHERE person_id = new.person_id
    -- A row that was gone and is here again has come anew.
    ON CONFLICT (transaction_id) DO UPDATE SET account_id = excluded.account_id,
        came_place = excluded.came_place, place = excluded.place, removed = 0;
END;
CREATE TRIGGER transaction_change_modified AFTER UPDATE ON bank_transaction
WHEN (old.account_id, old.day, old.amount, old.currency, old.amount_exact, old.description, old.merchant,
      old.category_primary, old.category_detailed, old.pending, old.details,
      old.own_name, old.own_category, old.own_note, old.own_tags)
  IS NOT (new.account_id, new.day, new.amount, new.currency, new.amount_exact, new.description, new.merchant,
      new.category_primary, new.category_detailed, new.pending, new.details,
      new.own_name, new.own_category, new.own_note, new.own_tags)
BEGIN
    UPDATE transaction_change SET account_id = new.account_id, removed = 0,
        place = (SELECT MAX(place) FROM transaction_change WHERE person_id = new.person_id) + 1
    WHERE transaction_id = new.id;
END;
CREATE TRIGGER transaction_change_removed AFTER DELETE ON bank_transaction BEGIN
    UPDATE transaction_change SET removed = 1,
        place = (SELECT MAX(place) FROM transaction_change WHERE person_id = old.person_id) + 1
    WHERE transaction_id = old.id;
END;

-- Where a person's other programs are told that something changed.
CREATE TABLE webhook_endpoint (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    -- The place in the change feed that it has been told of.
    told_place BIGINT NOT NULL
);
CREATE INDEX webhook_endpoint_by_person ON webhook_endpoint (person_id, created_at);

-- What was sent there, and what came of it.
CREATE TABLE outbound_delivery (
    id TEXT PRIMARY KEY,
    endpoint_id TEXT NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    last_attempt_at BIGINT,
    -- When it is tried next; NULL when it arrived or was given up.
    next_attempt_at BIGINT,
    -- The last answer's status; NULL when there was none.
    status BIGINT,
    -- 'waiting', 'arrived' or 'given_up'.
    state TEXT NOT NULL DEFAULT 'waiting',
    problem TEXT
);
CREATE INDEX outbound_delivery_by_endpoint ON outbound_delivery (endpoint_id, created_at);
CREATE INDEX outbound_delivery_due ON outbound_delivery (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
