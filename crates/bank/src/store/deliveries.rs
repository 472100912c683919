//! Webhooks that are to be delivered, or were.

use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// A webhook that is due.
#[derive(Clone, Debug, FromRow)]
pub struct Delivery {
    /// Names the delivery.
    pub id: String,
    /// Where it goes.
    pub url: String,
    /// What it says, byte for byte.
    pub body: String,
    /// When it was first sent for.
    pub created_at: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// How it is falsified; nothing is a genuine one.
    pub forgery: Option<String>,
    /// Deliveries of one batch go one after another.
    pub batch: Option<String>,
    /// The place in its batch.
    pub place: i64,
    /// Whose it is; nothing is Plaid's.
    pub wire: Option<String>,
}

/// What became of a webhook, for those who look on.
#[derive(Clone, Debug, FromRow)]
pub struct Told {
    /// Names the delivery.
    pub id: String,
    /// What it says.
    pub body: String,
    /// When it was first sent for.
    pub created_at: i64,
    /// When it goes, or goes again.
    pub due_at: Option<i64>,
    /// How often it was tried.
    pub attempts: i64,
    /// The receiver's last HTTP status.
    pub last_status: Option<i64>,
    /// How it is falsified.
    pub forgery: Option<String>,
    /// Whether it is kept back.
    pub held: bool,
}

/// What became of an attempt.
#[derive(Debug)]
pub struct Attempt {
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// When it arrived.
    pub delivered_at: Option<i64>,
    /// When it is tried again; nothing when it arrived or is given up.
    pub due_at: Option<i64>,
}

/// Keeps a webhook that is due at a moment; without one it is kept back.
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

/// Takes webhooks that are due, oldest first. Until a moment they are nobody else's; one whose attempt is never
/// recorded, because the program ended, is due again then.
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

/// The webhooks of an Item that are kept back, oldest first.
pub async fn held(db: &mut SqliteConnection, item_id: &str) -> Result<Vec<String>, StoreError> {
    let ids = sqlx::query_scalar(
        "SELECT id FROM delivery WHERE item_id = $1 AND held = 1 ORDER BY created_at, place, id",
    )
    .bind(item_id)
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// Lets a webhook go that was kept back, at its place of a batch.
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

/// The last webhooks of an Item, newest first.
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

/// When the next one is due.
pub async fn next_due_at(db: &mut SqliteConnection) -> Result<Option<i64>, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT MIN(due_at) FROM delivery WHERE due_at IS NOT NULL")
            .fetch_one(db)
            .await?,
    )
}

/// Keeps what became of an attempt.
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

/// Forgets webhooks that were done with before a moment.
pub async fn forget_before(db: &mut SqliteConnection, moment: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM delivery WHERE due_at IS NULL AND held = 0 AND created_at < $1")
        .bind(moment)
        .execute(db)
        .await?;
    Ok(())
}
