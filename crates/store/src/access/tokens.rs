//! Token families and their refresh tokens. Times are Unix milliseconds.

use sqlx::FromRow;

use crate::access::people::{PersonRow, person_columns};
use crate::{Store, StoreError, Tx};
use domain::access::Scopes;
use domain::id::{ClientId, FamilyId, UserId};
use domain::user::User;

/// All the tokens that stem from one log-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Unique id.
    pub id: FamilyId,
    /// When the last of its tokens expires.
    pub ends_at: i64,
}

/// The app that a family's tokens were issued to, with their scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppGrant {
    /// The app.
    pub client: ClientId,
    /// The scopes of the tokens.
    pub scopes: Scopes,
}

/// The person and app that a family belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub user: User,
    /// The app; `None` for a program that the person logged in through directly.
    pub grant: Option<AppGrant>,
}

/// The result of presenting a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It was valid and has been replaced.
    Rotated(Family, Holder),
    /// It is unknown, expired, or was used a moment ago.
    Refused,
    /// It had been used before, so a copy exists: the family has been ended.
    Revoked(FamilyId),
}

/// A refresh token that replaces another.
#[derive(Clone, Copy, Debug)]
pub struct NextRefresh<'a> {
    /// The hash of the old token's number.
    pub old: &'a str,
    /// The hash of the new token's number.
    pub new: &'a str,
    /// The current time.
    pub now: i64,
    /// When the new token expires, unless its family ends earlier.
    pub expires_at: i64,
    /// An old token used before this moment counts as stolen; one used later, as a client's repeated request.
    pub stolen_before: i64,
    /// The app that presents it; `None` for a program that a person logged in through directly. The token is valid
    /// for no other.
    pub client: Option<&'a ClientId>,
}

impl Store {
    /// Begins a family with its first refresh token; `false` if the person's password has changed since they
    /// authenticated.
    pub async fn begin_family(
        &self,
        family: &Family,
        user: &User,
        number_hash: &str,
        now: i64,
        expires_at: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let begun = sqlx::query(
            "INSERT INTO token_family (id, person_id, created_at, last_used_at, ends_at)
             SELECT $1, id, $3, $3, $5 FROM person WHERE id = $2 AND password_version = $4",
        )
        .bind(family.id.as_str())
        .bind(user.id.as_str())
        .bind(now)
        .bind(user.password_version)
        .bind(family.ends_at)
        .execute(&mut *tx)
        .await?;
        if begun.rows_affected() == 0 {
            return Ok(false);
        }
        add_refresh(&mut tx, family, number_hash, now, expires_at).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Replaces a valid refresh token. The update decides: of several requests with one token, only one finds it
    /// unused.
    pub async fn rotate_refresh(&self, next: &NextRefresh<'_>) -> Result<Rotation, StoreError> {
        let mut tx = self.begin().await?;
        let family: Option<String> = sqlx::query_scalar(
            "UPDATE refresh_token SET used_at = $1 WHERE number_hash = $2 AND used_at IS NULL AND expires_at > $1
                 AND EXISTS (SELECT 1 FROM token_family f
                     WHERE f.id = refresh_token.family_id AND f.revoked_at IS NULL AND f.ends_at > $1 AND f.client_id IS $3)
             RETURNING family_id",
        )
        .bind(next.now)
        .bind(next.old)
        .bind(next.client.map(ClientId::as_str))
        .fetch_optional(&mut *tx)
        .await?;
        let Some(family) = family else {
            return revoke_if_stolen(tx, next).await;
        };
        let ends_at: i64 = sqlx::query_scalar(
            "UPDATE token_family SET last_used_at = $1 WHERE id = $2 RETURNING ends_at",
        )
        .bind(next.now)
        .bind(&family)
        .fetch_one(&mut *tx)
        .await?;
        let id = FamilyId::parse(&family).ok_or(StoreError::Unreadable("family"))?;
        let family = Family { id, ends_at };
        add_refresh(&mut tx, &family, next.new, next.now, next.expires_at).await?;
        let row: HolderRow = sqlx::query_as(concat!(
            "SELECT f.client_id, f.scopes, ",
            person_columns!(),
            " FROM token_family f JOIN person p ON p.id = f.person_id WHERE f.id = $1",
        ))
        .bind(family.id.as_str())
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Rotation::Rotated(family, row.decode()?))
    }

