//! Authorization codes, which an app exchanges for tokens, once each. Integer times are Unix milliseconds.

use sqlx::FromRow;

use crate::access::people::{PersonRow, person_columns};
use crate::access::tokens::{AppGrant, Family, add_refresh};
use crate::decode::moment;
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, Tx};
use domain::access::Scopes;
use domain::activity::Event;
use domain::id::{ClientId, FamilyId, UserId};
use domain::user::User;

/// A person's consent, which the app fetches with a code.
#[derive(Clone, Debug)]
pub struct NewCode<'a> {
    /// The hash of the code.
    pub code_hash: &'a str,
    /// The app.
    pub client: &'a ClientId,
    /// The person who consented.
    pub user: &'a User,
    /// The redirect URI that the code was sent to.
    pub redirect_uri: &'a str,
    /// The scopes that were granted.
    pub scopes: Scopes,
    /// The PKCE code challenge (RFC 7636).
    pub challenge: &'a str,
    /// When the code expires, in Unix milliseconds.
    pub expires_at: i64,
}

/// The result of exchanging a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// The code was valid; a family of tokens has begun.
    Begun(User, Scopes),
    /// The code is unknown, belongs to another app, has expired, or does not match the other parameters.
    Refused,
    /// The code had been exchanged before; the family that came from it has been ended.
    Reused(FamilyId),
}

#[derive(FromRow)]
struct CodeRow {
    redirect_uri: String,
    scopes: String,
    challenge: String,
    version: i64,
    expires_at: i64,
    family_id: Option<String>,
    #[sqlx(flatten)]
    person: PersonRow,
}

impl Store {
    /// Stores a code by its hash and records the consent in the person's activity.
    pub async fn add_code(&self, code: &NewCode<'_>, now: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO oauth_code (code_hash, client_id, person_id, redirect_uri, scopes, challenge, password_version, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(code.code_hash)
        .bind(code.client.as_str())
        .bind(code.user.id.as_str())
        .bind(code.redirect_uri)
        .bind(code.scopes.words())
        .bind(code.challenge)
        .bind(code.user.password_version)
        .bind(code.expires_at)
        .execute(&mut *tx)
        .await?;
        let name: String = sqlx::query_scalar("SELECT name FROM oauth_client WHERE id = $1")
            .bind(code.client.as_str())
            .fetch_one(&mut *tx)
            .await?;
        let event = Event::AppAllowed { name };
        record(&mut tx, About::Person(&code.user.id), &event, moment(now)?).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Begins a family for a valid code: one of this app, unexpired, never exchanged, and of a person whose password
    /// has not changed since. `fits` checks the redirect URI and the challenge.
    pub async fn exchange_code(
        &self,
        code_hash: &str,
        client: &ClientId,
        fits: impl FnOnce(&str, &str) -> bool + Send,
        family: &Family,
        number_hash: &str,
        (now, refresh_until): (i64, i64),
    ) -> Result<Exchange, StoreError> {
        let mut tx = self.begin().await?;
        let row: Option<CodeRow> = sqlx::query_as(concat!(
            "SELECT c.redirect_uri, c.scopes, c.challenge, c.password_version AS version, c.expires_at, c.family_id, ",
            person_columns!(),
            " FROM oauth_code c JOIN person p ON p.id = c.person_id WHERE c.code_hash = $1 AND c.client_id = $2"
        ))
        .bind(code_hash)
        .bind(client.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else {
            return Ok(Exchange::Refused);
        };
        if let Some(earlier) = row.family_id {
            sqlx::query(
                "UPDATE token_family SET revoked_at = $1, revoked_for = 'reuse' WHERE id = $2 AND revoked_at IS NULL",
            )
            .bind(now)
            .bind(&earlier)
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
            let earlier = FamilyId::parse(&earlier).ok_or(StoreError::Unreadable("family"))?;
            return Ok(Exchange::Reused(earlier));
        }
        let user = row.person.decode()?;
        let in_time = row.expires_at > now && user.password_version == row.version;
        if !in_time || !fits(&row.redirect_uri, &row.challenge) {
            return Ok(Exchange::Refused);
        }
        let scopes = Scopes::from_words(&row.scopes);
        let grant = AppGrant {
            client: client.clone(),
            scopes,
        };
        begin(&mut tx, family, &user.id, &grant, now).await?;
        add_refresh(&mut tx, family, number_hash, now, refresh_until).await?;
        sqlx::query("UPDATE oauth_code SET family_id = $2 WHERE code_hash = $1")
            .bind(code_hash)
            .bind(family.id.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Exchange::Begun(user, scopes))
    }
}

async fn begin(
    tx: &mut Tx,
    family: &Family,
    user: &UserId,
    grant: &AppGrant,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO token_family (id, person_id, created_at, last_used_at, ends_at, client_id, scopes)
         VALUES ($1, $2, $3, $3, $4, $5, $6)",
    )
    .bind(family.id.as_str())
    .bind(user.as_str())
    .bind(now)
    .bind(family.ends_at)
    .bind(grant.client.as_str())
    .bind(grant.scopes.words())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
