-- What a person writes on a transaction stands in columns of its own, which no sync writes.
ALTER TABLE bank_transaction ADD COLUMN own_name TEXT;
ALTER TABLE bank_transaction ADD COLUMN own_category TEXT;
ALTER TABLE bank_transaction ADD COLUMN own_note TEXT;
-- Words with a space between them.
ALTER TABLE bank_transaction ADD COLUMN own_tags TEXT NOT NULL DEFAULT '';
-- Folded words of the three above; `search` ends with them.
ALTER TABLE bank_transaction ADD COLUMN own_search TEXT NOT NULL DEFAULT '';

-- The category that counts: the person's, else the bank's.
DROP INDEX bank_transaction_by_category;
CREATE INDEX bank_transaction_by_category
    ON bank_transaction (person_id, COALESCE(own_category, category_primary), day DESC, id DESC);

-- The pending row whose place this one has taken: the bank named it, and it could be true.
-- `pending_provider_id` is what the bank names, true or not.
ALTER TABLE bank_transaction ADD COLUMN settled_provider_id TEXT;
CREATE UNIQUE INDEX bank_transaction_settled
    ON bank_transaction (connection_id, settled_provider_id) WHERE settled_provider_id IS NOT NULL;
CREATE INDEX bank_transaction_names_pending
    ON bank_transaction (connection_id, pending_provider_id) WHERE pending_provider_id IS NOT NULL;

-- Rows that are not shown any more: the bank has removed them, or they were pending and their posted row has
-- taken their place. They are kept for a while with what the person wrote, for the day on which the bank adds
-- them again or names them in a posted row.
CREATE TABLE gone_transaction (
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    provider_id TEXT NOT NULL,
    -- Of the row that it was.
    id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    pending_provider_id TEXT,
    day TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    exponent BIGINT NOT NULL,
    amount_exact TEXT,
    description TEXT NOT NULL,
    merchant TEXT,
    category_primary TEXT,
    category_detailed TEXT,
    pending BIGINT NOT NULL,
    details TEXT NOT NULL,
    own_name TEXT,
    own_category TEXT,
    own_note TEXT,
    own_tags TEXT NOT NULL,
    gone_at BIGINT NOT NULL,
    -- NULL while the bank still lists it and only its posted row is shown.
    removed_at BIGINT,
    PRIMARY KEY (connection_id, provider_id)
);
CREATE INDEX gone_transaction_by_account ON gone_transaction (account_id);
CREATE INDEX gone_transaction_by_time ON gone_transaction (removed_at);

-- Rows of a provider that could not be read: kept as they came, cut short, until they come well-formed.
CREATE TABLE set_aside_row (
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    -- The provider's id where it could be read, else the hash of the row.
    row_key TEXT NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, row_key)
);
ALTER TABLE connection ADD COLUMN set_aside_rows BIGINT NOT NULL DEFAULT 0;
