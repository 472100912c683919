-- What providers tell by themselves.

-- Webhooks that were proven genuine, whole but for tokens. Providers do not number them: the same body again
-- is counted.
CREATE TABLE webhook_delivery (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    body BLOB NOT NULL,
    webhook_type TEXT NOT NULL,
    webhook_code TEXT NOT NULL,
    error_code TEXT,
    item_id TEXT,
    -- NULL when it is about nothing that we know.
    connection_id TEXT REFERENCES connection (id) ON DELETE SET NULL,
    received_at BIGINT NOT NULL,
    -- From its signing to its arrival.
    latency_ms BIGINT NOT NULL,
    -- What it led to: 'sync', 'finish_link' or 'nothing'.
    caused TEXT NOT NULL,
    times BIGINT NOT NULL DEFAULT 1,
    last_received_at BIGINT NOT NULL,
    UNIQUE (provider, body_hash)
);
CREATE INDEX webhook_delivery_by_connection ON webhook_delivery (connection_id, last_received_at);
CREATE INDEX webhook_delivery_by_time ON webhook_delivery (last_received_at);

-- The last ones that were refused; of a stranger's words nothing is kept but their hash.
CREATE TABLE webhook_refusal (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    reason TEXT NOT NULL,
    received_at BIGINT NOT NULL
);

-- All that were ever refused.
CREATE TABLE webhook_refusal_count (
    provider TEXT NOT NULL,
    reason TEXT NOT NULL,
    refused BIGINT NOT NULL,
    PRIMARY KEY (provider, reason)
);

-- A session on a provider's own page is named by its token.
CREATE INDEX link_attempt_by_token ON link_attempt (token);
