//! Forgetting what has run out.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use crate::{Store, StoreError};
use domain::job::JobKind;

/// How many rows go at once: between two lots others write.
const LOT: i64 = 2_000;

/// Until when what is forgotten.
#[derive(Clone, Copy, Debug)]
pub struct CleanUp {
    /// Now: sessions end by themselves.
    pub now: Timestamp,
    /// What happened before.
    pub history: Timestamp,
    /// Attempts to log in before.
    pub throttles: Timestamp,
    /// Devices that nobody has logged in on since.
    pub devices: Timestamp,
    /// Addresses from which nobody has logged in since.
    pub addresses: Timestamp,
    /// What was noticed before.
    pub sightings: Timestamp,
    /// Tokens of attempts to link that expired before; those of attempts that ended go at once.
    pub link_tokens: Timestamp,
}

/// What is forgotten, and the rows: `$1` is the moment, `$2` how many at once.
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
/// Public tokens that were held for a person's choice: they are good for half an hour.
const HELD_TOKENS: (&str, &str) = (
    "held_tokens",
    "UPDATE link_attempt SET sealed_public_token = NULL WHERE id IN
        (SELECT id FROM link_attempt WHERE sealed_public_token IS NOT NULL AND finished_at <= $1 LIMIT $2)",
);
/// The newest run of each job stays: it says what became of it.
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

/// Families that have ended, or of which no token can be good any more; those of a day ago are kept to know a
/// stolen one by.
const FAMILIES: (&str, &str) = (
    "token_families",
    "DELETE FROM token_family WHERE id IN
        (SELECT f.id FROM token_family f WHERE f.ends_at <= $1 OR (f.last_used_at <= $1
         AND NOT EXISTS (SELECT 1 FROM refresh_token r WHERE r.family_id = f.id AND r.expires_at > $1)) LIMIT $2)",
);
/// Those that have run out are good for nothing, used or not.
const REFRESH_TOKENS: (&str, &str) = (
    "refresh_tokens",
    "DELETE FROM refresh_token WHERE number_hash IN
        (SELECT number_hash FROM refresh_token WHERE used_at IS NOT NULL AND expires_at <= $1 LIMIT $2)",
);
/// Those that were exchanged are kept for a day, to know a stolen one by.
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

/// Work on what is no more, or will not come back.
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
    /// Forgets what has run out; what, and how many rows of it.
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

    /// Has SQLite look after its statistics, as it advises once a day (sqlite.org/lang_analyze.html).
    pub async fn optimize(&self) -> Result<(), StoreError> {
        sqlx::query("PRAGMA optimize").execute(&self.write).await?;
        Ok(())
    }
}
