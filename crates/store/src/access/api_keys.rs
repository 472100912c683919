//! API keys that people made for programs.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::access::people::{PersonRow, may_enter, person_columns};
use crate::decode::{moment, moment_or_none};
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError};
use domain::access::Scopes;
use domain::activity::Event;
use domain::id::{ApiKeyId, UserId};
use domain::user::User;

/// An API key as its owner sees it; the key itself is not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Unique id.
    pub id: ApiKeyId,
    /// The owner's name for it.
    pub name: String,
    /// The scopes that it grants.
    pub scopes: Scopes,
    /// The first characters of the key.
    pub beginning: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last used, to the minute; `None` if never.
    pub last_used_at: Option<Timestamp>,
    /// When it expires; `None` for never.
    pub expires_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct KeyRow {
    id: String,
    name: String,
    scopes: String,
    beginning: String,
    created_at: i64,
    last_used_at: Option<i64>,
    expires_at: Option<i64>,
}

#[derive(FromRow)]
struct HolderRow {
    key_id: String,
    scopes: String,
    last_used_at: Option<i64>,
    #[sqlx(flatten)]
    person: PersonRow,
}

impl Store {
    /// Stores a key by its hash and records that in the person's activity.
    pub async fn add_api_key(
        &self,
        user: &UserId,
        key: &ApiKey,
        key_hash: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO api_key (id, person_id, name, scopes, key_hash, beginning, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(key.id.as_str())
        .bind(user.as_str())
        .bind(&key.name)
        .bind(key.scopes.words())
        .bind(key_hash)
        .bind(&key.beginning)
        .bind(key.created_at.as_millisecond())
        .bind(key.expires_at.map(Timestamp::as_millisecond))
        .execute(&mut *tx)
        .await?;
        let name = key.name.clone();
        let event = Event::KeyCreated { name };
        record(&mut tx, About::Person(user), &event, key.created_at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A person's keys, newest first: expired ones included, deleted ones not.
    pub async fn api_keys(&self, user: &UserId) -> Result<Vec<ApiKey>, StoreError> {
        let rows: Vec<KeyRow> = sqlx::query_as(
            "SELECT id, name, scopes, beginning, created_at, last_used_at, expires_at FROM api_key
             WHERE person_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id DESC",
        )
        .bind(user.as_str())
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(ApiKey {
                    id: ApiKeyId::parse(&row.id).ok_or(StoreError::Unreadable("key"))?,
                    name: row.name,
                    scopes: Scopes::from_words(&row.scopes),
                    beginning: row.beginning,
                    created_at: moment(row.created_at)?,
                    last_used_at: moment_or_none(row.last_used_at)?,
                    expires_at: moment_or_none(row.expires_at)?,
                })
            })
            .collect()
    }

    /// The holder and scopes of a valid key, with the recorded time of its last use in Unix milliseconds.
    pub async fn holder_of_api_key(
        &self,
        key_hash: &str,
        now: i64,
    ) -> Result<Option<(ApiKeyId, User, Scopes, Option<i64>)>, StoreError> {
        let row: Option<HolderRow> = sqlx::query_as(concat!(
            "SELECT k.id AS key_id, k.scopes, k.last_used_at, ",
            person_columns!(),
            " FROM api_key k JOIN person p ON p.id = k.person_id
             WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)",
            may_enter!()
        ))
        .bind(key_hash)
        .bind(now)
        .fetch_optional(&self.read)
        .await?;
        row.map(|row| {
            let id = ApiKeyId::parse(&row.key_id).ok_or(StoreError::Unreadable("key"))?;
            let scopes = Scopes::from_words(&row.scopes);
            Ok((id, row.person.decode()?, scopes, row.last_used_at))
        })
        .transpose()
    }

    /// Records the use of a key; `now` in Unix milliseconds.
    pub async fn record_use_of_api_key(&self, id: &ApiKeyId, now: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE api_key SET last_used_at = $1 WHERE id = $2")
            .bind(now)
            .bind(id.as_str())
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Revokes a person's key and records that in their activity; `false` if there is none.
    pub async fn revoke_api_key(
        &self,
        user: &UserId,
        id: &ApiKeyId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let name: Option<String> = sqlx::query_scalar(
            "UPDATE api_key SET revoked_at = $1 WHERE id = $2 AND person_id = $3 AND revoked_at IS NULL
             RETURNING name",
        )
        .bind(now.as_millisecond())
        .bind(id.as_str())
        .bind(user.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(name) = name else { return Ok(false) };
        let event = Event::KeyDeleted { name };
        record(&mut tx, About::Person(user), &event, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}
