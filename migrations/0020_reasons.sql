-- Why something went wrong, in one word for all providers; the provider's code stays beside it. What has to be done
-- follows from the reason: where a code was written with another remedy, the remedy decides.
ALTER TABLE connection ADD COLUMN problem_reason TEXT;
ALTER TABLE connection_event ADD COLUMN problem_reason TEXT;
ALTER TABLE job_run ADD COLUMN reason TEXT;
ALTER TABLE provider_call ADD COLUMN reason TEXT;

CREATE TEMPORARY TABLE reason_of (code TEXT PRIMARY KEY, reason TEXT NOT NULL, remedy TEXT NOT NULL);
INSERT INTO reason_of (code, reason, remedy) VALUES
    ('ITEM_LOGIN_REQUIRED', 'log_in_needed', 'repair'),
    ('INVALID_SEND_METHOD', 'log_in_failed', 'repair'),
    ('INVALID_PHONE_NUMBER', 'log_in_failed', 'repair'),
    ('INVALID_UPDATED_USERNAME', 'log_in_failed', 'repair'),
    ('INSUFFICIENT_CREDENTIALS', 'log_in_failed', 'repair'),
    ('INSTANT_MATCH_FAILED', 'log_in_failed', 'repair'),
    ('INVALID_CREDENTIALS', 'wrong_credentials', 'repair'),
    ('INVALID_MFA', 'wrong_answer', 'repair'),
    ('INVALID_OTP', 'wrong_answer', 'repair'),
    ('USER_INPUT_TIMEOUT', 'answered_too_late', 'repair'),
    ('RECAPTCHA_REQUIRED', 'person_in_doubt', 'repair'),
    ('RECAPTCHA_BAD', 'person_in_doubt', 'repair'),
    ('NO_ACCOUNTS', 'no_accounts', 'repair'),
    ('NO_AUTH_ACCOUNTS', 'no_accounts', 'repair'),
    ('NO_LIABILITY_ACCOUNTS', 'no_accounts', 'repair'),
    ('NO_INVESTMENT_ACCOUNTS', 'no_accounts', 'repair'),
    ('NO_INVESTMENT_AUTH_ACCOUNTS', 'no_accounts', 'repair'),
    ('ACCESS_NOT_GRANTED', 'consent_missing', 'repair'),
    ('ADDITIONAL_CONSENT_REQUIRED', 'consent_missing', 'repair'),
    ('ITEM_LOCKED', 'locked', 'act_at_bank'),
    ('PASSWORD_RESET_REQUIRED', 'new_password_needed', 'act_at_bank'),
    ('USER_SETUP_REQUIRED', 'setup_at_bank', 'act_at_bank'),
    ('MANUAL_VERIFICATION_REQUIRED', 'setup_at_bank', 'act_at_bank'),
    ('USER_PERMISSION_REVOKED', 'consent_revoked', 'relink'),
    ('ITEM_NOT_FOUND', 'gone', 'relink'),
    ('ITEM_CONCURRENTLY_DELETED', 'gone', 'relink'),
    ('INVALID_ACCESS_TOKEN', 'key_refused', 'relink'),
    ('ITEM_NOT_SUPPORTED', 'not_supported', 'relink'),
    ('MFA_NOT_SUPPORTED', 'not_supported', 'relink'),
    ('INSTITUTION_NO_LONGER_SUPPORTED', 'not_offered', 'relink'),
    ('INVALID_PUBLIC_TOKEN', 'token_used', 'relink'),
    ('INVALID_LINK_TOKEN', 'link_expired', 'relink'),
    ('INCORRECT_OAUTH_NONCE', 'attempts_mixed_up', 'relink'),
    ('INCORRECT_LINK_TOKEN', 'attempts_mixed_up', 'relink'),
    ('OAUTH_STATE_ID_NOT_FOUND', 'attempts_mixed_up', 'relink'),
    ('OAUTH_STATE_ID_ALREADY_PROCESSED', 'attempts_mixed_up', 'relink'),
    ('INSTITUTION_DOWN', 'bank_down', 'wait'),
    ('INSTITUTION_NOT_RESPONDING', 'bank_down', 'wait'),
    ('INSTITUTION_NOT_AVAILABLE', 'bank_down', 'wait'),
    ('PLANNED_MAINTENANCE', 'provider_down', 'wait'),
    ('ACCOUNTS_LIMIT', 'rate_limited', 'retry'),
    ('ACCOUNTS_BALANCE_GET_LIMIT', 'rate_limited', 'retry'),
    ('BALANCE_LIMIT', 'rate_limited', 'retry'),
    ('INSTITUTIONS_GET_LIMIT', 'rate_limited', 'retry'),
    ('INSTITUTIONS_GET_BY_ID_LIMIT', 'rate_limited', 'retry'),
    ('INSTITUTION_RATE_LIMIT', 'rate_limited', 'retry'),
    ('ITEM_GET_LIMIT', 'rate_limited', 'retry'),
    ('TRANSACTIONS_LIMIT', 'rate_limited', 'retry'),
    ('TRANSACTIONS_REFRESH_LIMIT', 'rate_limited', 'retry'),
    ('TRANSACTIONS_SYNC_LIMIT', 'rate_limited', 'retry'),
    ('RATE_LIMIT', 'rate_limited', 'retry'),
    ('OWN_RATE_LIMIT', 'held_back', 'retry'),
    ('PRODUCT_NOT_READY', 'not_ready', 'retry'),
    ('INTERNAL_SERVER_ERROR', 'provider_failed', 'retry'),
    ('PLAID_INTERNAL_ERROR', 'provider_failed', 'retry'),
    ('BAD_ANSWER', 'bad_answer', 'retry'),
    ('TIMEOUT', 'timeout', 'retry'),
    ('UNREACHABLE', 'unreachable', 'retry'),
    ('ITEM_NO_ERROR', 'nothing_to_repair', 'retry'),
    ('CRASHED', 'crashed', 'retry'),
    ('DATABASE', 'database', 'retry'),
    ('CURSOR_MOVED', 'cursor_moved', 'retry'),
    ('LAST_UPDATED_DATETIME_OUT_OF_RANGE', 'unclear', 'retry'),
    ('TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION', 'changed_meanwhile', 'restart'),
    ('INVALID_API_KEYS', 'keys', 'operator'),
    ('CREDITS_EXHAUSTED', 'credits', 'operator'),
    ('PRODUCTS_NOT_SUPPORTED', 'no_transactions', 'operator'),
    ('PRODUCT_NOT_ENABLED', 'no_transactions', 'operator'),
    ('INSTITUTION_REGISTRATION_REQUIRED', 'not_enabled', 'operator'),
    ('UNAUTHORIZED_INSTITUTION', 'not_enabled', 'operator'),
    ('INSTITUTION_NOT_ENABLED_IN_ENVIRONMENT', 'not_enabled', 'operator'),
    ('UNSUPPORTED_RESPONSE', 'setup', 'operator'),
    ('INVALID_ACCOUNT_ID', 'setup', 'operator'),
    ('INVALID_INSTITUTION', 'setup', 'operator'),
    ('INVALID_PRODUCT', 'setup', 'operator'),
    ('UNAUTHORIZED_ENVIRONMENT', 'setup', 'operator'),
    ('UNAUTHORIZED_ROUTE_ACCESS', 'setup', 'operator'),
    ('INVALID_LINK_CUSTOMIZATION', 'setup', 'operator'),
    ('DIRECT_INTEGRATION_NOT_ENABLED', 'setup', 'operator'),
    ('INVALID_WEBHOOK_VERIFICATION_KEY_ID', 'setup', 'operator'),
    ('MISSING_FIELDS', 'setup', 'operator'),
    ('UNKNOWN_FIELDS', 'setup', 'operator'),
    ('INVALID_FIELD', 'setup', 'operator'),
    ('INVALID_BODY', 'setup', 'operator'),
    ('INVALID_HEADERS', 'setup', 'operator'),
    ('INVALID_CONFIGURATION', 'setup', 'operator'),
    ('NOT_FOUND', 'setup', 'operator'),
    ('SANDBOX_ONLY', 'setup', 'operator'),
    ('NO_LONGER_AVAILABLE', 'setup', 'operator'),
    ('INCOMPATIBLE_API_VERSION', 'setup', 'operator'),
    ('INVALID_ACCOUNT_NUMBER', 'setup', 'operator'),
    ('SANDBOX_PRODUCT_NOT_ENABLED', 'setup', 'operator'),
    ('SANDBOX_WEBHOOK_INVALID', 'setup', 'operator'),
    ('KEY_DOES_NOT_OPEN', 'key_does_not_open', 'operator'),
    ('KEY_DOES_NOT_SEAL', 'key_does_not_seal', 'operator');

