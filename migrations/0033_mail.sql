-- Mails to people, each written with what it tells of and sent later by a job. Words are made when it is sent.
CREATE TABLE outgoing_mail (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    -- What it tells of, as a JSON object of texts.
    facts TEXT NOT NULL,
    -- The code that it carries, until it is sent or given up.
    sealed_code BLOB,
    created_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    -- When it is tried next; NULL once it is sent or given up.
    next_at BIGINT,
    sent_at BIGINT,
    -- Why the last attempt failed, in a word of ours.
    last_error TEXT
);
CREATE INDEX outgoing_mail_waiting ON outgoing_mail (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX outgoing_mail_by_person ON outgoing_mail (person_id, created_at);

-- Whether a mail server is set up, as of the last start. Without one no mail is written.
ALTER TABLE instance ADD COLUMN mails BIGINT NOT NULL DEFAULT 0;

-- The mails that a person wants. Those about the security of their account are always sent.
ALTER TABLE person ADD COLUMN mail_banks BIGINT NOT NULL DEFAULT 1;
ALTER TABLE person ADD COLUMN mail_webhooks BIGINT NOT NULL DEFAULT 1;

-- Codes with which people set a new password. Each works once; a new password ends all of them, whichever code sets it.
CREATE TABLE password_reset (
    -- Not salted: a code has 160 random bits.
    code_hash TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX password_reset_by_person ON password_reset (person_id);
CREATE TRIGGER password_reset_ended AFTER UPDATE OF password_hash ON person BEGIN
    DELETE FROM password_reset WHERE person_id = new.id;
END;
