//! Authorization codes, access tokens and signing keys of the simulated identity providers. Codes, tokens and client
//! secrets are stored as hashes only. All times are Unix milliseconds of real time.

use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// The number of codes, and of tokens, that are kept. It bounds the file, however often the sign-in page is used.
const MOST: i64 = 500;
/// How long a code is kept after it expires.
const REMEMBERED_MS: i64 = 600_000;
/// The number of superseded keys that are kept for each provider.
const MOST_OLD_KEYS: i64 = 4;

/// A stored authorization code.
#[derive(FromRow)]
pub struct CodeRow {
    /// SHA-256 of the code.
    pub hash: String,
    /// The provider's name.
    pub provider: String,
    /// The client that it was issued to.
    pub client_id: String,
    /// When it expires, in Unix milliseconds.
    pub expires_at: i64,
    /// When it was exchanged, in Unix milliseconds.
    pub used_at: Option<i64>,
    /// SHA-256 of the client secret that was sent with it first.
    pub secret_hash: Option<String>,
    /// The grant as JSON: what was requested and what the person shares.
    pub record: String,
}

/// A stored access token.
#[derive(FromRow)]
pub struct TokenRow {
    /// SHA-256 of the token.
    pub hash: String,
    /// SHA-256 of the code that it was issued for.
    pub code_hash: String,
    /// The provider's name.
    pub provider: String,
    /// When it expires, in Unix milliseconds.
    pub expires_at: i64,
    /// SHA-256 of its `appsecret_proof`.
    pub proof_hash: String,
    /// The grant as JSON: what was requested and what the person shares.
    pub record: String,
}

/// A stored signing key.
#[derive(FromRow)]
pub struct IdentityKeyRow {
    /// The key id.
    pub kid: String,
    /// The provider's name.
    pub provider: String,
    /// The private key as PKCS #8.
    pub pkcs8: Vec<u8>,
    /// When it was created, in Unix milliseconds.
    pub created_at: i64,
}

/// Inserts a code. Deletes codes that expired a while ago, and the oldest when there are too many.
pub async fn insert_code(
    db: &mut SqliteConnection,
    code: &CodeRow,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO identity_code (seq, hash, provider, client_id, expires_at, record)
         SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5 FROM identity_code",
    )
    .bind(&code.hash)
    .bind(&code.provider)
    .bind(&code.client_id)
    .bind(code.expires_at)
    .bind(&code.record)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "DELETE FROM identity_code
         WHERE expires_at < $1 OR seq <= (SELECT MAX(seq) FROM identity_code) - $2",
    )
    .bind(now - REMEMBERED_MS)
    .bind(MOST)
    .execute(db)
    .await?;
    Ok(())
}

/// Returns the code with this hash, used or not.
pub async fn code(
    db: &mut SqliteConnection,
    provider: &str,
    hash: &str,
) -> Result<Option<CodeRow>, StoreError> {
    let row = sqlx::query_as("SELECT * FROM identity_code WHERE hash = $1 AND provider = $2")
        .bind(hash)
        .bind(provider)
        .fetch_optional(db)
        .await?;
    Ok(row)
}

/// Saves when a code was used and with which secret.
pub async fn update_code(db: &mut SqliteConnection, code: &CodeRow) -> Result<(), StoreError> {
    sqlx::query("UPDATE identity_code SET used_at = $2, secret_hash = $3 WHERE hash = $1")
        .bind(&code.hash)
        .bind(code.used_at)
        .bind(&code.secret_hash)
        .execute(db)
        .await?;
    Ok(())
}

/// Inserts an access token. Deletes expired tokens, and the oldest when there are too many.
pub async fn insert_token(
    db: &mut SqliteConnection,
    token: &TokenRow,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO identity_token (seq, hash, code_hash, provider, expires_at, proof_hash, record)
         SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6 FROM identity_token",
    )
    .bind(&token.hash)
    .bind(&token.code_hash)
    .bind(&token.provider)
    .bind(token.expires_at)
    .bind(&token.proof_hash)
    .bind(&token.record)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "DELETE FROM identity_token
         WHERE expires_at <= $1 OR seq <= (SELECT MAX(seq) FROM identity_token) - $2",
    )
    .bind(now)
    .bind(MOST)
    .execute(db)
    .await?;
    Ok(())
}

/// Returns the access token with this hash, expired or not.
pub async fn token(
    db: &mut SqliteConnection,
    provider: &str,
    hash: &str,
) -> Result<Option<TokenRow>, StoreError> {
    let row = sqlx::query_as("SELECT * FROM identity_token WHERE hash = $1 AND provider = $2")
        .bind(hash)
        .bind(provider)
        .fetch_optional(db)
        .await?;
    Ok(row)
}