-- For codes that were new or rare.
CREATE TEMPORARY TABLE reason_for (remedy TEXT PRIMARY KEY, reason TEXT NOT NULL);
INSERT INTO reason_for (remedy, reason) VALUES
    ('repair', 'log_in_failed'),
    ('act_at_bank', 'setup_at_bank'),
    ('relink', 'gone'),
    ('wait', 'bank_down'),
    ('retry', 'unclear'),
    ('restart', 'changed_meanwhile'),
    ('operator', 'setup');

UPDATE connection SET problem_reason = COALESCE(
    (SELECT k.reason FROM reason_of k WHERE k.code = problem_code AND k.remedy = problem_remedy),
    CASE WHEN problem_remedy = 'retry' AND problem_code LIKE '%\_LIMIT' ESCAPE '\' THEN 'rate_limited' END,
    (SELECT r.reason FROM reason_for r WHERE r.remedy = problem_remedy))
WHERE problem_code IS NOT NULL;
-- An end of a problem has no remedy.
UPDATE connection_event SET problem_reason = COALESCE(
    (SELECT k.reason FROM reason_of k
     WHERE k.code = problem_code AND k.remedy = COALESCE(problem_remedy, k.remedy)),
    CASE WHEN COALESCE(problem_remedy, 'retry') = 'retry' AND problem_code LIKE '%\_LIMIT' ESCAPE '\'
         THEN 'rate_limited' END,
    (SELECT r.reason FROM reason_for r WHERE r.remedy = problem_remedy),
    'unclear')
