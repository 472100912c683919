//! Registered apps and the access that people have granted them. Integer times are Unix milliseconds.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::decode::{moment, moment_or_none};
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError};
use domain::access::Scopes;
use domain::activity::Event;
use domain::client::{AllowedApp, Client};
use domain::id::{ClientId, UserId};

#[derive(FromRow)]
struct ClientRow {
    id: String,
    name: String,
    confidential: bool,
    scopes: String,
    created_at: i64,
    disabled_at: Option<i64>,
}

const COLUMNS: &str =
    "id, name, secret_hash IS NOT NULL AS confidential, scopes, created_at, disabled_at";

impl Store {
    /// Registers an app with the hash of its secret, if any. `origins` gives the web origin of each redirect URI that
    /// has one.
    pub async fn add_client(
        &self,
        client: &Client,
        secret_hash: Option<&str>,
        origins: &[Option<String>],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO oauth_client (id, name, secret_hash, scopes, created_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(client.id.as_str())
        .bind(&client.name)
        .bind(secret_hash)
        .bind(client.scopes.words())
        .bind(client.created_at.as_millisecond())
        .execute(&mut *tx)
        .await?;
        for (uri, origin) in client.redirect_uris.iter().zip(origins) {
            sqlx::query("INSERT INTO oauth_redirect (client_id, uri, origin) VALUES ($1, $2, $3)")
                .bind(client.id.as_str())
                .bind(uri)
                .bind(origin)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Every app, newest first, each with the number of people that it has live tokens for.
    pub async fn clients(&self, now: i64) -> Result<Vec<(Client, i64)>, StoreError> {
        let rows: Vec<ClientRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM oauth_client ORDER BY created_at DESC, id DESC"
        )))
        .fetch_all(&self.read)
        .await?;
        let mut clients = Vec::new();
        for row in rows {
            let people: i64 = sqlx::query_scalar(
                "SELECT COUNT(DISTINCT person_id) FROM token_family
                 WHERE client_id = $1 AND revoked_at IS NULL AND ends_at > $2",
            )
            .bind(&row.id)
            .bind(now)
            .fetch_one(&self.read)
            .await?;
            clients.push((self.with_addresses(row).await?, people));
        }
        Ok(clients)
    }

