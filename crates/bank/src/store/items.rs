//! Items, their access tokens and their public tokens. All times are Unix milliseconds of the bank's clock.

use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// An Item: one person's log-in at one institution.
#[derive(Clone, FromRow)]
pub struct ItemRow {
    /// The `item_id`.
    pub id: String,
    /// The institution's id.
    pub institution_id: String,
    /// The user name of the log-in.
    pub username: String,
    /// The person of the simulated world whose accounts it has, as JSON.
    pub person: String,
    /// The day it was linked, as an ISO 8601 date.
    pub linked_day: String,
    /// The day up to which the world's rows have been added, as an ISO 8601 date.
    pub world_day: String,
    /// When it was created, in Unix milliseconds.
    pub created_at: i64,
    /// When it was removed, in Unix milliseconds.
    pub removed_at: Option<i64>,
    /// The URL that its webhooks go to.
    pub webhook: Option<String>,
    /// Plaid's error code while the Item is in an error state.
    pub error: Option<String>,
    /// Its products, as JSON.
    pub products: String,
    /// The products that the person consented to, as JSON.
    pub consented: String,
    /// When the consent expires, in Unix milliseconds. `None` where consents do not expire.
    pub consent_expires_at: Option<i64>,
    /// The requested days of history.
    pub days_requested: i64,
    /// Whether its transactions change at every refresh.
    pub dynamic: bool,
    /// Whether all rows are served, whatever `days_requested` says.
    pub ignores_days: bool,
    /// The number of its last change.
    pub seq: i64,
    /// How much history is visible: 0 for none, 1 for the last 30 days, 2 for all.
    pub stage: i64,
    /// When the first 30 days become available, in Unix milliseconds. `None` until transactions are requested.
    pub initial_at: Option<i64>,
    /// When all history becomes available, in Unix milliseconds.
    pub historical_at: Option<i64>,
    /// When `/transactions/sync` was first called, in Unix milliseconds.
    pub synced_at: Option<i64>,
    /// The number of refreshes of a dynamic Item.
    pub refreshes: i64,
    /// The last successful update, in Unix milliseconds.
    pub last_update_at: Option<i64>,
    /// The last failed update, in Unix milliseconds.
    pub last_failure_at: Option<i64>,
    /// The last webhook, in Unix milliseconds.
    pub last_webhook_at: Option<i64>,
    /// The code of the last webhook.
    pub last_webhook_code: Option<String>,
    /// The caller's id for its user.
    pub client_user_id: Option<String>,
    /// The last successful log-in, in Unix milliseconds. `None` until there is one after the linking.
    pub log_in_at: Option<i64>,
    /// The end of consent or log-in that was last announced, in Unix milliseconds.
    pub warned_of: Option<i64>,
    /// Whether its webhooks are held back.
    pub holds_webhooks: bool,
    /// The MX member that it belongs to. `None` for a Plaid Item.
    pub member_guid: Option<String>,
}

/// A public token, which Link returns when it finishes.
#[derive(FromRow)]
pub struct PublicTokenRow {
    /// The Item it stands for.
    pub item_id: String,
    /// When it expires, in Unix milliseconds.
    pub expires_at: i64,
    /// When it was exchanged, in Unix milliseconds.
    pub used_at: Option<i64>,
}

/// Inserts a new Item.
pub async fn insert(db: &mut SqliteConnection, item: &ItemRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO item (id, institution_id, username, person, linked_day, world_day, created_at, products,
           consented, days_requested, dynamic, ignores_days, client_user_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(&item.id)
    .bind(&item.institution_id)
    .bind(&item.username)
    .bind(&item.person)
    .bind(&item.linked_day)
    .bind(&item.world_day)
    .bind(item.created_at)
    .bind(&item.products)
    .bind(&item.consented)
    .bind(item.days_requested)
    .bind(item.dynamic)
    .bind(item.ignores_days)
    .bind(&item.client_user_id)
    .execute(&mut *db)
    .await?;
    update(db, item).await
}

/// Saves all fields of an Item that can change.
pub async fn update(db: &mut SqliteConnection, item: &ItemRow) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE item SET world_day = $2, removed_at = $3, webhook = $4, error = $5,
           products = $6, consented = $7, consent_expires_at = $8, days_requested = $9, seq = $10, stage = $11,
           initial_at = $12, historical_at = $13, synced_at = $14, refreshes = $15, last_update_at = $16,
           last_failure_at = $17, last_webhook_at = $18, last_webhook_code = $19, log_in_at = $20, warned_of = $21,
           holds_webhooks = $22, member_guid = $23
         WHERE id = $1",
    )
    .bind(&item.id)
    .bind(&item.world_day)
    .bind(item.removed_at)
    .bind(&item.webhook)
    .bind(&item.error)
    .bind(&item.products)
    .bind(&item.consented)
    .bind(item.consent_expires_at)
    .bind(item.days_requested)
    .bind(item.seq)
    .bind(item.stage)
    .bind(item.initial_at)
    .bind(item.historical_at)
    .bind(item.synced_at)
    .bind(item.refreshes)
    .bind(item.last_update_at)
    .bind(item.last_failure_at)
    .bind(item.last_webhook_at)
    .bind(&item.last_webhook_code)
    .bind(item.log_in_at)
    .bind(item.warned_of)
    .bind(item.holds_webhooks)
    .bind(&item.member_guid)
    .execute(db)
    .await?;
    Ok(())
}

