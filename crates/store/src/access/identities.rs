//! People's identities at identity providers.

use jiff::Timestamp;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{FromRow, Sqlite};

use crate::access::devices::{self, KnownHere};
use crate::access::end_access::end_access;
use crate::access::people::{PersonRow, may_enter, person_columns};
use crate::decode::moment;
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, Tx};
use domain::activity::Event;
use domain::id::UserId;
use domain::identity::{Identity, IdentityProvider, VerifiedIdentity};
use domain::user::User;

/// The result of removing an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It was removed.
    Removed,
    /// It was kept, because its owner could not log in without it.
    LastMethod,
    /// There is no such identity.
    NotConnected,
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
    fn decode(self) -> Result<Identity, StoreError> {
        let provider = IdentityProvider::from_slug(&self.provider);
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
    /// The person that an identity is connected to.
    pub async fn person_of_identity(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<User>, StoreError> {
        let row: Option<PersonRow> = sqlx::query_as(concat!(
            "SELECT ",
            person_columns!(),
            " FROM identity i JOIN person p ON p.id = i.person_id WHERE i.issuer = $1 AND i.subject = $2",
            may_enter!()
        ))
        .bind(issuer)
        .bind(subject)
        .fetch_optional(&self.read)
        .await?;
        row.map(PersonRow::decode).transpose()
    }

    /// A person's identities, oldest first.
    pub async fn identities(&self, user: &UserId) -> Result<Vec<Identity>, StoreError> {
        let rows: Vec<IdentityRow> = sqlx::query_as(
            "SELECT provider, issuer, email, connected_at, used_at FROM identity
             WHERE person_id = $1 ORDER BY connected_at, issuer",
        )
        .bind(user.as_str())
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(IdentityRow::decode).collect()
    }

    /// Whether a person has a password.
    pub async fn has_password(&self, user: &UserId) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM person WHERE id = $1 AND password_hash <> '')",
        )
        .bind(user.as_str())
        .fetch_one(&self.read)
        .await?)
    }

    /// Connects an identity to a person and records that in their activity. `false`, without changes, if the person's
    /// sessions have been ended since they were read.
    ///
    /// # Errors
    /// [`StoreError::Taken`] with `identity` if it is already connected to a person, or with `issuer` if the person
    /// already has another identity of this issuer.
    pub async fn connect_identity(
        &self,
        user: &User,
        identity: &VerifiedIdentity,
        event: &Event,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let stands: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM person WHERE id = $1 AND password_version = $2)",
        )
        .bind(user.id.as_str())
        .bind(user.password_version)
        .fetch_one(&mut *tx)
        .await?;
        if !stands {
            return Ok(false);
        }
        insert(&mut tx, &user.id, identity, now).await?;
        record(&mut tx, About::Person(&user.id), event, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Stores the profile of a log-in with an identity. `false` if the identity is no longer connected to the person.
    pub async fn record_identity_used(
        &self,
        user: &User,
        identity: &VerifiedIdentity,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = sqlx::query(
            "UPDATE identity SET email = $1, email_verified = $2, first_name = $3, last_name = $4, birthday = $5,
                 profile = $6, used_at = $7
             WHERE issuer = $8 AND subject = $9 AND person_id = $10",
        );
        let updated = profile(update, identity)
            .bind(now.as_millisecond())
            .bind(&identity.issuer)
            .bind(&identity.profile.subject)
            .bind(user.id.as_str())
            .execute(&self.write)
            .await?;
        Ok(updated.rows_affected() > 0)
    }

    /// Disconnects a provider from a person, unless they could then no longer log in; `issuers` are the configured
    /// ones. Ends the person's sessions and tokens, as a password change does.
    pub async fn disconnect_identity(
        &self,
        user: &User,
        provider: IdentityProvider,
        issuers: &[&str],
        here: &KnownHere,
        event: &Event,
        now: Timestamp,
    ) -> Result<Removal, StoreError> {
        let mut tx = self.begin().await?;
        if !has_another_method(&mut tx, &user.id, provider, issuers).await? {
            return Ok(Removal::LastMethod);
        }
        let gone = sqlx::query("DELETE FROM identity WHERE person_id = $1 AND provider = $2")
            .bind(user.id.as_str())
            .bind(provider.slug())
            .execute(&mut *tx)
            .await?;
        if gone.rows_affected() == 0 {
            return Ok(Removal::NotConnected);
        }
        sqlx::query("UPDATE person SET password_version = password_version + 1 WHERE id = $1")
            .bind(user.id.as_str())
            .execute(&mut *tx)
            .await?;
        devices::forget_others(&mut tx, &user.id, here).await?;
        end_access(&mut tx, &user.id, "identity", false, now.as_millisecond()).await?;
        record(&mut tx, About::Person(&user.id), event, now).await?;
        tx.commit().await?;
        Ok(Removal::Removed)
    }

    /// Deletes the stored profile of an identity at the provider's request. The identity is deleted too, unless its
    /// owner has no other way to log in.
    pub async fn delete_profile(
        &self,
        issuer: &str,
        subject: &str,
        issuers: &[&str],
        event: &Event,
        now: Timestamp,
    ) -> Result<Removal, StoreError> {
        let mut tx = self.begin().await?;
        let row: Option<(String, String)> = sqlx::query_as(
            "SELECT person_id, provider FROM identity WHERE issuer = $1 AND subject = $2",
        )
        .bind(issuer)
        .bind(subject)
        .fetch_optional(&mut *tx)
        .await?;
        let read = |(id, slug): (String, String)| {
            Some((UserId::parse(&id)?, IdentityProvider::from_slug(&slug)?))
        };
        let Some((owner, provider)) = row.and_then(read) else {
            return Ok(Removal::NotConnected);
        };
        let removed = has_another_method(&mut tx, &owner, provider, issuers).await?;
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
        record(&mut tx, About::Person(&owner), event, now).await?;
        tx.commit().await?;
        Ok(match removed {
            true => Removal::Removed,
            false => Removal::LastMethod,
        })
    }
}