    /// Returns an app, whether switched on or off.
    pub async fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        let row: Option<ClientRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM oauth_client WHERE id = $1"
        )))
        .bind(id.as_str())
        .fetch_optional(&self.read)
        .await?;
        match row {
            None => Ok(None),
            Some(row) => self.with_addresses(row).await.map(Some),
        }
    }

    async fn with_addresses(&self, row: ClientRow) -> Result<Client, StoreError> {
        let redirect_uris = sqlx::query_scalar(
            "SELECT uri FROM oauth_redirect WHERE client_id = $1 ORDER BY rowid",
        )
        .bind(&row.id)
        .fetch_all(&self.read)
        .await?;
        Ok(Client {
            id: ClientId::parse(&row.id).ok_or(StoreError::Unreadable("app"))?,
            name: row.name,
            confidential: row.confidential,
            scopes: Scopes::from_words(&row.scopes),
            redirect_uris,
            created_at: moment(row.created_at)?,
            disabled_at: moment_or_none(row.disabled_at)?,
        })
    }

    /// The hash of an app's secret; `None` if the app is switched off or has no secret.
    pub async fn client_secret_hash(&self, id: &ClientId) -> Result<Option<String>, StoreError> {
        let hash: Option<Option<String>> = sqlx::query_scalar(
            "SELECT secret_hash FROM oauth_client WHERE id = $1 AND disabled_at IS NULL",
        )
        .bind(id.as_str())
        .fetch_optional(&self.read)
        .await?;
        Ok(hash.flatten())
    }

    /// Replaces the secret of an app that has one; `false` if there is no such app.
    pub async fn replace_client_secret(
        &self,
        id: &ClientId,
        secret_hash: &str,
    ) -> Result<bool, StoreError> {
        let replaced = sqlx::query(
            "UPDATE oauth_client SET secret_hash = $2 WHERE id = $1 AND secret_hash IS NOT NULL",
        )
        .bind(id.as_str())
        .bind(secret_hash)
        .execute(&self.write)
        .await?;
        Ok(replaced.rows_affected() > 0)
    }

    /// Switches an app on, or off, which also ends all its tokens and codes; `false` if there is no such app.
    pub async fn switch_client(
        &self,
        id: &ClientId,
        on: bool,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let switched = sqlx::query("UPDATE oauth_client SET disabled_at = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind((!on).then_some(now))
            .execute(&mut *tx)
            .await?;
        if !on {
            sqlx::query(
                "UPDATE token_family SET revoked_at = $2, revoked_for = 'client' WHERE client_id = $1 AND revoked_at IS NULL",
            )
            .bind(id.as_str())
            .bind(now)
            .execute(&mut *tx)
            .await?;
            sqlx::query("DELETE FROM oauth_code WHERE client_id = $1")
                .bind(id.as_str())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(switched.rows_affected() > 0)
    }

    /// Whether an origin belongs to an app without a secret (one that runs in a browser) that is switched on.
    pub async fn is_client_origin(&self, origin: &str) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM oauth_redirect r JOIN oauth_client c ON c.id = r.client_id
             WHERE r.origin = $1 AND c.disabled_at IS NULL AND c.secret_hash IS NULL)",
        )
        .bind(origin)
        .fetch_one(&self.read)
        .await?)
    }

    /// The apps that a person has allowed, latest first; one entry per app, with all its grants taken together.
    pub async fn allowed_apps(
        &self,
        user: &UserId,
        now: i64,
    ) -> Result<Vec<AllowedApp>, StoreError> {
        let rows: Vec<(String, String, String, i64, i64)> = sqlx::query_as(
            "SELECT c.id, c.name, GROUP_CONCAT(f.scopes, ' '), MIN(f.created_at), MAX(f.last_used_at)
             FROM token_family f JOIN oauth_client c ON c.id = f.client_id
             WHERE f.person_id = $1 AND f.revoked_at IS NULL AND f.ends_at > $2
             AND EXISTS (SELECT 1 FROM refresh_token r WHERE r.family_id = f.id AND r.used_at IS NULL AND r.expires_at > $2)
             GROUP BY c.id ORDER BY MIN(f.created_at) DESC, c.id DESC",
        )
        .bind(user.as_str())
        .bind(now)
        .fetch_all(&self.read)
        .await?;
        let read = |(client, name, scopes, since, used): (String, _, String, _, _)| {
            Ok(AllowedApp {
                client: ClientId::parse(&client).ok_or(StoreError::Unreadable("app"))?,
                name,
                scopes: Scopes::from_words(&scopes),
                since: moment(since)?,
                last_used_at: moment(used)?,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Revokes all access of an app to a person's account, including codes not yet exchanged, and records that in
    /// their activity; `false` if there was none.
    pub async fn revoke_app(
        &self,
        user: &UserId,
        client: &ClientId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM oauth_code WHERE person_id = $1 AND client_id = $2")
            .bind(user.as_str())
            .bind(client.as_str())
            .execute(&mut *tx)
            .await?;
        let ended = sqlx::query(
            "UPDATE token_family SET revoked_at = $1, revoked_for = 'person'
             WHERE client_id = $2 AND person_id = $3 AND revoked_at IS NULL",
        )
        .bind(now.as_millisecond())
        .bind(client.as_str())
        .bind(user.as_str())
        .execute(&mut *tx)
        .await?;
        if ended.rows_affected() == 0 {
            return Ok(false);
        }
        let name = sqlx::query_scalar("SELECT name FROM oauth_client WHERE id = $1");
        let name = name.bind(client.as_str()).fetch_one(&mut *tx).await?;
        let event = Event::AppRevoked { name };
        record(&mut tx, About::Person(user), &event, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}
