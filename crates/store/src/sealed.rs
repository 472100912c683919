//! Every sealed secret of the database, so that all of them can be resealed with a new key.

use sqlx::SqliteConnection;

use crate::{Store, StoreError};

/// The owner of the keys that sign tokens: the program, not a person.
pub const TOKEN_KEY_OWNER: &str = "token_key";

/// A column that contains sealed secrets.
#[derive(Debug)]
pub struct SealedColumn {
    /// The table's name.
    pub table: &'static str,
    /// The column's name.
    pub column: &'static str,
    /// The description in words, singular and plural.
    pub words: [&'static str; 2],
    read: &'static str,
    write: &'static str,
}

/// One sealed secret.
#[derive(Clone, Debug)]
pub struct SealedValue {
    /// The column it is stored in.
    pub column: &'static SealedColumn,
    /// The id of its row, which the seal is bound to.
    pub row: String,
    /// The owner, which the seal is bound to.
    pub owner: String,
    /// The sealed secret.
    pub sealed: Vec<u8>,
}

/// A column with its statements. The owner is NULL if rows belong to no person. A wiped secret is empty.
macro_rules! column {
    ($table:literal, $column:literal, of $owner:literal, $words:expr) => {
        SealedColumn {
            table: $table,
            column: $column,
            words: $words,
            read: concat!(
                "SELECT id, ",
                $owner,
                ", ",
                $column,
                " FROM ",
                $table,
                " WHERE ",
                $column,
                " IS NOT NULL ORDER BY id"
            ),
            write: concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $1 WHERE id = $2 AND ",
                $column,
                " = $3"
            ),
        }
    };
}

/// Every column that holds sealed secrets.
#[rustfmt::skip]
static COLUMNS: [SealedColumn; 9] = [
    column!("connection", "sealed_token", of "person_id", ["access token of a bank", "access tokens of banks"]),
    column!("link_attempt", "sealed_public_token", of "person_id",
        ["token of a link that is not finished", "tokens of links that are not finished"]),
    column!("link_attempt", "sealed_token", of "person_id", ["link token", "link tokens"]),
    column!("link_attempt", "sealed_hosted_url", of "person_id",
        ["address of a hosted link", "addresses of hosted links"]),
    column!("outbound_endpoint", "sealed_secret", of "person_id", ["secret of a webhook", "secrets of webhooks"]),
    column!("outbound_endpoint", "sealed_previous", of "person_id",
        ["earlier secret of a webhook", "earlier secrets of webhooks"]),
    column!("two_step", "sealed_secret", of "person_id",
        ["secret of an authenticator app", "secrets of authenticator apps"]),
    column!("outgoing_mail", "sealed_code", of "person_id",
        ["code in an email that waits", "codes in emails that wait"]),
    column!("token_key", "sealed_key", of "NULL",
        ["key that signs tokens of programs", "keys that sign tokens of programs"]),
];

/// The sealed secrets of one column.
async fn values_in(
    connection: &mut SqliteConnection,
    column: &'static SealedColumn,
) -> Result<impl Iterator<Item = SealedValue> + use<>, StoreError> {
    let rows: Vec<(String, Option<String>, Vec<u8>)> =
        sqlx::query_as(column.read).fetch_all(connection).await?;
    // Not filtered in SQL: SQLite's length() of a value that is not a blob ends at its first zero.
    let kept = rows.into_iter().filter(|(_, _, sealed)| !sealed.is_empty());
    Ok(kept.map(|(row, owner, sealed)| SealedValue {
        column,
        row,
        owner: owner.unwrap_or_else(|| TOKEN_KEY_OWNER.to_owned()),
        sealed,
    }))
}

/// Every sealed secret of a database of this schema or an earlier one, which lacks some of the columns.
pub(crate) async fn values_there(
    connection: &mut SqliteConnection,
) -> Result<Vec<SealedValue>, StoreError> {
    let mut values = Vec::new();
    for column in &COLUMNS {
        let there: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM pragma_table_info($1) WHERE name = $2")
                .bind(column.table)
                .bind(column.column)
                .fetch_one(&mut *connection)
                .await?;
        if there > 0 {
            values.extend(values_in(connection, column).await?);
        }
    }
    Ok(values)
}

impl Store {
    /// Every sealed secret, access tokens first.
    pub async fn sealed_values(&self) -> Result<Vec<SealedValue>, StoreError> {
        // Uses the writer, so that nothing committed a moment ago is missed.
        let mut connection = self.write.acquire().await?;
        let mut values = Vec::new();
        for column in &COLUMNS {
            values.extend(values_in(&mut connection, column).await?);
        }
        Ok(values)
    }