WHERE problem_code IS NOT NULL;
UPDATE job_run SET reason = COALESCE(
    (SELECT k.reason FROM reason_of k WHERE k.code = error_code),
    CASE WHEN error_code LIKE '%\_LIMIT' ESCAPE '\' THEN 'rate_limited' END,
    'unclear')
WHERE error_code IS NOT NULL;
-- A call that nobody waited for has no answer, and no reason.
UPDATE provider_call SET reason = COALESCE(
    (SELECT k.reason FROM reason_of k WHERE k.code = outcome),
    CASE WHEN outcome LIKE '%\_LIMIT' ESCAPE '\' THEN 'rate_limited' END,
    'unclear')
WHERE outcome <> 'ok' AND outcome <> 'GIVEN_UP';

DROP TABLE reason_of;
DROP TABLE reason_for;

DROP TRIGGER connection_event_problem;
CREATE TRIGGER connection_event_problem AFTER UPDATE OF problem_code ON connection
WHEN new.problem_code IS NOT NULL AND new.problem_code IS NOT old.problem_code AND new.unlink_asked_at IS NULL BEGIN
    UPDATE feed_head SET place = place + 1 WHERE person_id = new.person_id;
    INSERT INTO connection_event (person_id, place, connection_id, kind, problem_code, problem_reason, problem_remedy,
        happened_at)
    SELECT person_id, place, new.id, 'problem', new.problem_code, new.problem_reason, new.problem_remedy,
        COALESCE(new.problem_since, new.last_synced_at, new.created_at)
    FROM feed_head WHERE person_id = new.person_id;
END;

DROP TRIGGER connection_event_repaired;
CREATE TRIGGER connection_event_repaired AFTER UPDATE OF problem_code ON connection
WHEN old.problem_code IS NOT NULL AND new.problem_code IS NULL AND new.unlink_asked_at IS NULL BEGIN
    UPDATE feed_head SET place = place + 1 WHERE person_id = new.person_id;
    INSERT INTO connection_event (person_id, place, connection_id, kind, problem_code, problem_reason, happened_at)
    SELECT person_id, place, new.id, 'repaired', old.problem_code, old.problem_reason,
        COALESCE(new.last_synced_at, new.created_at)
    FROM feed_head WHERE person_id = new.person_id;
END;

-- Why access ends, in a word of our own; a provider's other words were never told to anybody.
UPDATE connection_note SET reason = CASE reason WHEN 'INSTITUTION_MIGRATION' THEN 'log_in_changes' END
WHERE reason IS NOT NULL;
