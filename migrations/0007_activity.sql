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
