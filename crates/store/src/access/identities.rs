//! Who people are at identity providers.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::access::logged_in::Tx;
use crate::access::people::{PersonRow, person_columns};
use crate::oversight::activity::{About, note};
use crate::read::moment;
use crate::{Store, StoreError};
use domain::activity::Event;
use domain::id::UserId;
use domain::identity::{Identity, IdentityProvider, VerifiedIdentity};
use domain::user::User;

/// What came of asking to forget an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// It is gone.
    Removed,
    /// It is the last way to log in, so nothing but its key stays; or, for a person who asked, nothing was done.
    LastWay,
    /// There is none.
    Unknown,
}

#[derive(FromRow)]
struct IdentityRow {
    provider: String,
    issuer: String,
    email: Option<String>,
    connected_at: i64,
    used_at: i64,
}

impl IdentityRow {
    fn read(self) -> Result<Identity, StoreError> {
        let provider = IdentityProvider::from_word(&self.provider);
        Ok(Identity {
            provider: provider.ok_or(StoreError::Unreadable("identity provider"))?,
            issuer: self.issuer,
            email: self.email,
            connected_at: moment(self.connected_at)?,
            used_at: moment(self.used_at)?,
        })
    }
}

impl Store {
    /// The person to whom an identity is connected.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_of_identity(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<User>, StoreError> {
        let row: Option<PersonRow> = sqlx::query_as(concat!(
            "SELECT ",
            person_columns!(),
            " FROM identity i JOIN person p ON p.id = i.person_id WHERE i.issuer = $1 AND i.subject = $2"
        ))
        .bind(issuer)
        .bind(subject)
        .fetch_optional(&self.read)
        .await?;
        row.map(PersonRow::read).transpose()
    }

    /// A person's identities, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn identities(&self, user: &UserId) -> Result<Vec<Identity>, StoreError> {
        let rows: Vec<IdentityRow> = sqlx::query_as(
            "SELECT provider, issuer, email, connected_at, used_at FROM identity
             WHERE person_id = $1 ORDER BY connected_at, issuer",
        )
        .bind(user.as_str())
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(IdentityRow::read).collect()
    }

    /// Whether a person has a password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_password(&self, user: &UserId) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM person WHERE id = $1 AND password_hash <> '')",
        )
        .bind(user.as_str())
        .fetch_one(&self.read)
        .await?)
    }

    /// Connects an identity to a person, and says so in their activity.
    ///
    /// # Errors
    /// [`StoreError::Taken`] with `identity` when it is somebody's already, or with `issuer` when the person has another
    /// one there.
    pub async fn connect_identity(
        &self,
        user: &User,
        told: &VerifiedIdentity,
        event: &Event,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        insert(&mut tx, &user.id, told, now).await?;
        note(&mut tx, About::Person(&user.id), event, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Keeps what a provider told of somebody who has just logged in with it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_identity_used(
        &self,
        told: &VerifiedIdentity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let profile = &told.profile;
        sqlx::query(
            "UPDATE identity SET email = $3, email_verified = $4, first_name = $5, last_name = $6, birthday = $7,
                 profile = $8, used_at = $9
             WHERE issuer = $1 AND subject = $2",
        )
        .bind(&told.issuer)
        .bind(&profile.subject)
        .bind(profile.email.as_ref().map(|email| email.as_str()))
        .bind(i64::from(profile.email_verified))
        .bind(profile.first_name.as_ref().map(|name| name.as_str()))
        .bind(profile.last_name.as_ref().map(|name| name.as_str()))
        .bind(profile.birthday.map(|day| day.to_string()))
        .bind(&profile.raw)
        .bind(now.as_millisecond())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Takes an identity from a person, unless they could not log in any more: `issuers` are those through which people
    /// can. Every browser on which they are logged in ends with it but the one whose hash is `stays`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn disconnect_identity(
        &self,
        user: &UserId,
        issuer: &str,
        issuers: &[&str],
        stays: &str,
        event: &Event,
        now: Timestamp,
    ) -> Result<Forgotten, StoreError> {
        let mut tx = self.begin().await?;
        if !has_another_way(&mut tx, user, issuer, issuers).await? {
            return Ok(Forgotten::LastWay);
        }
        let gone = sqlx::query("DELETE FROM identity WHERE person_id = $1 AND issuer = $2")
            .bind(user.as_str())
            .bind(issuer)
            .execute(&mut *tx)
            .await?;
        if gone.rows_affected() == 0 {
            return Ok(Forgotten::Unknown);
        }
        sqlx::query("DELETE FROM browser_session WHERE person_id = $1 AND id_hash <> $2")
            .bind(user.as_str())
            .bind(stays)
            .execute(&mut *tx)
            .await?;
        note(&mut tx, About::Person(user), event, now).await?;
        tx.commit().await?;
        Ok(Forgotten::Removed)
    }

    /// Forgets what a provider has told of somebody, because the provider asks for it. The identity goes too, unless the
    /// person has no other way to log in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_identity(
        &self,
        issuer: &str,
        subject: &str,
        issuers: &[&str],
        event: &Event,
        now: Timestamp,
    ) -> Result<Forgotten, StoreError> {
        let mut tx = self.begin().await?;
        let owner: Option<String> =
            sqlx::query_scalar("SELECT person_id FROM identity WHERE issuer = $1 AND subject = $2")
                .bind(issuer)
                .bind(subject)
                .fetch_optional(&mut *tx)
                .await?;
        let Some(owner) = owner.as_deref().and_then(UserId::parse) else {
            return Ok(Forgotten::Unknown);
        };
        let removed = has_another_way(&mut tx, &owner, issuer, issuers).await?;
        let statement = match removed {
            true => "DELETE FROM identity WHERE issuer = $1 AND subject = $2",
            false => {
                "UPDATE identity SET email = NULL, email_verified = 0, first_name = NULL, last_name = NULL,
                     birthday = NULL, profile = NULL
                 WHERE issuer = $1 AND subject = $2"
            }
        };
        let done = sqlx::query(statement).bind(issuer).bind(subject);
        done.execute(&mut *tx).await?;
        note(&mut tx, About::Person(&owner), event, now).await?;
        tx.commit().await?;
        Ok(match removed {
            true => Forgotten::Removed,
            false => Forgotten::LastWay,
        })
    }
}