/// Returns the Item with this id, removed or not.
pub async fn by_id(db: &mut SqliteConnection, id: &str) -> Result<Option<ItemRow>, StoreError> {
    let row = sqlx::query_as("SELECT * FROM item WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row)
}

/// Returns the Item of an access token, removed or not.
pub async fn by_token_hash(
    db: &mut SqliteConnection,
    hash: &str,
) -> Result<Option<ItemRow>, StoreError> {
    let row = sqlx::query_as(
        "SELECT item.* FROM item JOIN access_token ON access_token.item_id = item.id WHERE hash = $1",
    )
    .bind(hash)
    .fetch_optional(db)
    .await?;
    Ok(row)
}

/// Inserts a new access token.
pub async fn insert_access_token(
    db: &mut SqliteConnection,
    hash: &str,
    item_id: &str,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO access_token (hash, item_id) VALUES ($1, $2)")
        .bind(hash)
        .bind(item_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes all access tokens of an Item.
pub async fn delete_access_tokens(
    db: &mut SqliteConnection,
    item_id: &str,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM access_token WHERE item_id = $1")
        .bind(item_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Returns the Items that are not removed, of one user or of all, oldest first.
pub async fn living(
    db: &mut SqliteConnection,
    client_user_id: Option<&str>,
) -> Result<Vec<ItemRow>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT * FROM item WHERE removed_at IS NULL AND ($1 IS NULL OR client_user_id = $1) ORDER BY created_at, id",
    )
    .bind(client_user_id)
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Returns the ids of Items with work due: a stage has been reached, the world has rows for a new day, or the consent
/// ends before `notice` and this has not been announced. Times are Unix milliseconds.
pub async fn due(
    db: &mut SqliteConnection,
    now: i64,
    today: &str,
    notice: i64,
) -> Result<Vec<String>, StoreError> {
    let ids = sqlx::query_scalar(
        "SELECT id FROM item
         WHERE removed_at IS NULL AND error IS NULL
           AND ((stage = 0 AND initial_at <= $1) OR (stage = 1 AND historical_at <= $1)
             OR (initial_at IS NOT NULL AND world_day < $2) OR consent_expires_at <= $1
             OR (consent_expires_at <= $3 AND (warned_of IS NULL OR warned_of <> consent_expires_at)))
         ORDER BY created_at",
    )
    .bind(now)
    .bind(today)
    .bind(notice)
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// Returns when the next Item reaches its next stage, in Unix milliseconds.
pub async fn next_stage_at(db: &mut SqliteConnection) -> Result<Option<i64>, StoreError> {
    let at = sqlx::query_scalar(
        "SELECT MIN(CASE stage WHEN 0 THEN initial_at ELSE historical_at END) FROM item
         WHERE removed_at IS NULL AND error IS NULL AND stage < 2",
    )
    .fetch_one(db)
    .await?;
    Ok(at)
}

/// Inserts a new public token.
pub async fn insert_public_token(
    db: &mut SqliteConnection,
    token: &str,
    item_id: &str,
    expires_at: i64,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO public_token (token, item_id, expires_at) VALUES ($1, $2, $3)")
        .bind(token)
        .bind(item_id)
        .bind(expires_at)
        .execute(db)
        .await?;
    Ok(())
}

/// Returns the public token with this value, used or not.
pub async fn public_token(
    db: &mut SqliteConnection,
    token: &str,
) -> Result<Option<PublicTokenRow>, StoreError> {
    let row =
        sqlx::query_as("SELECT item_id, expires_at, used_at FROM public_token WHERE token = $1")
            .bind(token)
            .fetch_optional(db)
            .await?;
    Ok(row)
}

/// Marks a public token as exchanged.
pub async fn use_public_token(
    db: &mut SqliteConnection,
    token: &str,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE public_token SET used_at = $2 WHERE token = $1")
        .bind(token)
        .bind(now)
        .execute(db)
        .await?;
    Ok(())
}
