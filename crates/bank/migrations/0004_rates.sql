-- The faces that speak the wires of exchange-rate sources.

-- How somebody moved a currency, oldest first. Each holds from its moment until the currency's next one.
CREATE TABLE rate_move (
    seq      BIGINT PRIMARY KEY,
    currency TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    -- What it is worth in US dollars while it stands still; nothing is a currency that moves by itself.
    held     TEXT,
    -- By how much it is worth more than by itself.
    factor   TEXT   NOT NULL
);
CREATE INDEX rate_move_by_currency ON rate_move (currency, seq);

-- Calls to Alpha Vantage by the SHA-256 of their key and the day in UTC, while they are limited.
CREATE TABLE rate_call (
    key_hash TEXT   NOT NULL,
    day      TEXT   NOT NULL,
    calls    BIGINT NOT NULL,
    PRIMARY KEY (key_hash, day)
);
