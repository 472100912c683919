-- No password is kept any more: whose money a log-in leads to and how the bank answers it are, and they say nothing of it.

-- Whose money it is, as JSON. A custom person of before this lives on with the rows that it has.
ALTER TABLE item ADD COLUMN person TEXT NOT NULL DEFAULT '"Ordinary"';
UPDATE item SET person = CASE trim(username)
    WHEN 'user_transactions_dynamic' THEN '"Dynamic"'
    WHEN 'user_yuppie' THEN '"YoungProfessional"'
    WHEN 'user_small_business' THEN '"SmallBusiness"'
    WHEN 'user_ewa_user' THEN '"EarlyWages"'
    WHEN 'user_custom' THEN '{"Custom":{"seed":"","accounts":[]}}'
    ELSE '"Ordinary"'
END;
ALTER TABLE item DROP COLUMN password;

-- A member that is connected stays so; any other is asked for its credentials at its next run.
UPDATE mx_member SET record = json_remove(record, '$.password');
UPDATE mx_member SET record = json_set(record, '$.log_in', json_object(
    'outcome', json('{"Status":"CONNECTED"}'),
    'person', json((SELECT person FROM item WHERE item.id = mx_member.item_id AND item.username = mx_member.username))
))
WHERE json_extract(record, '$.status') = 'CONNECTED' AND NOT json_extract(record, '$.is_oauth');
