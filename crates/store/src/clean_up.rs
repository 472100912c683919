//! Deletes expired data.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use crate::{Store, StoreError};
use domain::job::JobKind;

/// The batch size; other writers get their turn between batches.
const LOT: i64 = 2_000;

/// The cutoffs for each kind of data.
#[derive(Clone, Copy, Debug)]
pub struct CleanUp {
    /// The current time, by which sessions expire.
    pub now: Timestamp,
    /// The cutoff for history: runs, finished jobs, calls, webhooks and throttled log-ins.
    pub history: Timestamp,
    /// The cutoff for log-in attempts, tokens, codes, idempotency keys and edits that can be undone.
    pub throttles: Timestamp,
    /// The cutoff for the last log-in on a known device.
    pub devices: Timestamp,
    /// The cutoff for the last log-in from a known address.
    pub addresses: Timestamp,
    /// The cutoff for sightings.
    pub sightings: Timestamp,
    /// The cutoff for the expiry of link tokens. Tokens of attempts that have ended are deleted at once.
    pub link_tokens: Timestamp,
}

/// The name of the data, and the statement: `$1` is the cutoff, `$2` the batch size.
const SESSIONS: (&str, &str) = (
    "sessions",
    "DELETE FROM browser_session WHERE id_hash IN
        (SELECT id_hash FROM browser_session WHERE expires_at <= $1 LIMIT $2)",
);
const THROTTLES: (&str, &str) = (
    "throttles",
    "DELETE FROM login_throttle WHERE key_hash IN
        (SELECT key_hash FROM login_throttle WHERE last_at <= $1 LIMIT $2)",
);
const LINK_TOKENS: (&str, &str) = (
    "link_tokens",
    "UPDATE link_attempt SET sealed_token = NULL, sealed_hosted_url = NULL WHERE id IN
        (SELECT id FROM link_attempt WHERE sealed_token IS NOT NULL AND (finished_at IS NOT NULL OR expires_at <= $1) LIMIT $2)",
);
/// Public tokens kept for a person's decision; they are valid for half an hour.
const HELD_TOKENS: (&str, &str) = (
    "held_tokens",
    "UPDATE link_attempt SET sealed_public_token = NULL WHERE id IN
        (SELECT id FROM link_attempt WHERE sealed_public_token IS NOT NULL AND finished_at <= $1 LIMIT $2)",
);
/// The latest run of each job is kept as its result.
const RUNS: (&str, &str) = (
    "runs",
    "DELETE FROM job_run WHERE (job_id, fence) IN
        (SELECT r.job_id, r.fence FROM job_run r WHERE r.started_at <= $1
         AND EXISTS (SELECT 1 FROM job_run n WHERE n.job_id = r.job_id AND n.fence > r.fence) LIMIT $2)",
);
const CALLS: (&str, &str) = (
    "calls",
    "DELETE FROM provider_call WHERE id IN (SELECT id FROM provider_call WHERE started_at <= $1 LIMIT $2)",
);
const WEBHOOKS: (&str, &str) = (
    "webhooks",
    "DELETE FROM webhook_delivery WHERE id IN
        (SELECT id FROM webhook_delivery WHERE last_received_at <= $1 LIMIT $2)",
);
const REFUSALS: (&str, &str) = (
    "refusals",
    "DELETE FROM webhook_refusal WHERE id IN (SELECT id FROM webhook_refusal WHERE received_at <= $1 LIMIT $2)",
);
/// Without the values before, an edit of many transactions can no longer be undone.
const BULK_EDITS: (&str, &str) = (
    "bulk_edits",
    "DELETE FROM bulk_edit WHERE id IN (SELECT id FROM bulk_edit WHERE created_at <= $1 LIMIT $2)",
);
const SIGHTINGS: (&str, &str) = (
    "sightings",
    "DELETE FROM sighting WHERE kind IN (SELECT kind FROM sighting WHERE seen_at <= $1 LIMIT $2)",
);

const DEVICES: (&str, &str) = (
    "devices",
    "DELETE FROM known_origin WHERE (person_id, kind, hash) IN (SELECT person_id, kind, hash FROM known_origin
         WHERE kind = 'device' AND last_used_at <= $1 LIMIT $2)",
);
const ADDRESSES: (&str, &str) = (
    "known_addresses",
    "DELETE FROM known_origin WHERE (person_id, kind, hash) IN (SELECT person_id, kind, hash FROM known_origin
         WHERE kind = 'address' AND last_used_at <= $1 LIMIT $2)",
);
const THROTTLED: (&str, &str) = (
    "throttled_log_ins",
    "DELETE FROM throttled_log_in WHERE hour IN (SELECT hour FROM throttled_log_in WHERE hour <= $1 LIMIT $2)",
);

