//! The state of the instance in numbers.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::decode::moment_or_none;
use crate::{Store, StoreError};

/// Counts that describe the state of the instance.
#[derive(Clone, Debug)]
pub struct Health {
    /// People who have signed up.
    pub people: i64,
    /// The admins among them.
    pub operators: i64,
    /// Linked connections.
    pub connections: i64,
    /// Linked connections with a problem.
    pub failing: i64,
    /// Connections whose unlinking the provider has not confirmed.
    pub unlinking: i64,
    /// Jobs that are scheduled, for now or later.
    pub waiting: i64,
    /// Jobs that are overdue.
    pub overdue: i64,
    /// Jobs that failed and will be tried again.
    pub retrying: i64,
    /// Jobs that are running.
    pub running: i64,
    /// Calls to providers in the period asked for.
    pub calls: i64,
    /// Those of them that failed.
    pub calls_failed: i64,
    /// When the last verified webhook arrived.
    pub last_webhook_at: Option<Timestamp>,
    /// Webhooks rejected in the period, among those still stored.
    pub refused: i64,
    /// Those of them that were rejected because their time differs from ours.
    pub refused_for_time: i64,
    /// Log-ins throttled in the period, to the hour.
    pub throttled: i64,
}

#[derive(FromRow)]
struct Row {
    people: i64,
    operators: i64,
    connections: i64,
    failing: i64,
    unlinking: i64,
    waiting: i64,
    overdue: i64,
    retrying: i64,
    running: i64,
    calls: i64,
    calls_failed: i64,
    last_webhook_at: Option<i64>,
    refused: i64,
    refused_for_time: i64,
    throttled: i64,
}

/// Counts nothing that grows with the banks' rows; calls and rejections are found by an index on their time.
pub(crate) const HEALTH: &str = "SELECT (SELECT COUNT(*) FROM person) AS people,
     (SELECT COUNT(*) FROM person WHERE operator_since IS NOT NULL AND demo = 0) AS operators,
     (SELECT COUNT(*) FROM connection WHERE unlink_asked_at IS NULL) AS connections,
     (SELECT COUNT(*) FROM connection WHERE unlink_asked_at IS NULL AND problem_code IS NOT NULL) AS failing,
     (SELECT COUNT(*) FROM connection WHERE unlink_asked_at IS NOT NULL AND unlinked_at IS NULL) AS unlinking,
     (SELECT COUNT(*) FROM job WHERE run_at IS NOT NULL) AS waiting,
     (SELECT COUNT(*) FROM job WHERE run_at < $2 AND COALESCE(not_before, 0) < $2
          AND COALESCE(lease_until, 0) <= $1) AS overdue,
     (SELECT COUNT(*) FROM job WHERE run_at IS NOT NULL AND attempts > 0) AS retrying,
     (SELECT COUNT(*) FROM job WHERE lease_until > $1) AS running,
     (SELECT MAX(last_received_at) FROM webhook_delivery) AS last_webhook_at,
     (SELECT COUNT(*) FROM provider_call WHERE started_at >= $3) AS calls,
     (SELECT COUNT(*) FROM provider_call WHERE started_at >= $3 AND outcome <> 'ok') AS calls_failed,
     (SELECT COUNT(*) FROM webhook_refusal WHERE received_at >= $3) AS refused,
     (SELECT COUNT(*) FROM webhook_refusal WHERE received_at >= $3
          AND reason IN ('too_old', 'from_the_future')) AS refused_for_time,
     (SELECT COALESCE(SUM(attempts), 0) FROM throttled_log_in WHERE hour > $3 AND hour <= $1) AS throttled";

impl Store {
    /// Counts everything; times are Unix milliseconds. A job is overdue if it was due before `overdue`. Calls,
    /// rejections and throttled log-ins count from `since`.
    pub async fn health(&self, now: i64, overdue: i64, since: i64) -> Result<Health, StoreError> {
        let row: Row = sqlx::query_as(HEALTH)
            .bind(now)
            .bind(overdue)
            .bind(since)
            .fetch_one(&self.read)
            .await?;
        Ok(Health {
            people: row.people,
            operators: row.operators,
            connections: row.connections,
            failing: row.failing,
            unlinking: row.unlinking,
            waiting: row.waiting,
            overdue: row.overdue,
            retrying: row.retrying,
            running: row.running,
            calls: row.calls,
            calls_failed: row.calls_failed,
            last_webhook_at: moment_or_none(row.last_webhook_at)?,
            refused: row.refused,
            refused_for_time: row.refused_for_time,
            throttled: row.throttled,
        })
    }
}
