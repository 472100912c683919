//! A person's live sessions, tokens and keys, and ending them.

use jiff::Timestamp;

use crate::access::devices::{self, KnownHere};
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, Tx};
use domain::access::Access;
use domain::activity::Event;
use domain::id::UserId;

/// Three columns that count the sessions, programs and keys of the person with this id that are live at `$2`.
macro_rules! access_columns {
    ($person:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM browser_session s WHERE s.person_id = ",
            $person,
            " AND s.expires_at > $2) AS browsers,
             (SELECT COUNT(*) FROM token_family f WHERE f.person_id = ",
            $person,
            " AND f.revoked_at IS NULL AND f.ends_at > $2 AND EXISTS (SELECT 1 FROM refresh_token r
                 WHERE r.family_id = f.id AND r.used_at IS NULL AND r.expires_at > $2)) AS programs,
             (SELECT COUNT(*) FROM api_key k WHERE k.person_id = ",
            $person,
            " AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)) AS keys"
        )
    };
}
pub(crate) use access_columns;

/// A condition on a token family `f`: it is of the person `$1`, of a program that logged in with their password, and
/// holds live tokens at `$2`. Apps do not count.
macro_rules! live_programs {
    () => {
        "f.person_id = $1 AND f.client_id IS NULL AND f.revoked_at IS NULL AND f.ends_at > $2
         AND EXISTS (SELECT 1 FROM refresh_token r WHERE r.family_id = f.id AND r.used_at IS NULL AND r.expires_at > $2)"
    };
}
pub(crate) use live_programs;

const COUNTS: &str = concat!("SELECT ", access_columns!("$1"));

impl Store {
    /// The number of programs that a person logged in through directly and that hold live tokens; apps do not count.
    /// `now` in Unix milliseconds.
    pub async fn programs_of(&self, user: &UserId, now: i64) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(concat!(
            "SELECT COUNT(*) FROM token_family f WHERE ",
            live_programs!()
        ))
        .bind(user.as_str())
        .bind(now)
        .fetch_one(&self.read)
        .await?)
    }

    /// Logs a person out everywhere on behalf of the admin `by`, revokes their API keys, and records that in the
    /// person's activity. Returns what was ended; if that was nothing, no activity is recorded.
    pub async fn end_access_for_operator(
        &self,
        user: &UserId,
        by: String,
        now: Timestamp,
    ) -> Result<Access, StoreError> {
        let (mut tx, at) = (self.begin().await?, now.as_millisecond());
        let counts = sqlx::query_as(COUNTS).bind(user.as_str()).bind(at);
        let ended = counted(counts.fetch_one(&mut *tx).await?);
        end_access(&mut tx, user, "operator", true, at).await?;
        // Someone else may have logged in from a known device or address.
        devices::forget_others(&mut tx, user, &KnownHere::default()).await?;
        if ended != Access::default() {
            let event = Event::LoggedOutEverywhere { by, ended };
            record(&mut tx, About::Person(user), &event, now).await?;
        }
        tx.commit().await?;
        Ok(ended)
    }
}

/// Ends every session and token family of a person, and with `keys` every API key. `reason` is one word. Returns the
/// names of the keys.
pub(crate) async fn end_access(
    tx: &mut Tx,
    user: &UserId,
    reason: &str,
    keys: bool,
    now: i64,
) -> Result<Vec<String>, StoreError> {
    sqlx::query("DELETE FROM browser_session WHERE person_id = $1")
        .bind(user.as_str())
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "UPDATE token_family SET revoked_at = $2, revoked_for = $3 WHERE person_id = $1 AND revoked_at IS NULL",
    )
    .bind(user.as_str())
    .bind(now)
    .bind(reason)
    .execute(&mut **tx)
    .await?;
    // An app could begin a new family with a code that it has not exchanged yet.
    sqlx::query("DELETE FROM oauth_code WHERE person_id = $1")
        .bind(user.as_str())
        .execute(&mut **tx)
        .await?;
    if !keys {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_scalar(
        "UPDATE api_key SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL RETURNING name",
    )
    .bind(user.as_str())
    .bind(now)
    .fetch_all(&mut **tx)
    .await?)
}

fn counted((browsers, programs, keys): (i64, i64, i64)) -> Access {
    Access {
        browsers,
        programs,
        keys,
    }
}

#[cfg(test)]
mod tests {
    use sqlx::SqlitePool;
    use sqlx::sqlite::SqlitePoolOptions;

    use crate::MIGRATIONS;

    /// The migration that added expiry to access.
    const ENDS: i64 = 17;
    const YEAR: i64 = 365 * 24 * 3_600_000;

    async fn migrated(pool: &SqlitePool, versions: std::ops::RangeInclusive<i64>) {
        let wanted = MIGRATIONS.iter().filter(|m| versions.contains(&m.version));
        for migration in wanted {
            let done = sqlx::raw_sql(migration.sql.clone()).execute(pool).await;
            done.expect("it is migrated");
        }
    }

    #[tokio::test]
    async fn what_was_there_before_gets_an_end_from_its_beginning() {
        // Each in-memory connection has its own database.
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect("sqlite::memory:").await.expect("a database");
        migrated(&pool, 1..=ENDS - 1).await;
        let rows = "INSERT INTO person (id, email, email_folded, first_name, last_name, password_hash, created_at)
                VALUES ('p', 'a@b.example', 'a@b.example', 'A', 'B', 'x', 1);
            INSERT INTO token_family (id, person_id, created_at, last_used_at) VALUES ('f', 'p', 1000, 5000);
            INSERT INTO api_key (id, person_id, name, scopes, key_hash, beginning, created_at)
                VALUES ('k', 'p', 'Test', 'read', 'hash', 'pbk_', 1000);";
        sqlx::raw_sql(rows).execute(&pool).await.expect("written");
        migrated(&pool, ENDS..=ENDS).await;
        let (ends, expires, id): (i64, Option<i64>, String) = sqlx::query_as(
            "SELECT f.ends_at, k.expires_at, i.id FROM token_family f, api_key k, instance i",
        )
        .fetch_one(&pool)
        .await
        .expect("one row of each");
        assert_eq!((ends, expires), (1000 + YEAR, None));
        assert!(
            id.len() == 8 && id.chars().all(|c| c.is_ascii_hexdigit()),
            "{id}"
        );
    }
}