/// Families that have ended, or that have no valid token left. They are kept until the cutoff, to detect a stolen
/// token.
const FAMILIES: (&str, &str) = (
    "token_families",
    "DELETE FROM token_family WHERE id IN
        (SELECT f.id FROM token_family f WHERE f.ends_at <= $1 OR (f.last_used_at <= $1
         AND NOT EXISTS (SELECT 1 FROM refresh_token r WHERE r.family_id = f.id AND r.expires_at > $1)) LIMIT $2)",
);
/// Used tokens that have expired. An unused one is deleted with its family.
const REFRESH_TOKENS: (&str, &str) = (
    "refresh_tokens",
    "DELETE FROM refresh_token WHERE number_hash IN
        (SELECT number_hash FROM refresh_token WHERE used_at IS NOT NULL AND expires_at <= $1 LIMIT $2)",
);
/// Exchanged codes are kept until the cutoff too, to detect a stolen one.
const CODES: (&str, &str) = (
    "codes",
    "DELETE FROM oauth_code WHERE code_hash IN
        (SELECT code_hash FROM oauth_code WHERE expires_at <= $1 LIMIT $2)",
);
const WRITES: (&str, &str) = (
    "idempotent_writes",
    "DELETE FROM idempotent_write WHERE (person_id, key_hash) IN
        (SELECT person_id, key_hash FROM idempotent_write WHERE created_at <= $1 LIMIT $2)",
);

/// Jobs whose subject is gone or will not come back.
fn old_jobs() -> String {
    let kinds = |wanted: fn(JobKind) -> bool| {
        let kinds = JobKind::ALL.into_iter().filter(|kind| wanted(*kind));
        let words: Vec<_> = kinds.map(|kind| format!("'{}'", kind.as_str())).collect();
        words.join(", ")
    };
    format!(
        "DELETE FROM job WHERE id IN
        (SELECT j.id FROM job j WHERE j.run_at IS NULL AND j.lease_until IS NULL AND j.finished_at <= $1
         AND (j.kind IN ({}) OR (j.kind IN ({})
              AND NOT EXISTS (SELECT 1 FROM connection c WHERE c.id = j.subject AND c.unlinked_at IS NULL))) LIMIT $2)",
        kinds(|kind| matches!(kind, JobKind::Link | JobKind::Institution)),
        kinds(JobKind::is_about_a_connection),
    )
}

impl Store {
    /// Deletes expired data, and returns the name and number of rows of each kind.
    pub async fn clean_up(&self, until: &CleanUp) -> Result<Vec<(&'static str, u64)>, StoreError> {
        let mut forgotten = Vec::new();
        for ((what, statement), before) in [
            (SESSIONS, until.now),
            (THROTTLES, until.throttles),
            (DEVICES, until.devices),
            (ADDRESSES, until.addresses),
            (THROTTLED, until.history),
            (LINK_TOKENS, until.link_tokens),
            (HELD_TOKENS, until.link_tokens),
            (FAMILIES, until.throttles),
            (REFRESH_TOKENS, until.throttles),
            (CODES, until.throttles),
            (WRITES, until.throttles),
            (BULK_EDITS, until.throttles),
            (RUNS, until.history),
            (("jobs", &*old_jobs()), until.history),
            (CALLS, until.history),
            (WEBHOOKS, until.history),
            (REFUSALS, until.history),
            (SIGHTINGS, until.sightings),
        ] {
            forgotten.push((what, self.forget(statement, before).await?));
        }
        Ok(forgotten)
    }

    async fn forget(&self, statement: &str, before: Timestamp) -> Result<u64, StoreError> {
        let mut all = 0;
        loop {
            let gone = sqlx::query(AssertSqlSafe(statement.to_owned()))
                .bind(before.as_millisecond())
                .bind(LOT)
                .execute(&self.write)
                .await?
                .rows_affected();
            all += gone;
            if gone < LOT.unsigned_abs() {
                return Ok(all);
            }
        }
    }

    /// Updates SQLite's statistics, which it recommends once a day (sqlite.org/lang_analyze.html).
    pub async fn optimize(&self) -> Result<(), StoreError> {
        sqlx::query("PRAGMA optimize").execute(&self.write).await?;
        Ok(())
    }
}
