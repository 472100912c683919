-- The books. Times are milliseconds since the epoch, days are ISO 8601 text, money is minor units.
-- The SQL stays within what SQLite and PostgreSQL share, the full-text index at the end excepted.

CREATE TABLE person (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    user_name TEXT,
    user_name_folded TEXT UNIQUE,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    birthday TEXT,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Browser sessions by the hash of their id: a copy of this table logs nobody in.
CREATE TABLE browser_session (
    id_hash TEXT PRIMARY KEY,
    data TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX browser_session_by_expiry ON browser_session (expires_at);

-- Attempts to log in, by the hash of the name tried or of the address they came from.
CREATE TABLE login_throttle (
    key_hash TEXT PRIMARY KEY,
    attempts BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);

CREATE TABLE invitation (
    code_hash TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_by TEXT REFERENCES person (id) ON DELETE SET NULL,
    used_at BIGINT
);

CREATE TABLE institution (
    provider TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    name TEXT NOT NULL,
    logo BLOB,
    color TEXT,
    url TEXT,
    fetched_at BIGINT NOT NULL,
    PRIMARY KEY (provider, provider_id)
);

CREATE TABLE connection (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    item_id TEXT NOT NULL,
    institution_id TEXT,
    institution_name TEXT NOT NULL,
    sealed_token BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    -- Where the next sync goes on; set only together with the rows it stands for.
    cursor TEXT,
    update_status TEXT NOT NULL DEFAULT 'not_ready',
    -- How far the first sync is, for the page that shows it; never used to decide anything.
    seen_rows BIGINT NOT NULL DEFAULT 0,
    history_complete_at BIGINT,
    last_synced_at BIGINT,
    provider_updated_at BIGINT,
    consent_expires_at BIGINT,
    problem_remedy TEXT,
    problem_code TEXT,
    problem_message TEXT,
    problem_request_id TEXT,
    problem_since BIGINT,
    UNIQUE (provider, item_id)
);
CREATE INDEX connection_by_person ON connection (person_id);

CREATE TABLE link_attempt (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    connection_id TEXT REFERENCES connection (id) ON DELETE CASCADE,
    chooses_accounts BOOLEAN NOT NULL,
    token TEXT NOT NULL,
    hosted_url TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    finished_at BIGINT,
    -- The connection that came of it.
    result_id TEXT REFERENCES connection (id) ON DELETE CASCADE
);
CREATE INDEX link_attempt_by_person ON link_attempt (person_id, created_at);

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    provider_id TEXT NOT NULL,
    persistent_id TEXT,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    official_name TEXT,
    mask TEXT,
    kind TEXT NOT NULL,
    subtype TEXT,
    currency TEXT NOT NULL,
    current BIGINT,
    current_exact TEXT,
    available BIGINT,
    credit_limit BIGINT,
    balance_at BIGINT NOT NULL,
    closed_at BIGINT,
    UNIQUE (connection_id, provider_id)
);
CREATE INDEX account_by_person ON account (person_id);

-- One balance an account and day: what the net-worth line is drawn from.
CREATE TABLE balance_snapshot (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    currency TEXT NOT NULL,
    current BIGINT NOT NULL,
    PRIMARY KEY (account_id, day)
);

CREATE TABLE bank_transaction (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    provider_id TEXT NOT NULL,
    pending_provider_id TEXT,
    day TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    -- Decimals of the currency, so that amounts of several can be compared with what a person types.
    exponent BIGINT NOT NULL,
    amount_exact TEXT,
    description TEXT NOT NULL,
    merchant TEXT,
    category_primary TEXT,
    category_detailed TEXT,
    pending BIGINT NOT NULL,
    details TEXT NOT NULL,
    -- Folded words of merchant and description: what search compares.
    search TEXT NOT NULL,
    UNIQUE (connection_id, provider_id)
);
CREATE INDEX bank_transaction_by_day ON bank_transaction (person_id, day DESC, id DESC);
CREATE INDEX bank_transaction_by_account ON bank_transaction (account_id, day DESC, id DESC);
CREATE INDEX bank_transaction_by_category
    ON bank_transaction (person_id, category_primary, day DESC, id DESC);
CREATE INDEX bank_transaction_pending
    ON bank_transaction (person_id, day DESC, id DESC) WHERE pending = 1;

-- Background work: one row for each kind and subject, armed by a time to run at.
CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- When it is due; NULL when there is nothing to do.
    run_at BIGINT,
    -- Counts requests, so that one that arrives during a run is not lost.
    requested BIGINT NOT NULL DEFAULT 0,
    -- Failures in a row.
    attempts BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT,
    -- Grows with each claim; every write of a worker names it, so that a worker that lost its lease
    -- writes nothing.
    fence BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    finished_at BIGINT,
    UNIQUE (kind, subject)
);
CREATE INDEX job_due ON job (run_at) WHERE run_at IS NOT NULL;

-- Every call to a provider, secrets left out.
CREATE TABLE provider_call (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    connection_id TEXT,
    request_id TEXT,
    started_at BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE INDEX provider_call_by_connection ON provider_call (connection_id, started_at);

-- Words of the rows. The text is folded already: what is left to the tokenizer is to cut at spaces, which
-- `ascii` does in every script. `detail=column` because words are looked for, not phrases.
CREATE VIRTUAL TABLE transaction_words USING fts5 (
    person_id, search,
    content = 'bank_transaction', content_rowid = 'seq',
    tokenize = 'ascii', detail = 'column', columnsize = 0
);
CREATE TRIGGER transaction_words_insert AFTER INSERT ON bank_transaction BEGIN
    INSERT INTO transaction_words (rowid, person_id, search) VALUES (new.seq, new.person_id, new.search);
END;
CREATE TRIGGER transaction_words_delete AFTER DELETE ON bank_transaction BEGIN
    INSERT INTO transaction_words (transaction_words, rowid, person_id, search)
    VALUES ('delete', old.seq, old.person_id, old.search);
END;
CREATE TRIGGER transaction_words_update AFTER UPDATE OF search ON bank_transaction
WHEN old.search <> new.search BEGIN
    INSERT INTO transaction_words (transaction_words, rowid, person_id, search)
    VALUES ('delete', old.seq, old.person_id, old.search);
    INSERT INTO transaction_words (rowid, person_id, search) VALUES (new.seq, new.person_id, new.search);
END;
