-- When `account.current` was read. It is older than `balance_at` while the bank does not say the balance.
ALTER TABLE account ADD COLUMN current_at BIGINT;
UPDATE account SET current_at = balance_at WHERE current IS NOT NULL;

-- A balance that is unknown now was known before if there is a snapshot of it. Noon in UTC is on the snapshot's
-- day in almost every time zone.
UPDATE account SET
    current = (SELECT s.current FROM balance_snapshot s WHERE s.account_id = account.id ORDER BY s.day DESC LIMIT 1),
    currency = (SELECT s.currency FROM balance_snapshot s WHERE s.account_id = account.id ORDER BY s.day DESC LIMIT 1),
    current_at = (SELECT CAST(strftime('%s', s.day || ' 12:00:00') AS INTEGER) * 1000
                  FROM balance_snapshot s WHERE s.account_id = account.id ORDER BY s.day DESC LIMIT 1)
WHERE current IS NULL
    AND EXISTS (SELECT 1 FROM balance_snapshot s WHERE s.account_id = account.id)
    AND (available IS NULL AND credit_limit IS NULL
        OR currency = (SELECT s.currency FROM balance_snapshot s WHERE s.account_id = account.id
                       ORDER BY s.day DESC LIMIT 1));

-- When a run last began from the beginning because the provider refused the stored cursor.
ALTER TABLE connection ADD COLUMN cursor_lost_at BIGINT;

-- The person said that the accounts of this link are different from those of a bank that looks the same. The
-- choice belongs to the attempt first and to the connection once it is linked.
ALTER TABLE link_attempt ADD COLUMN links_anyway BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN linked_anyway BOOLEAN NOT NULL DEFAULT 0;
