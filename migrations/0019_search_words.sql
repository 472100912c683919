-- Rows are found by more words than before (domain/search.rs): by plain letters and without signs. Rows that are there
-- get them in the background, in steps, while the program serves; until then they are found as before.
CREATE TABLE search_rebuild (
    -- Rows up to here are done, ...
    done_seq BIGINT NOT NULL,
    -- ... and those up to here are to be done. There is no row when there is nothing left to do.
    last_seq BIGINT NOT NULL
);
INSERT INTO search_rebuild (done_seq, last_seq)
SELECT 0, MAX(seq) FROM bank_transaction HAVING MAX(seq) IS NOT NULL;
