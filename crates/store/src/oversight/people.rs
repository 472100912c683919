//! People, as the admin sees them.

use jiff::Timestamp;
use sqlx::FromRow;

use super::AFTER_ALL;
use crate::access::end_access::access_columns;
use crate::access::people::{PersonRow, person_columns};
use crate::decode::moment_or_none;
use crate::{Store, StoreError};
use domain::access::Access;
use domain::id::{ConnectionId, UserId};
use domain::user::User;

/// A person with their numbers.
#[derive(Clone, Debug)]
pub struct PersonOverseen {
    /// The person.
    pub user: User,
    /// When they were last seen, to the hour; `None` if never.
    pub seen_at: Option<Timestamp>,
    /// How many banks they have linked.
    pub connections: i64,
    /// The number of their live sessions, programs and keys.
    pub access: Access,
    /// Whether they are suspended.
    pub suspended: bool,
    /// Whether they are being deleted.
    pub leaving: bool,
}

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    person: PersonRow,
    last_seen_at: Option<i64>,
    connections: i64,
    browsers: i64,
    programs: i64,
    keys: i64,
    suspended_at: Option<i64>,
    leaving_at: Option<i64>,
}

impl Row {
    fn decode(self) -> Result<PersonOverseen, StoreError> {
        Ok(PersonOverseen {
            user: self.person.decode()?,
            seen_at: moment_or_none(self.last_seen_at)?,
            connections: self.connections,
            access: Access {
                browsers: self.browsers,
                programs: self.programs,
                keys: self.keys,
            },
            suspended: self.suspended_at.is_some(),
            leaving: self.leaving_at.is_some(),
        })
    }
}

/// The rows of people, without a condition; `$2` is the current time.
macro_rules! overseen {
    () => {
        concat!(
            "SELECT ",
            person_columns!(),
            ", p.last_seen_at, p.suspended_at, p.leaving_at,
                 (SELECT COUNT(*) FROM connection c WHERE c.person_id = p.id AND c.unlink_asked_at IS NULL) AS connections,
                 ",
            access_columns!("p.id"),
            " FROM person p"
        )
    };
}

impl Store {
    /// People, newest first, following `after`.
    pub async fn people_overseen(
        &self,
        after: Option<&UserId>,
        now: i64,
        limit: u32,
    ) -> Result<Vec<PersonOverseen>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(concat!(
            overseen!(),
            " WHERE p.id < $1 ORDER BY p.id DESC LIMIT $3"
        ))
        .bind(after.map_or(AFTER_ALL, UserId::as_str))
        .bind(now)
        .bind(limit)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(Row::decode).collect()
    }

    /// One person.
    pub async fn person_overseen(
        &self,
        id: &UserId,
        now: i64,
    ) -> Result<Option<PersonOverseen>, StoreError> {
        let row: Option<Row> = sqlx::query_as(concat!(overseen!(), " WHERE p.id = $1"))
            .bind(id.as_str())
            .bind(now)
            .fetch_optional(&self.read)
            .await?;
        row.map(Row::decode).transpose()
    }

    /// A connection's institution name and its owner's e-mail address.
    pub async fn connection_of_anybody(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<(String, String)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT c.institution_name, p.email FROM connection c JOIN person p ON p.id = c.person_id WHERE c.id = $1",
        )
        .bind(id.as_str())
        .fetch_optional(&self.read)
        .await?)
    }

    /// The owner of a connection.
    pub async fn owner_of(&self, id: &ConnectionId) -> Result<Option<UserId>, StoreError> {
        let owner: Option<String> =
            sqlx::query_scalar("SELECT person_id FROM connection WHERE id = $1")
                .bind(id.as_str())
                .fetch_optional(&self.read)
                .await?;
        owner
            .map(|id| UserId::parse(&id).ok_or(StoreError::Unreadable("person")))
            .transpose()
    }
}
