-- What became of background work.

-- One row for each claim. Written in the transaction of the claim, closed in that of the end.
CREATE TABLE job_run (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    -- The fence that the claim took.
    fence BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    -- 'done', 'failed', 'lost' or 'cancelled'; NULL while it runs.
    outcome TEXT,
    error_code TEXT,
    message TEXT,
    -- The provider's number for the call that failed.
    request_id TEXT,
    -- What was done, as a small JSON object.
    result TEXT,
    PRIMARY KEY (job_id, fence)
);
CREATE INDEX job_run_by_time ON job_run (started_at);
CREATE INDEX job_run_open ON job_run (job_id) WHERE outcome IS NULL;

-- However often it is asked for, it does not run before: a provider wants to be left alone.
ALTER TABLE job ADD COLUMN not_before BIGINT;

-- No two pieces of work are done on one subject at once.
CREATE INDEX job_by_subject ON job (subject);

-- What is forgotten after a while is found by its age.
CREATE INDEX provider_call_by_time ON provider_call (started_at);
CREATE INDEX webhook_refusal_by_time ON webhook_refusal (received_at);
