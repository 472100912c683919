-- What happened, for the person whom it concerns; and the proofs that it is right.

CREATE TABLE activity (
    id INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    happened_at BIGINT NOT NULL,
    -- NULL when it is about no bank, or about one whose rows were deleted.
    connection_id TEXT REFERENCES connection (id) ON DELETE SET NULL,
    -- As it was called then: an entry outlives its bank.
    institution_name TEXT,
    event TEXT NOT NULL,
    -- A JSON object of texts.
    facts TEXT NOT NULL
);
CREATE INDEX activity_by_person ON activity (person_id, id);
CREATE INDEX activity_by_connection ON activity (connection_id, id);
CREATE INDEX activity_by_time ON activity (happened_at);

-- The record of calls is read by pages now.
CREATE INDEX provider_call_of_connection ON provider_call (connection_id, id);
CREATE INDEX provider_call_of_endpoint ON provider_call (endpoint, id);
CREATE INDEX provider_call_failed ON provider_call (id) WHERE outcome <> 'ok';

-- The last comparison of a connection's rows with all that the bank has.
CREATE TABLE connection_check (
    connection_id TEXT PRIMARY KEY REFERENCES connection (id) ON DELETE CASCADE,
    checked_at BIGINT NOT NULL,
    -- Why it could not be made, in words; NULL when it was.
    problem TEXT,
    compared BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    extra BIGINT NOT NULL,
    different BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    older BIGINT NOT NULL,
    former BIGINT NOT NULL,
    unreadable BIGINT NOT NULL
);

-- The first of the rows that were not as the bank has them.
CREATE TABLE connection_check_row (
    connection_id TEXT NOT NULL REFERENCES connection_check (connection_id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    -- 'missing', 'extra' or 'different'.
    finding TEXT NOT NULL,
    day TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    description TEXT NOT NULL,
    account_name TEXT NOT NULL,
    -- What is not the same, a line each.
    told TEXT NOT NULL,
    PRIMARY KEY (connection_id, place)
);