    /// The holder of a family that has not ended.
    pub async fn holder_of_family(
        &self,
        family: &FamilyId,
        now: i64,
    ) -> Result<Option<Holder>, StoreError> {
        let row: Option<HolderRow> = sqlx::query_as(concat!(
            "SELECT f.client_id, f.scopes, ",
            person_columns!(),
            " FROM token_family f JOIN person p ON p.id = f.person_id
             WHERE f.id = $1 AND f.revoked_at IS NULL AND f.ends_at > $2",
        ))
        .bind(family.as_str())
        .bind(now)
        .fetch_optional(&self.read)
        .await?;
        row.map(HolderRow::decode).transpose()
    }

    /// Whether a refresh token is unused and has not expired.
    pub async fn is_refresh_unused(&self, number_hash: &str, now: i64) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM refresh_token WHERE number_hash = $1 AND used_at IS NULL AND expires_at > $2)",
        )
        .bind(number_hash)
        .bind(now)
        .fetch_one(&self.read)
        .await?)
    }

    /// The person of a family that ended by logging out.
    pub async fn person_logged_out_of(
        &self,
        family: &FamilyId,
    ) -> Result<Option<User>, StoreError> {
        let row: Option<PersonRow> = sqlx::query_as(concat!(
            "SELECT ",
            person_columns!(),
            " FROM token_family f JOIN person p ON p.id = f.person_id WHERE f.id = $1 AND f.revoked_for = 'log_out'"
        ))
        .bind(family.as_str())
        .fetch_optional(&self.read)
        .await?;
        row.map(PersonRow::decode).transpose()
    }

    /// Ends a family; `reason` is one word.
    pub async fn revoke_family(
        &self,
        family: &FamilyId,
        reason: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE token_family SET revoked_at = $1, revoked_for = $2 WHERE id = $3 AND revoked_at IS NULL",
        )
        .bind(now)
        .bind(reason)
        .bind(family.as_str())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Ends every family of a person, except those of apps, which are revoked separately. Returns how many there
    /// were.
    pub async fn revoke_families_of(&self, user: &UserId, now: i64) -> Result<u64, StoreError> {
        let ended = sqlx::query(
            "UPDATE token_family SET revoked_at = $1, revoked_for = 'person'
             WHERE person_id = $2 AND client_id IS NULL AND revoked_at IS NULL",
        )
        .bind(now)
        .bind(user.as_str())
        .execute(&self.write)
        .await?;
        Ok(ended.rows_affected())
    }
}

#[derive(FromRow)]
struct HolderRow {
    client_id: Option<String>,
    scopes: Option<String>,
    #[sqlx(flatten)]
    person: PersonRow,
}

impl HolderRow {
    fn decode(self) -> Result<Holder, StoreError> {
        let grant = match self.client_id {
            None => None,
            Some(client) => Some(AppGrant {
                client: ClientId::parse(&client).ok_or(StoreError::Unreadable("app"))?,
                scopes: Scopes::from_words(&self.scopes.unwrap_or_default()),
            }),
        };
        Ok(Holder {
            user: self.person.decode()?,
            grant,
        })
    }
}

pub(crate) async fn add_refresh(
    tx: &mut Tx,
    family: &Family,
    number_hash: &str,
    now: i64,
    expires_at: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO refresh_token (number_hash, family_id, issued_at, expires_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(number_hash)
    .bind(family.id.as_str())
    .bind(now)
    .bind(expires_at.min(family.ends_at))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn revoke_if_stolen(mut tx: Tx, next: &NextRefresh<'_>) -> Result<Rotation, StoreError> {
    let family: Option<String> = sqlx::query_scalar(
        "UPDATE token_family SET revoked_at = $1, revoked_for = 'reuse' WHERE revoked_at IS NULL
             AND id = (SELECT family_id FROM refresh_token WHERE number_hash = $2 AND (used_at < $3 OR used_at > $1))
         RETURNING id",
    )
    .bind(next.now)
    .bind(next.old)
    .bind(next.stolen_before)
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    match family {
        None => Ok(Rotation::Refused),
        Some(id) => Ok(Rotation::Revoked(
            FamilyId::parse(&id).ok_or(StoreError::Unreadable("family"))?,
        )),
    }
}
