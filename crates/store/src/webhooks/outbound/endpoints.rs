//! Webhook endpoints of people. Every method takes the owner; other people's endpoints appear not to exist.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::decode::{moment, moment_or_none};
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, jobs};
use domain::activity::Event;
use domain::id::{EndpointId, UserId};
use domain::job::JobKind;
use domain::outbound::{DisabledFor, Endpoint};

/// An endpoint to store.
#[derive(Debug)]
pub struct NewEndpoint<'a> {
    /// Unique id.
    pub id: &'a EndpointId,
    /// The person it belongs to.
    pub user_id: &'a UserId,
    /// The URL to call.
    pub url: &'a str,
    /// The person's description.
    pub description: &'a str,
    /// The name for the activity log.
    pub name: String,
    /// The sealed secret.
    pub sealed_secret: &'a [u8],
    /// The current time.
    pub now: Timestamp,
}

pub(super) const ENDPOINT: &str = "id, person_id, url, description, created_at, told_place, last_arrived_at, \
    previous_until, disabled_at, disabled_for";

#[derive(FromRow)]
pub(super) struct EndpointRow {
    id: String,
    person_id: String,
    url: String,
    description: String,
    created_at: i64,
    told_place: i64,
    last_arrived_at: Option<i64>,
    previous_until: Option<i64>,
    disabled_at: Option<i64>,
    disabled_for: Option<String>,
}

impl EndpointRow {
    pub(super) fn decode(self) -> Result<Endpoint, StoreError> {
        let disabled = match (self.disabled_at, self.disabled_for) {
            (Some(at), Some(word)) => {
                let reason = DisabledFor::from_word(&word);
                Some((moment(at)?, reason.ok_or(StoreError::Unreadable("reason"))?))
            }
            _ => None,
        };
        Ok(Endpoint {
            id: EndpointId::parse(&self.id).ok_or(StoreError::Unreadable("endpoint"))?,
            user_id: UserId::parse(&self.person_id).ok_or(StoreError::Unreadable("person"))?,
            url: self.url,
            description: self.description,
            created_at: moment(self.created_at)?,
            told_place: u64::try_from(self.told_place).unwrap_or(0),
            last_arrived_at: moment_or_none(self.last_arrived_at)?,
            previous_until: moment_or_none(self.previous_until)?,
            disabled,
        })
    }
}

impl Store {
    /// Stores an endpoint, which is notified of everything from now on, and records that in the person's activity.
    /// `false` if the person already has `most` endpoints.
    pub async fn add_endpoint(&self, new: &NewEndpoint<'_>, most: i64) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let kept = sqlx::query(
            "INSERT INTO outbound_endpoint (id, person_id, url, description, sealed_secret, created_at, told_place)
             SELECT $1, $2, $3, $4, $5, $6, COALESCE((SELECT place FROM feed_head WHERE person_id = $2), 0)
             WHERE (SELECT COUNT(*) FROM outbound_endpoint WHERE person_id = $2) < $7",
        )
        .bind(new.id.as_str())
        .bind(new.user_id.as_str())
        .bind(new.url)
        .bind(new.description)
        .bind(new.sealed_secret)
        .bind(new.now.as_millisecond())
        .bind(most)
        .execute(&mut *tx)
        .await?;
        if kept.rows_affected() == 0 {
            return Ok(false);
        }
        let name = new.name.clone();
        let event = Event::WebhookAdded { name };
        record(&mut tx, About::Person(new.user_id), &event, new.now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A person's endpoints, oldest first.
    pub async fn endpoints(&self, user: &UserId) -> Result<Vec<Endpoint>, StoreError> {
        let sql =
            format!("SELECT {ENDPOINT} FROM outbound_endpoint WHERE person_id = $1 ORDER BY id");
        let rows: Vec<EndpointRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(user.as_str())
            .fetch_all(&self.read)
            .await?;
        rows.into_iter().map(EndpointRow::decode).collect()
    }

    /// Returns one of a person's endpoints.
    pub async fn endpoint(
        &self,
        user: &UserId,
        id: &EndpointId,
    ) -> Result<Option<Endpoint>, StoreError> {
        let sql =
            format!("SELECT {ENDPOINT} FROM outbound_endpoint WHERE person_id = $1 AND id = $2");
        let row: Option<EndpointRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(user.as_str())
            .bind(id.as_str())
            .fetch_optional(&self.read)
            .await?;
        row.map(EndpointRow::decode).transpose()
    }

    /// Deletes an endpoint with its messages, and records that in the person's activity under `name`. `false` if
    /// there is no such endpoint.
    pub async fn delete_endpoint(
        &self,
        user: &UserId,
        id: &EndpointId,
        name: String,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let gone = sqlx::query("DELETE FROM outbound_endpoint WHERE person_id = $1 AND id = $2")
            .bind(user.as_str())
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        if gone.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM job WHERE kind = $1 AND subject = $2")
            .bind(JobKind::Notify.as_str())
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        let event = Event::WebhookDeleted { name };
        record(&mut tx, About::Person(user), &event, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Replaces an endpoint's secret. The previous secret also signs until `previous_until`. `false` if there is no
    /// such endpoint.
    pub async fn rotate_secret(
        &self,
        user: &UserId,
        id: &EndpointId,
        sealed: &[u8],
        previous_until: Timestamp,
    ) -> Result<bool, StoreError> {
        let rotated = sqlx::query(
            "UPDATE outbound_endpoint SET sealed_previous = sealed_secret, sealed_secret = $1, previous_until = $2
             WHERE person_id = $3 AND id = $4",
        )
        .bind(sealed)
        .bind(previous_until.as_millisecond())
        .bind(user.as_str())
        .bind(id.as_str())
        .execute(&self.write)
        .await?;
        Ok(rotated.rows_affected() == 1)
    }

    /// The sealed secret of one of a person's endpoints.
    pub async fn sealed_secret(
        &self,
        user: &UserId,
        id: &EndpointId,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        // Uses the writer, because the secret may just have been rotated.
        Ok(sqlx::query_scalar(
            "SELECT sealed_secret FROM outbound_endpoint WHERE person_id = $1 AND id = $2",
        )
        .bind(user.as_str())
        .bind(id.as_str())
        .fetch_optional(&self.write)
        .await?)
    }

    /// Enables a disabled endpoint; its waiting messages are sent at once. `false` if there is no such endpoint.
    pub async fn enable_endpoint(
        &self,
        user: &UserId,
        id: &EndpointId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let enabled = sqlx::query(
            "UPDATE outbound_endpoint SET disabled_at = NULL, disabled_for = NULL WHERE person_id = $1 AND id = $2",
        )
        .bind(user.as_str())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        if enabled.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "UPDATE outbound_message SET attempts = 0, next_at = $1 WHERE endpoint_id = $2 AND state = 'waiting'",
        )
        .bind(now.as_millisecond())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        jobs::request(&mut tx, JobKind::Notify, id.as_str(), now).await?;
        tx.commit().await?;
        Ok(true)
    }
}
