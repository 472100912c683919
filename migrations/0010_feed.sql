-- What other programs are told: the change feed, and the addresses that are called when it grows.
--
-- The places of the feed are given by triggers, so that nobody who writes can forget them: a sync, a person's own
-- words, an end that deletes rows, a cascade. On PostgreSQL the same takes one trigger function in plpgsql
-- (`IS DISTINCT FROM` where SQLite says `IS NOT`); the update of `feed_head` is then what makes two writers of one
-- person wait for each other, so that places are given in the order of the commits.

-- Of each person, the newest place that was given, and the newest place of which it was forgotten that a
-- transaction had gone. Neither ever goes down.
CREATE TABLE feed_head (
    person_id TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    forgotten BIGINT NOT NULL DEFAULT 0
);

-- One row a transaction. It moves to the end whenever what is shown of the transaction changes, and stays for a
-- while when the transaction is gone.
CREATE TABLE change_feed (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    transaction_id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    -- Its place when it came: whoever has read all up to there knows it.
    added_place BIGINT NOT NULL,
    removed BIGINT NOT NULL DEFAULT 0,
    -- When it was noticed that it is gone; triggers know no time.
    removed_at BIGINT,
    PRIMARY KEY (person_id, place)
) WITHOUT ROWID;
CREATE INDEX change_feed_removed ON change_feed (removed_at) WHERE removed = 1;

INSERT INTO change_feed (person_id, place, transaction_id, account_id, added_place)
SELECT person_id, place, id, account_id, place FROM (
    SELECT person_id, id, account_id, ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY seq) AS place
    FROM bank_transaction
) AS numbered;
INSERT INTO feed_head (person_id, place) SELECT person_id, COUNT(*) FROM bank_transaction GROUP BY person_id;

CREATE TRIGGER change_feed_added AFTER INSERT ON bank_transaction BEGIN
    INSERT INTO feed_head (person_id, place) VALUES (new.person_id, 1)
        ON CONFLICT (person_id) DO UPDATE SET place = feed_head.place + 1;
    -- One that comes back is added anew: whoever has read of its end has it no more.
    INSERT INTO change_feed (person_id, place, transaction_id, account_id, added_place)
        SELECT person_id, place, new.id, new.account_id, place FROM feed_head WHERE person_id = new.person_id
        ON CONFLICT (transaction_id) DO UPDATE SET place = excluded.place, added_place = excluded.added_place,
            account_id = excluded.account_id, removed = 0, removed_at = NULL;
END;

-- A sync writes every row that the bank sends, changed or not; only what a reader can see makes a change.
CREATE TRIGGER change_feed_modified AFTER UPDATE ON bank_transaction
WHEN (old.account_id, old.day, old.amount, old.currency, old.amount_exact, old.description, old.merchant,
      old.category_primary, old.category_detailed, old.pending, old.details,
      old.own_name, old.own_category, old.own_note, old.own_tags)
  IS NOT
     (new.account_id, new.day, new.amount, new.currency, new.amount_exact, new.description, new.merchant,
      new.category_primary, new.category_detailed, new.pending, new.details,
      new.own_name, new.own_category, new.own_note, new.own_tags)
BEGIN
    UPDATE feed_head SET place = place + 1 WHERE person_id = new.person_id;
    UPDATE change_feed SET account_id = new.account_id,
        place = (SELECT place FROM feed_head WHERE person_id = new.person_id)
    WHERE transaction_id = new.id;
END;

-- When a person is deleted the head may have gone first; then there is nobody to tell.
CREATE TRIGGER change_feed_removed_row AFTER DELETE ON bank_transaction
WHEN EXISTS (SELECT 1 FROM feed_head WHERE person_id = old.person_id) BEGIN
    UPDATE feed_head SET place = place + 1 WHERE person_id = old.person_id;
    UPDATE change_feed SET removed = 1, removed_at = NULL,
        place = (SELECT place FROM feed_head WHERE person_id = old.person_id)
    WHERE transaction_id = old.id;
END;

-- What happens to connections, in the same order as the changes.
CREATE TABLE connection_event (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    -- It may be deleted by now.
    connection_id TEXT NOT NULL,
    -- 'linked', 'problem', 'repaired' or 'unlinked'.
    kind TEXT NOT NULL,
    problem_code TEXT,
    problem_remedy TEXT,
    happened_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, place)
);
CREATE INDEX connection_event_by_time ON connection_event (happened_at);

