-- Sums of a person's transactions by day, account, effective category (broad and fine), currency and whether they are
-- pending. Totals are added up from these rows, so their cost grows with days and not with transactions. Kept by
-- triggers, like the feed of changes, so that no writer can forget them. Transfers are in them too. An amount is added
-- in two halves of 32 bits, because the sum of all may be greater than 64 bits hold. `out_…` add up amounts without
-- their sign.
CREATE TABLE daily_total (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    account_id TEXT NOT NULL,
    category TEXT NOT NULL,
    detailed TEXT NOT NULL,
    currency TEXT NOT NULL,
    pending BIGINT NOT NULL,
    transactions BIGINT NOT NULL,
    in_high BIGINT NOT NULL,
    in_low BIGINT NOT NULL,
    out_high BIGINT NOT NULL,
    out_low BIGINT NOT NULL,
    PRIMARY KEY (person_id, day, account_id, category, detailed, currency, pending)
) WITHOUT ROWID;

INSERT INTO daily_total
SELECT person_id, day, account_id, effective_category, effective_detailed, currency, pending, COUNT(*),
    SUM(MAX(amount, 0) >> 32), SUM(MAX(amount, 0) & 4294967295),
    SUM(-MIN(amount, 0) >> 32), SUM(-MIN(amount, 0) & 4294967295)
FROM bank_transaction
GROUP BY 1, 2, 3, 4, 5, 6, 7;

CREATE TRIGGER daily_total_added AFTER INSERT ON bank_transaction BEGIN
    INSERT INTO daily_total VALUES (new.person_id, new.day, new.account_id,
        new.effective_category, new.effective_detailed, new.currency, new.pending, 1,
        MAX(new.amount, 0) >> 32, MAX(new.amount, 0) & 4294967295,
        -MIN(new.amount, 0) >> 32, -MIN(new.amount, 0) & 4294967295)
    ON CONFLICT DO UPDATE SET transactions = transactions + 1,
        in_high = in_high + excluded.in_high, in_low = in_low + excluded.in_low,
        out_high = out_high + excluded.out_high, out_low = out_low + excluded.out_low;
END;

CREATE TRIGGER daily_total_removed AFTER DELETE ON bank_transaction BEGIN
    UPDATE daily_total SET transactions = transactions - 1,
        in_high = in_high - (MAX(old.amount, 0) >> 32), in_low = in_low - (MAX(old.amount, 0) & 4294967295),
        out_high = out_high - (-MIN(old.amount, 0) >> 32), out_low = out_low - (-MIN(old.amount, 0) & 4294967295)
    WHERE person_id = old.person_id AND day = old.day AND account_id = old.account_id
        AND category = old.effective_category AND detailed = old.effective_detailed AND currency = old.currency AND pending = old.pending;
    DELETE FROM daily_total
    WHERE person_id = old.person_id AND day = old.day AND account_id = old.account_id
        AND category = old.effective_category AND detailed = old.effective_detailed AND currency = old.currency AND pending = old.pending AND transactions = 0;
END;

-- A sync writes every row that the bank sends, changed or not.
CREATE TRIGGER daily_total_changed AFTER UPDATE ON bank_transaction
WHEN (old.day, old.account_id, old.effective_category, old.effective_detailed, old.currency, old.pending, old.amount)
  IS NOT
     (new.day, new.account_id, new.effective_category, new.effective_detailed, new.currency, new.pending, new.amount)
BEGIN
    UPDATE daily_total SET transactions = transactions - 1,
        in_high = in_high - (MAX(old.amount, 0) >> 32), in_low = in_low - (MAX(old.amount, 0) & 4294967295),
        out_high = out_high - (-MIN(old.amount, 0) >> 32), out_low = out_low - (-MIN(old.amount, 0) & 4294967295)
    WHERE person_id = old.person_id AND day = old.day AND account_id = old.account_id
        AND category = old.effective_category AND detailed = old.effective_detailed AND currency = old.currency AND pending = old.pending;
    DELETE FROM daily_total
    WHERE person_id = old.person_id AND day = old.day AND account_id = old.account_id
        AND category = old.effective_category AND detailed = old.effective_detailed AND currency = old.currency AND pending = old.pending AND transactions = 0;
    INSERT INTO daily_total VALUES (new.person_id, new.day, new.account_id,
        new.effective_category, new.effective_detailed, new.currency, new.pending, 1,
        MAX(new.amount, 0) >> 32, MAX(new.amount, 0) & 4294967295,
        -MIN(new.amount, 0) >> 32, -MIN(new.amount, 0) & 4294967295)
    ON CONFLICT DO UPDATE SET transactions = transactions + 1,
        in_high = in_high + excluded.in_high, in_low = in_low + excluded.in_low,
        out_high = out_high + excluded.out_high, out_low = out_low + excluded.out_low;
END;

-- Few transactions have tags.
CREATE INDEX bank_transaction_tagged ON bank_transaction (person_id, day DESC, id DESC) WHERE own_tags <> '';