/// Deletes the access tokens that were issued for a code.
pub async fn end_tokens_of(db: &mut SqliteConnection, code_hash: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM identity_token WHERE code_hash = $1")
        .bind(code_hash)
        .execute(db)
        .await?;
    Ok(())
}

/// Returns the keys that a provider publishes. The first one signs.
pub async fn keys(
    db: &mut SqliteConnection,
    provider: &str,
    now: i64,
) -> Result<Vec<IdentityKeyRow>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT * FROM identity_key
         WHERE provider = $1 AND (expires_at IS NULL OR expires_at > $2)
         ORDER BY seq DESC",
    )
    .bind(provider)
    .bind(now)
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Inserts the key that signs from now on. Older keys expire at `others_expire_at` (Unix milliseconds); keys that have
/// expired are deleted.
pub async fn insert_key(
    db: &mut SqliteConnection,
    key: &IdentityKeyRow,
    others_expire_at: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE identity_key SET expires_at = $2 WHERE provider = $1 AND expires_at IS NULL",
    )
    .bind(&key.provider)
    .bind(others_expire_at)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "DELETE FROM identity_key
         WHERE provider = $1 AND (expires_at <= $2 OR seq NOT IN
             (SELECT seq FROM identity_key WHERE provider = $1 ORDER BY seq DESC LIMIT $3))",
    )
    .bind(&key.provider)
    .bind(key.created_at)
    .bind(MOST_OLD_KEYS)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO identity_key (seq, kid, provider, pkcs8, created_at)
         SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4 FROM identity_key",
    )
    .bind(&key.kid)
    .bind(&key.provider)
    .bind(&key.pkcs8)
    .bind(key.created_at)
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    async fn count(db: &mut SqliteConnection, table: &'static str) -> i64 {
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        sqlx::query_scalar(sql)
            .fetch_one(db)
            .await
            .expect("a number")
    }

    fn code_row(name: &str, expires_at: i64) -> CodeRow {
        CodeRow {
            hash: name.to_owned(),
            provider: "oidc".to_owned(),
            client_id: "me".to_owned(),
            expires_at,
            used_at: None,
            secret_hash: None,
            record: "{}".to_owned(),
        }
    }

    fn token_row(name: &str, expires_at: i64) -> TokenRow {
        TokenRow {
            hash: name.to_owned(),
            code_hash: "code".to_owned(),
            provider: "oidc".to_owned(),
            expires_at,
            proof_hash: String::new(),
            record: "{}".to_owned(),
        }
    }

    #[tokio::test]
    async fn only_so_many_codes_tokens_and_keys_are_kept_and_the_oldest_go_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a file");
        let mut write = store.write().await.expect("a write");
        for n in 0..MOST + 20 {
            let name = n.to_string();
            insert_code(&mut write, &code_row(&name, 1000), 0)
                .await
                .expect("kept");
            insert_token(&mut write, &token_row(&name, 1000), 0)
                .await
                .expect("kept");
        }
        assert_eq!(count(&mut write, "identity_code").await, MOST);
        assert_eq!(count(&mut write, "identity_token").await, MOST);
        let oldest = code(&mut write, "oidc", "19").await.expect("read");
        assert!(oldest.is_none());
        let newest = code(&mut write, "oidc", "519").await.expect("read");
        assert!(newest.is_some());

        let later = 1000 + REMEMBERED_MS + 1;
        insert_code(&mut write, &code_row("new", later + 1), later)
            .await
            .expect("kept");
        insert_token(&mut write, &token_row("new", later + 1), later)
            .await
            .expect("kept");
        assert_eq!(count(&mut write, "identity_code").await, 1);
        assert_eq!(count(&mut write, "identity_token").await, 1);

        for n in 0..20 {
            let key = IdentityKeyRow {
                kid: n.to_string(),
                provider: "oidc".to_owned(),
                pkcs8: Vec::new(),
                created_at: n,
            };
            insert_key(&mut write, &key, 1000).await.expect("kept");
        }
        let told = keys(&mut write, "oidc", 500).await.expect("read");
        let kids: Vec<&str> = told.iter().map(|key| key.kid.as_str()).collect();
        assert_eq!(kids, ["19", "18", "17", "16", "15"]);
        let told = keys(&mut write, "oidc", 1000).await.expect("read");
        assert_eq!(told.len(), 1, "the others have expired");
    }
}