CREATE TRIGGER connection_event_linked AFTER INSERT ON connection BEGIN
    INSERT INTO feed_head (person_id, place) VALUES (new.person_id, 1)
        ON CONFLICT (person_id) DO UPDATE SET place = feed_head.place + 1;
    INSERT INTO connection_event (person_id, place, connection_id, kind, happened_at)
    SELECT person_id, place, new.id, 'linked', new.created_at FROM feed_head WHERE person_id = new.person_id;
END;

CREATE TRIGGER connection_event_problem AFTER UPDATE OF problem_code ON connection
WHEN new.problem_code IS NOT NULL AND new.problem_code IS NOT old.problem_code AND new.unlink_asked_at IS NULL BEGIN
    UPDATE feed_head SET place = place + 1 WHERE person_id = new.person_id;
    INSERT INTO connection_event (person_id, place, connection_id, kind, problem_code, problem_remedy, happened_at)
    SELECT person_id, place, new.id, 'problem', new.problem_code, new.problem_remedy,
        COALESCE(new.problem_since, new.last_synced_at, new.created_at)
    FROM feed_head WHERE person_id = new.person_id;
END;

CREATE TRIGGER connection_event_repaired AFTER UPDATE OF problem_code ON connection
WHEN old.problem_code IS NOT NULL AND new.problem_code IS NULL AND new.unlink_asked_at IS NULL BEGIN
    UPDATE feed_head SET place = place + 1 WHERE person_id = new.person_id;
    INSERT INTO connection_event (person_id, place, connection_id, kind, problem_code, happened_at)
    SELECT person_id, place, new.id, 'repaired', old.problem_code, COALESCE(new.last_synced_at, new.created_at)
    FROM feed_head WHERE person_id = new.person_id;
END;

CREATE TRIGGER connection_event_unlinked AFTER UPDATE OF unlink_asked_at ON connection
WHEN old.unlink_asked_at IS NULL AND new.unlink_asked_at IS NOT NULL BEGIN
    UPDATE feed_head SET place = place + 1 WHERE person_id = new.person_id;
    INSERT INTO connection_event (person_id, place, connection_id, kind, happened_at)
    SELECT person_id, place, new.id, 'unlinked', new.unlink_asked_at FROM feed_head WHERE person_id = new.person_id;
END;

-- Addresses of a person's other programs, which are told that something happened.
CREATE TABLE outbound_endpoint (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    -- Whoever calls it signs with this.
    sealed_secret BLOB NOT NULL,
    -- The secret before, which signs too for a while.
    sealed_previous BLOB,
    previous_until BIGINT,
    created_at BIGINT NOT NULL,
    -- The place of the feed up to which it has been told.
    told_place BIGINT NOT NULL,
    last_arrived_at BIGINT,
    -- Since when it is not called any more, and why: 'failing', 'gone' or 'secret'.
    disabled_at BIGINT,
    disabled_for TEXT
);
CREATE INDEX outbound_endpoint_by_person ON outbound_endpoint (person_id, id);

-- What it is told: written with the place up to which it is told, then sent until it arrives.
CREATE TABLE outbound_message (
    id TEXT PRIMARY KEY,
    endpoint_id TEXT NOT NULL REFERENCES outbound_endpoint (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- 'waiting', 'arrived' or 'given_up'.
    state TEXT NOT NULL DEFAULT 'waiting',
    -- Since it was made or last sent again by hand.
    attempts BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT
);
CREATE INDEX outbound_message_by_endpoint ON outbound_message (endpoint_id, id);
CREATE INDEX outbound_message_due ON outbound_message (endpoint_id, next_at) WHERE state = 'waiting';
CREATE INDEX outbound_message_by_time ON outbound_message (created_at);

-- Each attempt to send a message. Of the answer nothing is kept but its status.
CREATE TABLE outbound_attempt (
    message_id TEXT NOT NULL REFERENCES outbound_message (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    status BIGINT,
    -- Why there was no answer; NULL when there was one.
    failure TEXT,
    PRIMARY KEY (message_id, number)
);