/// Writes an identity of a person.
pub(crate) async fn insert(
    tx: &mut Tx,
    user: &UserId,
    told: &VerifiedIdentity,
    now: Timestamp,
) -> Result<(), StoreError> {
    let profile = &told.profile;
    sqlx::query(
        "INSERT INTO identity (issuer, subject, provider, person_id, email, email_verified, first_name, last_name,
             birthday, profile, connected_at, used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
    )
    .bind(&told.issuer)
    .bind(&profile.subject)
    .bind(told.provider.word())
    .bind(user.as_str())
    .bind(profile.email.as_ref().map(|email| email.as_str()))
    .bind(i64::from(profile.email_verified))
    .bind(profile.first_name.as_ref().map(|name| name.as_str()))
    .bind(profile.last_name.as_ref().map(|name| name.as_str()))
    .bind(profile.birthday.map(|day| day.to_string()))
    .bind(&profile.raw)
    .bind(now.as_millisecond())
    .execute(&mut **tx)
    .await
    .map_err(taken)?;
    Ok(())
}

/// Whether a person could log in without the identity of this issuer.
async fn has_another_way(
    tx: &mut Tx,
    user: &UserId,
    issuer: &str,
    issuers: &[&str],
) -> Result<bool, StoreError> {
    let password: bool = sqlx::query_scalar("SELECT password_hash <> '' FROM person WHERE id = $1")
        .bind(user.as_str())
        .fetch_one(&mut **tx)
        .await?;
    let others: Vec<String> =
        sqlx::query_scalar("SELECT issuer FROM identity WHERE person_id = $1 AND issuer <> $2")
            .bind(user.as_str())
            .bind(issuer)
            .fetch_all(&mut **tx)
            .await?;
    Ok(password || others.iter().any(|other| issuers.contains(&other.as_str())))
}

fn taken(error: sqlx::Error) -> StoreError {
    let message = error
        .as_database_error()
        .filter(|e| e.is_unique_violation())
        .map(|e| e.message().to_owned());
    match message {
        Some(m) if m.contains("identity.subject") => StoreError::Taken("identity"),
        Some(m) if m.contains("identity.person_id") => StoreError::Taken("issuer"),
        _ => error.into(),
    }
}
