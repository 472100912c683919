-- Who runs this Passbook, and what they do.

-- The demo person's password is printed: such a one never becomes an operator.
ALTER TABLE person ADD COLUMN demo BIGINT NOT NULL DEFAULT 0;
-- Since when somebody is an operator; NULL for everybody else.
ALTER TABLE person ADD COLUMN operator_since BIGINT;
-- To the hour: what is noted with every request would be written with every request.
ALTER TABLE person ADD COLUMN last_seen_at BIGINT;
UPDATE person SET demo = 1 WHERE email_folded = 'demo@passbook.example';

-- Links with which the first operator is made, by the hash of their code. One that was used stays, so that
-- no start prints another.
CREATE TABLE operator_link (
    code_hash TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_by TEXT REFERENCES person (id) ON DELETE SET NULL,
    used_at BIGINT
);

-- Whose session it is, so that all of one person's can be ended.
ALTER TABLE browser_session ADD COLUMN person_id TEXT REFERENCES person (id) ON DELETE CASCADE;
UPDATE browser_session SET person_id =
    (SELECT id FROM person WHERE browser_session.data LIKE '%"user":"' || person.id || '"%');
CREATE INDEX browser_session_by_person ON browser_session (person_id);

-- Webhooks whose work was asked for again by hand.
CREATE TABLE webhook_replay (
    id INTEGER PRIMARY KEY,
    delivery_id BIGINT NOT NULL REFERENCES webhook_delivery (id) ON DELETE CASCADE,
    person_id TEXT REFERENCES person (id) ON DELETE SET NULL,
    replayed_at BIGINT NOT NULL,
    -- What it led to: 'sync', 'finish_link' or 'nothing'.
    caused TEXT NOT NULL
);
CREATE INDEX webhook_replay_by_delivery ON webhook_replay (delivery_id, id);