/// Inserts an identity of a person.
pub(crate) async fn insert(
    tx: &mut Tx,
    user: &UserId,
    identity: &VerifiedIdentity,
    now: Timestamp,
) -> Result<(), StoreError> {
    let insert = sqlx::query(
        "INSERT INTO identity (email, email_verified, first_name, last_name, birthday, profile, connected_at, used_at,
             issuer, subject, provider, person_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11)",
    );
    profile(insert, identity)
        .bind(now.as_millisecond())
        .bind(&identity.issuer)
        .bind(&identity.profile.subject)
        .bind(identity.provider.slug())
        .bind(user.as_str())
        .execute(&mut **tx)
        .await
        .map_err(|error| {
            let columns = [
                ("identity.subject", "identity"),
                ("identity.person_id", "issuer"),
            ];
            StoreError::of_insert(error, &columns)
        })?;
    Ok(())
}

type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Binds the profile to the first six parameters of a statement.
fn profile<'q>(statement: Statement<'q>, identity: &'q VerifiedIdentity) -> Statement<'q> {
    let profile = &identity.profile;
    statement
        .bind(profile.email.as_ref().map(|email| email.as_str()))
        .bind(i64::from(profile.email_verified))
        .bind(profile.first_name.as_ref().map(|name| name.as_str()))
        .bind(profile.last_name.as_ref().map(|name| name.as_str()))
        .bind(profile.birthday.map(|day| day.to_string()))
        .bind(&profile.raw)
}

/// Deletes all identities of a person. Returns their providers and issuers.
pub(crate) async fn remove_all(
    tx: &mut Tx,
    user: &UserId,
) -> Result<Vec<(IdentityProvider, String)>, StoreError> {
    let removed: Vec<(String, String)> =
        sqlx::query_as("DELETE FROM identity WHERE person_id = $1 RETURNING provider, issuer")
            .bind(user.as_str())
            .fetch_all(&mut **tx)
            .await?;
    let read =
        |(slug, issuer): (String, String)| Some((IdentityProvider::from_slug(&slug)?, issuer));
    Ok(removed.into_iter().filter_map(read).collect())
}

/// Whether a person could log in without this provider.
async fn has_another_method(
    tx: &mut Tx,
    user: &UserId,
    provider: IdentityProvider,
    issuers: &[&str],
) -> Result<bool, StoreError> {
    let password: bool = sqlx::query_scalar("SELECT password_hash <> '' FROM person WHERE id = $1")
        .bind(user.as_str())
        .fetch_one(&mut **tx)
        .await?;
    let others: Vec<String> =
        sqlx::query_scalar("SELECT issuer FROM identity WHERE person_id = $1 AND provider <> $2")
            .bind(user.as_str())
            .bind(provider.slug())
            .fetch_all(&mut **tx)
            .await?;
    Ok(password || others.iter().any(|other| issuers.contains(&other.as_str())))
}
