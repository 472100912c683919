-- The face that speaks MX's wire: its users, and their log-ins at banks, which MX calls members.

CREATE TABLE mx_user (
    guid        TEXT   PRIMARY KEY,
    -- The client's own name for it.
    id          TEXT   UNIQUE,
    email       TEXT,
    metadata    TEXT,
    is_disabled BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL
);
CREATE INDEX mx_user_by_age ON mx_user (created_at);

-- A member's accounts and rows are those of an Item, which is there once the bank has let the member in.
CREATE TABLE mx_member (
    guid             TEXT   PRIMARY KEY,
    user_guid        TEXT   NOT NULL REFERENCES mx_user (guid) ON DELETE CASCADE,
    id               TEXT,
    institution_code TEXT   NOT NULL,
    username         TEXT,
    item_id          TEXT   REFERENCES item (id),
    created_at       BIGINT NOT NULL,
    -- When something happens that nobody asked for: a run ends, a challenge expires.
    due_at           BIGINT,
    record           TEXT   NOT NULL,
    UNIQUE (user_guid, id)
);
CREATE INDEX mx_member_by_user ON mx_member (user_guid, created_at);
CREATE INDEX mx_member_by_due ON mx_member (due_at) WHERE due_at IS NOT NULL;

-- Addresses of the Connect widget and of a bank's own window; each opens once.
CREATE TABLE mx_window (
    token      TEXT   PRIMARY KEY,
    user_guid  TEXT   NOT NULL REFERENCES mx_user (guid) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    opened_at  BIGINT,
    -- The key of the pages behind it, from when it was opened.
    session    TEXT   UNIQUE,
    record     TEXT   NOT NULL
);

-- What the bank was told of MX's side: where webhooks go, how slow it is, what happens next.
CREATE TABLE mx_setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- The member that an Item belongs to; nothing is an Item of Plaid's.
ALTER TABLE item ADD COLUMN member_guid TEXT;
-- Whose webhook it is; nothing is Plaid's.
ALTER TABLE delivery ADD COLUMN wire TEXT;
