//! Where a person is logged in: browser sessions, and programs that logged in with the password. A log-in is ended
//! only for the person whose it is, and its end is recorded in their activity in the same transaction.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::access::end_access::live_programs;
use crate::decode::{moment, moment_or_none};
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError};
use domain::access::Access;
use domain::activity::Event;
use domain::id::{FamilyId, SessionId, UserId};

/// Where a person is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logins {
    /// The browsers: this one first, then the one used last.
    pub browsers: Vec<BrowserLogin>,
    /// The programs, apps excepted, newest first.
    pub programs: Vec<ProgramLogin>,
}

/// A browser that a person is logged in on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserLogin {
    /// Its public id.
    pub id: SessionId,
    /// The browser in words; `None` if unknown.
    pub browser: Option<String>,
    /// The address from which it was last used; `None` if unknown.
    pub address: Option<String>,
    /// When the person logged in; `None` if unknown.
    pub created_at: Option<Timestamp>,
    /// When it was last used, to the hour; `None` if unknown.
    pub last_used_at: Option<Timestamp>,
    /// When it ends unless it is used before.
    pub expires_at: Timestamp,
    /// Whether it is the browser that asks.
    pub is_here: bool,
}

/// A program that logged in with a person's password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramLogin {
    /// The family of its tokens.
    pub id: FamilyId,
    /// When it logged in.
    pub created_at: Timestamp,
    /// When it last got tokens.
    pub last_used_at: Timestamp,
}

#[derive(FromRow)]
struct BrowserRow {
    public_id: String,
    browser: Option<String>,
    address: Option<String>,
    created_at: Option<i64>,
    last_used_at: Option<i64>,
    expires_at: i64,
    is_here: bool,
}

#[derive(FromRow)]
struct ProgramRow {
    id: String,
    created_at: i64,
    last_used_at: i64,
}

/// A person could log in thousands of times; the first hundred are enough to recognize a foreign one.
const BROWSERS: &str = "SELECT public_id, browser, address, created_at, last_used_at, expires_at, id_hash = $3 AS is_here
     FROM browser_session WHERE person_id = $1 AND expires_at > $2
     ORDER BY is_here DESC, last_used_at DESC, public_id DESC LIMIT 100";
