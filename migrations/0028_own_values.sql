-- What a person says of their accounts. No sync writes these columns.
ALTER TABLE account ADD COLUMN own_name TEXT;
-- The place in their order; NULL comes last.
ALTER TABLE account ADD COLUMN own_position BIGINT;
ALTER TABLE account ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0;

-- The fine category that they chose; own_category holds the broad one that it belongs to.
ALTER TABLE bank_transaction ADD COLUMN own_detailed TEXT;
ALTER TABLE gone_transaction ADD COLUMN own_detailed TEXT;
-- The transaction with which it would make a transfer, if they said that it is none.
ALTER TABLE bank_transaction ADD COLUMN no_transfer_with TEXT;
ALTER TABLE gone_transaction ADD COLUMN no_transfer_with TEXT;
-- The effective categories, broad and fine; empty where there is none.
ALTER TABLE bank_transaction ADD COLUMN effective_category TEXT
    GENERATED ALWAYS AS (COALESCE(own_category, category_primary, '')) VIRTUAL;
ALTER TABLE bank_transaction ADD COLUMN effective_detailed TEXT GENERATED ALWAYS AS
    (COALESCE(CASE WHEN own_category IS NULL THEN category_detailed ELSE own_detailed END, '')) VIRTUAL;
CREATE INDEX bank_transaction_denied ON bank_transaction (no_transfer_with) WHERE no_transfer_with IS NOT NULL;

-- Edits of many transactions at once, with the values before and after, so that they can be undone.
CREATE TABLE bulk_edit (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX bulk_edit_by_person ON bulk_edit (person_id, created_at);
CREATE TABLE bulk_edit_row (
    bulk_edit_id TEXT NOT NULL REFERENCES bulk_edit (id) ON DELETE CASCADE,
    transaction_id TEXT NOT NULL,
    name_before TEXT,
    category_before TEXT,
    tags_before TEXT NOT NULL,
    name_after TEXT,
    category_after TEXT,
    tags_after TEXT NOT NULL,
    PRIMARY KEY (bulk_edit_id, transaction_id)
) WITHOUT ROWID;

-- Transfers between a person's own accounts: two rows each, one for either side, with a copy of what sums need, so that
-- transfers can be taken out of the sums by day.
CREATE TABLE transfer_side (
    transaction_id TEXT PRIMARY KEY,
    other_id TEXT NOT NULL,
    other_account_id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    account_id TEXT NOT NULL,
    category TEXT NOT NULL,
    detailed TEXT NOT NULL,
    currency TEXT NOT NULL,
    pending BIGINT NOT NULL,
    amount BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX transfer_side_by_day ON transfer_side (person_id, day);

-- Transactions that may be one side of a transfer: their bank and their owner call them nothing else.
CREATE INDEX bank_transaction_transferable ON bank_transaction (person_id, amount, day)
    WHERE effective_category IN ('', 'TRANSFER_IN', 'TRANSFER_OUT', 'LOAN_PAYMENTS');

-- Those whose other side is still to be looked for. A row goes with its transaction, by a trigger.
CREATE TABLE transfer_search (
    person_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (person_id, seq)
) WITHOUT ROWID;
INSERT INTO transfer_search (person_id, seq) SELECT person_id, seq FROM bank_transaction
WHERE effective_category IN ('', 'TRANSFER_IN', 'TRANSFER_OUT', 'LOAN_PAYMENTS');

CREATE TRIGGER transfer_search_added AFTER INSERT ON bank_transaction
WHEN new.effective_category IN ('', 'TRANSFER_IN', 'TRANSFER_OUT', 'LOAN_PAYMENTS')
BEGIN
    INSERT INTO transfer_search (person_id, seq) VALUES (new.person_id, new.seq) ON CONFLICT DO NOTHING;
END;

-- One whose day, amount, account or category has changed is looked at anew, and so is its other side.
CREATE TRIGGER transfer_search_changed AFTER UPDATE ON bank_transaction
WHEN (old.day, old.amount, old.currency, old.account_id, old.effective_category)
  IS NOT
     (new.day, new.amount, new.currency, new.account_id, new.effective_category)
BEGIN
    DELETE FROM transfer_side WHERE transaction_id = new.id;
    INSERT INTO transfer_search (person_id, seq) VALUES (new.person_id, new.seq) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER transfer_side_kept AFTER UPDATE ON bank_transaction
WHEN (old.pending, old.effective_detailed) IS NOT (new.pending, new.effective_detailed) BEGIN
    UPDATE transfer_side SET pending = new.pending, detailed = new.effective_detailed WHERE transaction_id = new.id;
END;
CREATE TRIGGER transfer_side_gone AFTER DELETE ON bank_transaction BEGIN
    DELETE FROM transfer_side WHERE transaction_id = old.id;
    DELETE FROM transfer_search WHERE person_id = old.person_id AND seq = old.seq;
END;

-- Neither side stays without the other. The feed tells of both.
CREATE TRIGGER transfer_side_removed AFTER DELETE ON transfer_side BEGIN
    DELETE FROM transfer_side WHERE transaction_id = old.other_id;
    INSERT INTO transfer_search (person_id, seq)
        SELECT person_id, seq FROM bank_transaction WHERE id = old.other_id ON CONFLICT DO NOTHING;
    UPDATE feed_head SET place = place + 2 WHERE person_id = old.person_id;
    UPDATE change_feed SET place = (SELECT place - 1 FROM feed_head WHERE person_id = old.person_id)
    WHERE transaction_id = old.transaction_id AND removed = 0;
    UPDATE change_feed SET place = (SELECT place FROM feed_head WHERE person_id = old.person_id)
    WHERE transaction_id = old.other_id AND removed = 0;
END;
CREATE TRIGGER transfer_side_added AFTER INSERT ON transfer_side BEGIN
    UPDATE feed_head SET place = place + 1 WHERE person_id = new.person_id;
    UPDATE change_feed SET place = (SELECT place FROM feed_head WHERE person_id = new.person_id)
    WHERE transaction_id = new.transaction_id;
END;

DROP TRIGGER change_feed_modified;
CREATE TRIGGER change_feed_modified AFTER UPDATE ON bank_transaction
WHEN (old.account_id, old.day, old.amount, old.currency, old.amount_exact, old.description, old.merchant,
      old.category_primary, old.category_detailed, old.pending, old.details,
      old.own_name, old.own_category, old.own_detailed, old.own_note, old.own_tags)
  IS NOT
     (new.account_id, new.day, new.amount, new.currency, new.amount_exact, new.description, new.merchant,
      new.category_primary, new.category_detailed, new.pending, new.details,
      new.own_name, new.own_category, new.own_detailed, new.own_note, new.own_tags)
BEGIN
    UPDATE feed_head SET place = place + 1 WHERE person_id = new.person_id;
    UPDATE change_feed SET account_id = new.account_id,
        place = (SELECT place FROM feed_head WHERE person_id = new.person_id)
    WHERE transaction_id = new.id;
END;
