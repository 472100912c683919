//! The queue of outgoing webhooks and their delivery history. All times are Unix milliseconds of real time.

use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// A webhook in the queue.
#[derive(Clone, Debug, FromRow)]
pub struct Delivery {
    /// The delivery's id.
    pub id: String,
    /// The destination URL.
    pub url: String,
    /// The body, byte for byte.
    pub body: String,
    /// When the webhook was queued or released, in Unix milliseconds.
    pub created_at: i64,
    /// The number of attempts so far.
    pub attempts: i64,
    /// The name of the forgery. `None` for a genuine webhook.
    pub forgery: Option<String>,
    /// The batch it was released with. Deliveries of one batch are sent one after another.
    pub batch: Option<String>,
    /// Its position within the batch.
    pub place: i64,
    /// The wire it belongs to: `mx` for MX, `None` for Plaid.
    pub wire: Option<String>,
}

/// The delivery status of a webhook, as the panel shows it.
#[derive(Clone, Debug, FromRow)]
pub struct Told {
    /// The delivery's id.
    pub id: String,
    /// The body.
    pub body: String,
    /// When the webhook was queued or released, in Unix milliseconds.
    pub created_at: i64,
    /// When the next attempt is due, in Unix milliseconds. `None` when no attempt is planned.
    pub due_at: Option<i64>,
    /// The number of attempts so far.
    pub attempts: i64,
    /// The HTTP status of the last response.
    pub last_status: Option<i64>,
    /// The name of the forgery. `None` for a genuine webhook.
    pub forgery: Option<String>,
    /// Whether the webhook is held back.
    pub held: bool,
}

/// The result of one delivery attempt.
#[derive(Debug)]
pub struct Attempt {
    /// The HTTP status, or `None` without a response.
    pub status: Option<u16>,
    /// When the receiver accepted it, in Unix milliseconds.
    pub delivered_at: Option<i64>,
    /// When to try again, in Unix milliseconds. `None` when it arrived or was given up.
    pub due_at: Option<i64>,
}

/// Queues a webhook for `due_at`, in Unix milliseconds. Without `due_at` the webhook is held back.
pub async fn insert(
    db: &mut SqliteConnection,
    item_id: Option<&str>,
    delivery: &Delivery,
    due_at: Option<i64>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO delivery (id, item_id, url, body, created_at, due_at, forgery, held, wire)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&delivery.id)
    .bind(item_id)
    .bind(&delivery.url)
    .bind(&delivery.body)
    .bind(delivery.created_at)
    .bind(due_at)
    .bind(&delivery.forgery)
    .bind(due_at.is_none())
    .bind(&delivery.wire)
    .execute(db)
    .await?;
    Ok(())
}

/// Claims due webhooks, oldest first, until the moment `until`. A webhook whose attempt is never recorded, because the
/// program stopped, is due again then.
pub async fn claim(
    db: &mut SqliteConnection,
    now: i64,
    until: i64,
) -> Result<Vec<Delivery>, StoreError> {
    let rows = sqlx::query_as(
        "UPDATE delivery SET due_at = $2
         WHERE id IN (SELECT id FROM delivery WHERE due_at <= $1 ORDER BY due_at, created_at LIMIT 64)
         RETURNING id, url, body, created_at, attempts, forgery, batch, place, wire",
    )
    .bind(now)
    .bind(until)
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Returns the ids of an Item's held webhooks, oldest first.
pub async fn held(db: &mut SqliteConnection, item_id: &str) -> Result<Vec<String>, StoreError> {
    let ids = sqlx::query_scalar(
        "SELECT id FROM delivery WHERE item_id = $1 AND held = 1 ORDER BY created_at, place, id",
    )
    .bind(item_id)
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// Releases a held webhook at a position of a batch.
pub async fn let_go(
    db: &mut SqliteConnection,
    id: &str,
    batch: &str,
    place: i64,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE delivery SET held = 0, batch = $2, place = $3, created_at = $4, due_at = $4 WHERE id = $1",
    )
    .bind(id)
    .bind(batch)
    .bind(place)
    .bind(now)
    .execute(db)
    .await?;
    Ok(())
}

/// Returns the last webhooks of an Item, newest first.
pub async fn of_item(
    db: &mut SqliteConnection,
    item_id: &str,
    limit: i64,
) -> Result<Vec<Told>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT id, body, created_at, due_at, attempts, last_status, forgery, held FROM delivery
         WHERE item_id = $1 ORDER BY created_at DESC, place DESC, id LIMIT $2",
    )
    .bind(item_id)
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Returns when the next webhook is due, in Unix milliseconds.
pub async fn next_due_at(db: &mut SqliteConnection) -> Result<Option<i64>, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT MIN(due_at) FROM delivery WHERE due_at IS NOT NULL")
            .fetch_one(db)
            .await?,
    )
}

/// Records the result of an attempt.
pub async fn record(
    db: &mut SqliteConnection,
    id: &str,
    attempt: &Attempt,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE delivery SET attempts = attempts + 1, last_status = $2, delivered_at = $3, due_at = $4
         WHERE id = $1",
    )
    .bind(id)
    .bind(attempt.status.map(i64::from))
    .bind(attempt.delivered_at)
    .bind(attempt.due_at)
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes finished webhooks that were queued before `moment`, in Unix milliseconds.
pub async fn forget_before(db: &mut SqliteConnection, moment: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM delivery WHERE due_at IS NULL AND held = 0 AND created_at < $1")
        .bind(moment)
        .execute(db)
        .await?;
    Ok(())
}