const PROGRAMS: &str = concat!(
    "SELECT f.id, f.created_at, f.last_used_at FROM token_family f WHERE ",
    live_programs!(),
    " ORDER BY f.created_at DESC, f.id DESC LIMIT 100"
);
/// Counts the browsers other than `$3`, and the programs.
const OTHERS: &str = concat!(
    "SELECT (SELECT COUNT(*) FROM browser_session WHERE person_id = $1 AND expires_at > $2 AND id_hash <> $3),
     (SELECT COUNT(*) FROM token_family f WHERE ",
    live_programs!(),
    ")"
);

impl Store {
    /// Where a person is logged in. `here` is the hash of the id of the session that asks.
    pub async fn logins(
        &self,
        user: &UserId,
        here: &str,
        now: Timestamp,
    ) -> Result<Logins, StoreError> {
        let now = now.as_millisecond();
        let browsers: Vec<BrowserRow> = sqlx::query_as(BROWSERS)
            .bind(user.as_str())
            .bind(now)
            .bind(here)
            .fetch_all(&self.read)
            .await?;
        let programs: Vec<ProgramRow> = sqlx::query_as(PROGRAMS)
            .bind(user.as_str())
            .bind(now)
            .fetch_all(&self.read)
            .await?;
        let browsers = browsers.into_iter().map(BrowserRow::decode);
        let programs = programs.into_iter().map(ProgramRow::decode);
        Ok(Logins {
            browsers: browsers.collect::<Result<_, _>>()?,
            programs: programs.collect::<Result<_, _>>()?,
        })
    }

    /// Ends a session of a person on another browser than `here`; `false` if there is none.
    pub async fn end_browser(
        &self,
        user: &UserId,
        id: &SessionId,
        here: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let ended: Option<Option<String>> = sqlx::query_scalar(
            "DELETE FROM browser_session
             WHERE public_id = $1 AND person_id = $2 AND id_hash <> $3 AND expires_at > $4 RETURNING browser",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .bind(here)
        .bind(now.as_millisecond())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(browser) = ended else {
            return Ok(false);
        };
        let browser = browser.unwrap_or_default();
        let event = Event::BrowserLoggedOut { browser };
        record(&mut tx, About::Person(user), &event, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ends the tokens of a program that logged in with a person's password; `false` if there is none.
    pub async fn end_program(
        &self,
        user: &UserId,
        id: &FamilyId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let ended = sqlx::query(
            "UPDATE token_family SET revoked_at = $1, revoked_for = 'person'
             WHERE id = $2 AND person_id = $3 AND client_id IS NULL AND revoked_at IS NULL AND ends_at > $1",
        )
        .bind(now.as_millisecond())
        .bind(id.as_str())
        .bind(user.as_str())
        .execute(&mut *tx)
        .await?;
        if ended.rows_affected() == 0 {
            return Ok(false);
        }
        record(&mut tx, About::Person(user), &Event::ProgramLoggedOut, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ends every session of a person but the one `here`, and the tokens of every program that logged in with the
    /// password. Returns how many there were; if none, nothing is recorded.
    pub async fn end_other_logins(
        &self,
        user: &UserId,
        here: &str,
        now: Timestamp,
    ) -> Result<Access, StoreError> {
        let (mut tx, at) = (self.begin().await?, now.as_millisecond());
        let (browsers, programs): (i64, i64) = sqlx::query_as(OTHERS)
            .bind(user.as_str())
            .bind(at)
            .bind(here)
            .fetch_one(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM browser_session WHERE person_id = $1 AND id_hash <> $2")
            .bind(user.as_str())
            .bind(here)
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "UPDATE token_family SET revoked_at = $1, revoked_for = 'person'
             WHERE person_id = $2 AND client_id IS NULL AND revoked_at IS NULL",
        )
        .bind(at)
        .bind(user.as_str())
        .execute(&mut *tx)
        .await?;
        let ended = Access {
            browsers,
            programs,
            keys: 0,
        };
        if ended != Access::default() {
            let event = Event::OthersLoggedOut { ended };
            record(&mut tx, About::Person(user), &event, now).await?;
        }
        tx.commit().await?;
        Ok(ended)
    }
}

impl BrowserRow {
    fn decode(self) -> Result<BrowserLogin, StoreError> {
        Ok(BrowserLogin {
            id: SessionId::parse(&self.public_id).ok_or(StoreError::Unreadable("session"))?,
            browser: self.browser,
            address: self.address,
            created_at: moment_or_none(self.created_at)?,
            last_used_at: moment_or_none(self.last_used_at)?,
            expires_at: moment(self.expires_at)?,
            is_here: self.is_here,
        })
    }
}

impl ProgramRow {
    fn decode(self) -> Result<ProgramLogin, StoreError> {
        Ok(ProgramLogin {
            id: FamilyId::parse(&self.id).ok_or(StoreError::Unreadable("family"))?,
            created_at: moment(self.created_at)?,
            last_used_at: moment(self.last_used_at)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqlitePoolOptions;

    use crate::MIGRATIONS;

    /// The migration that added what the list shows.
    const LIST: i64 = 31;

    #[tokio::test]
    async fn sessions_from_before_know_their_times_and_have_public_ids() {
        // Each in-memory connection has its own database.
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect("sqlite::memory:").await.expect("a database");
        for migration in MIGRATIONS.iter().filter(|m| m.version <= LIST) {
            if migration.version == LIST {
                let rows = r#"INSERT INTO person
                        (id, email, email_folded, first_name, last_name, password_hash, created_at)
                        VALUES ('p', 'a@b.example', 'a@b.example', 'A', 'B', 'x', 1);
                    INSERT INTO browser_session (id_hash, person_id, data, expires_at) VALUES
                        ('a', 'p', '{"user":"p","since":5,"touched":7}', 9), ('b', NULL, '{}', 9);"#;
                sqlx::raw_sql(rows).execute(&pool).await.expect("written");
            }
            let done = sqlx::raw_sql(migration.sql.clone()).execute(&pool).await;
            done.expect("it is migrated");
        }
        let rows: Vec<(String, Option<i64>, Option<i64>)> = sqlx::query_as(
            "SELECT public_id, created_at, last_used_at FROM browser_session ORDER BY id_hash",
        )
        .fetch_all(&pool)
        .await
        .expect("two rows");
        let times: Vec<_> = rows.iter().map(|row| (row.1, row.2)).collect();
        assert_eq!(times, [(Some(5), Some(7)), (None, None)]);
        assert_ne!(rows[0].0, rows[1].0);
        for (id, ..) in &rows {
            assert!(domain::id::SessionId::parse(id).is_some(), "{id}");
        }
    }
}
