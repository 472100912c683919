//! The health of everyone's connections.

use jiff::Timestamp;
use sqlx::FromRow;

use super::AFTER_ALL;
use crate::decode::moment_or_none;
use crate::linking::connections::ConnectionRow;
use crate::{Store, StoreError};
use domain::connection::Connection;
use domain::id::ConnectionId;
use domain::job::JobKind;

/// A connection with its owner and its next sync.
#[derive(Clone, Debug)]
pub struct ConnectionOverseen {
    /// The connection.
    pub connection: Connection,
    /// The owner's e-mail address.
    pub owner: String,
    /// When the next sync is due; `None` if none is scheduled.
    pub next_at: Option<Timestamp>,
    /// Whether a worker is syncing it.
    pub running: bool,
}

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    connection: ConnectionRow,
    owner_email: String,
    next_at: Option<i64>,
    running: i64,
}

impl Store {
    /// Everyone's connections, newest first, following `after`; all of them, or only those with a problem.
    pub async fn connections_overseen(
        &self,
        failing_only: bool,
        after: Option<&ConnectionId>,
        limit: u32,
    ) -> Result<Vec<ConnectionOverseen>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT c.*, p.email AS owner_email, j.run_at AS next_at, COALESCE(j.lease_until, 0) > 0 AS running
             FROM connection c JOIN person p ON p.id = c.person_id
                 LEFT JOIN job j ON j.kind = $4 AND j.subject = c.id
             WHERE c.id < $1 AND ($2 = 0 OR (c.problem_code IS NOT NULL AND c.unlink_asked_at IS NULL))
             ORDER BY c.id DESC LIMIT $3",
        )
        .bind(after.map_or(AFTER_ALL, ConnectionId::as_str))
        .bind(i64::from(failing_only))
        .bind(limit)
        .bind(JobKind::Sync.as_str())
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(ConnectionOverseen {
                    connection: row.connection.decode()?,
                    owner: row.owner_email,
                    next_at: moment_or_none(row.next_at)?,
                    running: row.running != 0,
                })
            })
            .collect()
    }
}
