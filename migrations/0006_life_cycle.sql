-- The life of a connection between its beginning and its end.

-- What a provider tells by itself about a connection and cannot be asked for, and what the person is asked about.
CREATE TABLE connection_note (
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    -- The provider's id of the account that it is about; else empty.
    subject TEXT NOT NULL DEFAULT '',
    told_at BIGINT NOT NULL,
    -- When access ends, where it says so.
    ends_at BIGINT,
    reason TEXT,
    -- When the person said "not now".
    put_off_at BIGINT,
    PRIMARY KEY (connection_id, kind, subject)
);

-- Where the provider was last told to send webhooks: NULL when nobody knows, empty for nowhere.
ALTER TABLE connection ADD COLUMN webhook_url TEXT;
-- When it last said, to that very address, that it does.
ALTER TABLE connection ADD COLUMN webhook_acknowledged_at BIGINT;

-- When the account first came.
ALTER TABLE account ADD COLUMN first_seen_at BIGINT;
UPDATE account SET first_seen_at = balance_at;
-- When the person left it out of what the bank shares. It stays set when the account is shared again by other
-- means; it says something only about an account that the bank no longer lists.
ALTER TABLE account ADD COLUMN unshared_at BIGINT;
-- Set when it goes on from an earlier connection, whose rows keep that connection's id.
ALTER TABLE account ADD COLUMN adopted_at BIGINT;
-- Whether a row of such an account was compared with those rows: what comes later has to be.
ALTER TABLE bank_transaction ADD COLUMN compared BIGINT NOT NULL DEFAULT 0;

-- The address that the attempt's token was made with; as in the connection.
ALTER TABLE link_attempt ADD COLUMN webhook_url TEXT;
-- The intent to exchange, written down before the exchange: the public token, sealed, and what Link said.
ALTER TABLE link_attempt ADD COLUMN sealed_public_token BLOB;
ALTER TABLE link_attempt ADD COLUMN institution_id TEXT;
ALTER TABLE link_attempt ADD COLUMN institution_name TEXT;
-- Set when an exchange was begun and its answer never kept: the provider may hold a connection whose token
-- nobody has.
ALTER TABLE link_attempt ADD COLUMN lost_at BIGINT;
