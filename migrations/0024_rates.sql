-- Exchange rates. `place` numbers the quotes of a pair from 1 without gaps, in the order in which they came, so that any
-- page of any length is found by its number. `kept_at` never decreases from one place to the next: a span of time is
-- a span of places. Rates are decimals as text: every digit that the source gave.
CREATE TABLE quote (
    pair TEXT NOT NULL,
    place BIGINT NOT NULL,
    source TEXT NOT NULL,
    source_at BIGINT NOT NULL,
    rate TEXT NOT NULL,
    bid TEXT,
    ask TEXT,
    kept_at BIGINT NOT NULL,
    fetched_at BIGINT NOT NULL,
    PRIMARY KEY (pair, place)
) WITHOUT ROWID;
-- The same again is the same row.
CREATE UNIQUE INDEX quote_by_source ON quote (pair, source, source_at);
CREATE INDEX quote_by_fetched_at ON quote (pair, source, fetched_at);
CREATE INDEX quote_by_kept_at ON quote (pair, kept_at);
CREATE INDEX quote_by_source_at ON quote (pair, source_at);

-- How each source stands: its calls of a day of UTC, and until when it is left alone.
CREATE TABLE rate_source (
    source TEXT PRIMARY KEY,
    day BIGINT NOT NULL DEFAULT 0,
    calls BIGINT NOT NULL DEFAULT 0,
    not_before BIGINT,
    refusals BIGINT NOT NULL DEFAULT 0,
    refusal TEXT
);