    /// Replaces sealed secrets: all of them, or none if one has changed since it was read. Drops the flash messages
    /// in sessions, which are sealed too.
    ///
    /// # Errors
    /// [`StoreError::SealedMeanwhile`].
    pub async fn replace_sealed(
        &self,
        values: &[(SealedValue, Vec<u8>)],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for (before, anew) in values {
            let done = sqlx::query(before.column.write)
                .bind(anew)
                .bind(&before.row)
                .bind(&before.sealed)
                .execute(&mut *tx)
                .await?;
            if done.rows_affected() != 1 {
                return Err(StoreError::SealedMeanwhile);
            }
        }
        sqlx::query(
            "UPDATE browser_session SET data = json_remove(data, '$.flash')
             WHERE json_extract(data, '$.flash') IS NOT NULL",
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Rewrites the file, so that it contains no remains of overwritten or deleted data. `false` if another program
    /// is reading, so that the write-ahead log had to be left as it is.
    ///
    /// # Errors
    /// If the disk has no room for the rewritten file.
    pub async fn wipe_remains(&self) -> Result<bool, StoreError> {
        // SQLite's temporary copy may be larger than the memory.
        sqlx::query("PRAGMA temp_store = FILE")
            .execute(&self.write)
            .await?;
        sqlx::query("VACUUM").execute(&self.write).await?;
        self.empty_write_ahead_log().await
    }

    /// Moves the write-ahead log into the database file and empties it; otherwise it keeps earlier copies of pages
    /// until they are overwritten. `false` if a reader prevented this.
    pub async fn empty_write_ahead_log(&self) -> Result<bool, StoreError> {
        let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&self.write)
            .await?;
        Ok(busy == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MIGRATIONS, options};

    /// Every new sealed column must be added to the list, or a key change would leave it sealed with the lost old
    /// key.
    #[tokio::test]
    async fn every_sealed_column_of_the_database_is_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("passbook.db")).await;
        let store = store.expect("a database");
        let there: Vec<String> = sqlx::query_scalar(
            "SELECT t.name || '.' || c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
             WHERE t.type = 'table' AND c.name LIKE '%sealed%' ORDER BY 1",
        )
        .fetch_all(&store.write)
        .await
        .expect("a schema");
        let mut known: Vec<String> = COLUMNS
            .iter()
            .map(|known| format!("{}.{}", known.table, known.column))
            .collect();
        known.sort();
        assert_eq!(there, known);
    }

    /// Rows as the previous version wrote them.
    const BEFORE: [&str; 5] = [
        "INSERT INTO person (id, email, email_folded, first_name, last_name, password_hash, created_at)
            VALUES ('ada', 'a@b.c', 'a@b.c', 'Ada', 'Byron', 'none', 0)",
        "INSERT INTO link_attempt (id, person_id, chooses_accounts, token, hosted_url, created_at, expires_at)
            VALUES ('open', 'ada', 0, 'link-canary', 'https://canary.example', 0, 9)",
        r#"INSERT INTO browser_session (id_hash, data, expires_at) VALUES
            ('one', '{"user":"ada","flash":{"shown_once":"pbk_canary"}}', 9), ('two', '{"user":"ada"}', 9)"#,
        "INSERT INTO idempotent_write (person_id, key_hash, fingerprint, created_at) VALUES ('ada', 'k', 'canary', 0)",
        r#"INSERT INTO webhook_delivery (provider, body_hash, body, webhook_type, webhook_code, received_at, latency_ms,
            caused, last_received_at) VALUES ('plaid', 'h', CAST('{"link_token":"link-canary","a":1}' AS BLOB), 'LINK',
            'SESSION_FINISHED', 0, 0, 'nothing', 0)"#,
    ];

    #[tokio::test]
    async fn an_upgrade_drops_what_waits_in_plain_text_and_keeps_everything_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let pool = sqlx::SqlitePool::connect_with(
            options(&folder.path().join("old.db")).create_if_missing(true),
        );
        let pool = pool.await.expect("a database");
        for migration in MIGRATIONS.iter() {
            if migration.version == 16 {
                for sql in BEFORE {
                    sqlx::query(sql).execute(&pool).await.expect(sql);
                }
            }
            let done = sqlx::raw_sql(migration.sql.clone()).execute(&pool).await;
            done.expect(&migration.description);
        }
        for (sql, there) in [
            (
                "SELECT id || expires_at || (sealed_token IS NULL) FROM link_attempt WHERE finished_at IS NULL",
                "open91",
            ),
            (
                "SELECT data FROM browser_session WHERE id_hash = 'one'",
                r#"{"user":"ada"}"#,
            ),
            (
                "SELECT data FROM browser_session WHERE id_hash = 'two'",
                r#"{"user":"ada"}"#,
            ),
            ("SELECT key_hash || fingerprint FROM idempotent_write", "k"),
            (
                "SELECT CAST(body AS TEXT) FROM webhook_delivery",
                r#"{"link_token":"[blanked]","a":1}"#,
            ),
        ] {
            let found: String = sqlx::query_scalar(sql).fetch_one(&pool).await.expect(sql);
            assert_eq!(found, there);
        }
    }
}
