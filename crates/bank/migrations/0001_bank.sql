-- The built-in bank's own file. Times are milliseconds since the epoch, days are ISO 8601, amounts are decimal text.

-- Keys that sign webhooks. A key stays after its expiry, so that an old signature can still be looked up.
CREATE TABLE signing_key (
    kid        TEXT   PRIMARY KEY,
    pkcs8      BLOB   NOT NULL,
    created_at BIGINT NOT NULL,
    expired_at BIGINT
);

CREATE TABLE link_token (
    token      TEXT   PRIMARY KEY,
    hosted_id  TEXT   UNIQUE,
    expires_at BIGINT NOT NULL,
    record     TEXT   NOT NULL
);

-- `state` and `events` are written by Link while a session runs, the rest when it is finished.
CREATE TABLE link_session (
    id          TEXT   PRIMARY KEY,
    link_token  TEXT   NOT NULL REFERENCES link_token (token) ON DELETE CASCADE,
    started_at  BIGINT NOT NULL,
    finished_at BIGINT,
    state       TEXT   NOT NULL,
    events      TEXT   NOT NULL,
    exit        TEXT,
    results     TEXT   NOT NULL DEFAULT '[]'
);
CREATE INDEX link_session_by_token ON link_session (link_token, started_at);

CREATE TABLE item (
    id                   TEXT    PRIMARY KEY,
    institution_id       TEXT    NOT NULL,
    username             TEXT    NOT NULL,
    -- The bank's own customers are of its own invention; a new day's rows are made from name and password.
    password             TEXT    NOT NULL,
    linked_day           TEXT    NOT NULL,
    world_day            TEXT    NOT NULL,
    created_at           BIGINT  NOT NULL,
    removed_at           BIGINT,
    webhook              TEXT,
    error                TEXT,
    products             TEXT    NOT NULL,
    consented            TEXT    NOT NULL,
    consent_expires_at   BIGINT,
    days_requested       BIGINT  NOT NULL,
    dynamic              BIGINT  NOT NULL,
    ignores_days         BIGINT  NOT NULL,
    -- The number of the item's last change; every change of a row takes the next one.
    seq                  BIGINT  NOT NULL DEFAULT 0,
    -- 0 not ready, 1 the first 30 days, 2 all history.
    stage                BIGINT  NOT NULL DEFAULT 0,
    initial_at           BIGINT,
    historical_at        BIGINT,
    synced_at            BIGINT,
    refreshes            BIGINT  NOT NULL DEFAULT 0,
    last_update_at       BIGINT,
    last_failure_at      BIGINT,
    last_webhook_at      BIGINT,
    last_webhook_code    TEXT
);
CREATE INDEX item_by_stage ON item (stage, initial_at) WHERE removed_at IS NULL;

-- SHA-256 of access tokens. Each exchange gives one more; none ends another but `/item/access_token/invalidate`.
CREATE TABLE access_token (
    hash    TEXT PRIMARY KEY,
    item_id TEXT NOT NULL REFERENCES item (id) ON DELETE CASCADE
);
CREATE INDEX access_token_by_item ON access_token (item_id);

CREATE TABLE public_token (
    token      TEXT   PRIMARY KEY,
    item_id    TEXT   NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);

CREATE TABLE account (
    item_id       TEXT   NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    key           TEXT   NOT NULL,
    account_id    TEXT   NOT NULL UNIQUE,
    persistent_id TEXT,
    position      BIGINT NOT NULL,
    selected      BIGINT NOT NULL,
    record        TEXT   NOT NULL,
    PRIMARY KEY (item_id, key)
);

-- A row is invisible until `changed_seq` is set; a removed one stays as a stone, so that a cursor from before its
-- removal can still be told.
CREATE TABLE bank_row (
    transaction_id TEXT   PRIMARY KEY,
    item_id        TEXT   NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    account_id     TEXT   NOT NULL,
    key            TEXT   NOT NULL,
    date           TEXT   NOT NULL,
    date_posted    TEXT   NOT NULL,
    pending        BIGINT NOT NULL,
    added_seq      BIGINT,
    changed_seq    BIGINT,
    removed        BIGINT NOT NULL DEFAULT 0,
    record         TEXT   NOT NULL
);
CREATE INDEX bank_row_by_change ON bank_row (item_id, changed_seq);
CREATE INDEX bank_row_by_date ON bank_row (item_id, date);
CREATE INDEX bank_row_by_key ON bank_row (item_id, account_id, key);

CREATE TABLE delivery (
    id           TEXT   PRIMARY KEY,
    item_id      TEXT,
    url          TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    -- Nothing once it is delivered or given up.
    due_at       BIGINT,
    attempts     BIGINT NOT NULL DEFAULT 0,
    delivered_at BIGINT,
    last_status  BIGINT
);
CREATE INDEX delivery_by_due ON delivery (due_at) WHERE due_at IS NOT NULL;
