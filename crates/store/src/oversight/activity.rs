//! The activity log, which a person reads about their own account. An entry is written in the transaction of the
//! event that it describes, so that neither exists without the other.

use jiff::Timestamp;
use sqlx::{FromRow, QueryBuilder, Sqlite};

use crate::books::sync_commit::{Applied, SyncCommit};
use crate::decode::moment;
use crate::{Store, StoreError, Tx, mail};
use domain::activity::Event;
use domain::feed::UpdateStatus;
use domain::id::{ConnectionId, LinkId, UserId};
use domain::mail::MailKind;
use domain::problem::Problem;

/// The subject of an entry.
#[derive(Clone, Copy, Debug)]
pub(crate) enum About<'a> {
    /// A person.
    Person(&'a UserId),
    /// A connection, and thereby its owner.
    Connection(&'a ConnectionId),
}

/// An entry of the log.
#[derive(Clone, Debug)]
pub struct ActivityRecord {
    /// Its position, which increases with time.
    pub id: i64,
    /// When it happened.
    pub happened_at: Timestamp,
    /// The connection concerned, while it exists.
    pub connection_id: Option<ConnectionId>,
    /// The institution's name at that time.
    pub institution_name: Option<String>,
    /// What happened.
    pub event: Event,
}

#[derive(FromRow)]
struct ActivityRow {
    id: i64,
    happened_at: i64,
    connection_id: Option<String>,
    institution_name: Option<String>,
    event: String,
    facts: String,
}

impl ActivityRow {
    fn decode(self) -> Result<ActivityRecord, StoreError> {
        let facts: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&self.facts).map_err(|_| StoreError::Unreadable("fact"))?;
        let fact = |name: &str| Some(facts.get(name)?.as_str()?.to_owned());
        Ok(ActivityRecord {
            id: self.id,
            happened_at: moment(self.happened_at)?,
            connection_id: self.connection_id.as_deref().and_then(ConnectionId::parse),
            institution_name: self.institution_name,
            event: Event::from_stored(&self.event, fact),
        })
    }
}

/// Writes an entry inside a transaction, and the mail that tells of it, if one does.
pub(crate) async fn record(
    tx: &mut Tx,
    about: About<'_>,
    event: &Event,
    now: Timestamp,
) -> Result<(), StoreError> {
    let facts = event.facts().into_iter();
    let facts: serde_json::Map<String, serde_json::Value> = facts
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let (sql, id) = match about {
        About::Person(id) => (
            "INSERT INTO activity (person_id, happened_at, event, facts) VALUES ($1, $2, $3, $4)",
            id.as_str(),
        ),
        About::Connection(id) => (
            "INSERT INTO activity (person_id, connection_id, institution_name, happened_at, event, facts)
             SELECT person_id, id, institution_name, $2, $3, $4 FROM connection WHERE id = $1",
            id.as_str(),
        ),
    };
    sqlx::query(sql)
        .bind(id)
        .bind(now.as_millisecond())
        .bind(event.word())
        .bind(serde_json::Value::Object(facts).to_string())
        .execute(&mut **tx)
        .await?;
    match (about, MailKind::of_event(event)) {
        (About::Person(id), Some(kind)) => mail::notify(tx, id.as_str(), kind, &[], now).await,
        _ => Ok(()),
    }
}

/// Records the changes of a sync, if there were any, and the end of a problem.
pub(crate) async fn record_sync(
    tx: &mut Tx,
    commit: &SyncCommit<'_>,
    applied: Applied,
) -> Result<(), StoreError> {
    let about = About::Connection(&commit.connection.id);
    if let (Some(before), None) = (&commit.connection.problem, &commit.facts.problem) {
        let code = before.code.clone();
        record(tx, about, &Event::ProblemCleared { code }, commit.now).await?;
    }
    let first = commit.connection.history_complete_at.is_none();
    if first && commit.status == UpdateStatus::Historical {
        let rows: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM bank_transaction WHERE connection_id = $1")
                .bind(commit.connection.id.as_str())
                .fetch_one(&mut **tx)
                .await?;
        let rows = u64::try_from(rows).unwrap_or(0);
        return record(tx, about, &Event::FirstSyncComplete { rows }, commit.now).await;
    }
    if applied == Applied::default() {
        return Ok(());
    }
    let event = Event::Synced {
        added: applied.added,
        modified: applied.modified,
        removed: applied.removed,
    };
    record(tx, about, &event, commit.now).await
}

/// Records the beginning of a problem, unless the connection already has it.
pub(crate) async fn record_problem(
    tx: &mut Tx,
    id: &ConnectionId,
    problem: &Problem,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before: Option<Option<String>> =
        sqlx::query_scalar("SELECT problem_code FROM connection WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut **tx)
            .await?;
    if before.flatten().as_ref() == Some(&problem.code) {
        return Ok(());
    }
    let event = Event::ProblemBegan {
        code: problem.code.clone(),
        message: problem.message.clone(),
    };
    record(tx, About::Connection(id), &event, now).await?;
    if !problem.remedy().needs_the_person() {
        return Ok(());
    }
    mail_problem(tx, id, problem, now).await
}

/// Writes the mail that tells a person that their bank needs them. A problem that comes and goes is told once a day.
async fn mail_problem(
    tx: &mut Tx,
    id: &ConnectionId,
    problem: &Problem,
    now: Timestamp,
) -> Result<(), StoreError> {
    let found: Option<(String, Option<String>)> =
        sqlx::query_as("SELECT person_id, institution_name FROM connection WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut **tx)
            .await?;
    let Some((person, institution)) = found else {
        return Ok(());
    };
    let kind = MailKind::BankNeedsYou;
    if mail::was_told(tx, &person, kind, ("connection", id.as_str()), now).await? {
        return Ok(());
    }
    let facts = [
        ("connection", id.as_str()),
        ("institution", institution.as_deref().unwrap_or_default()),
        ("message", problem.message.as_str()),
    ];
    mail::notify(tx, &person, kind, &facts, now).await
}

/// Records the result of an attempt at a linked bank.
pub(crate) async fn record_repair(
    tx: &mut Tx,
    attempt: &LinkId,
    id: &ConnectionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let chose: Option<bool> =
        sqlx::query_scalar("SELECT chooses_accounts FROM link_attempt WHERE id = $1")
            .bind(attempt.as_str())
            .fetch_optional(&mut **tx)
            .await?;
    let event = if chose == Some(true) {
        Event::AccountsChosen
    } else {
        Event::Repaired
    };
    record(tx, About::Connection(id), &event, now).await
}

/// Entries are kept for two years, in milliseconds.
const KEPT_MS: i64 = 730 * 24 * 3_600_000;
/// The newest entries kept per person, so that no log grows without limit.
const KEPT_OF_EACH: i64 = 10_000;

impl Store {
    /// Writes an entry about a person, for an event without a transaction of its own.
    pub async fn record_activity(
        &self,
        user: &UserId,
        event: &Event,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        record(&mut tx, About::Person(user), event, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Writes an entry about a connection, for an event without a transaction of its own.
    pub async fn record_activity_of(
        &self,
        id: &ConnectionId,
        event: &Event,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        record(&mut tx, About::Connection(id), event, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A person's entries, newest first, older than the position `before`, at most `limit`.
    pub async fn page_of_activity(
        &self,
        user: &UserId,
        connection: Option<&ConnectionId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ActivityRecord>, StoreError> {
        let mut sql = activity_query(user, connection, before, limit);
        let rows: Vec<ActivityRow> = sql.build_query_as().fetch_all(&self.read).await?;
        rows.into_iter().map(ActivityRow::decode).collect()
    }

    /// Deletes the oldest entries and returns how many.
    pub async fn forget_old_activity(&self, now: i64) -> Result<u64, StoreError> {
        let old = sqlx::query("DELETE FROM activity WHERE happened_at < $1")
            .bind(now.saturating_sub(KEPT_MS))
            .execute(&self.write)
            .await?;
        let many = sqlx::query(
            "DELETE FROM activity WHERE id IN (SELECT id FROM (
                 SELECT id, ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY id DESC) AS place FROM activity
             ) AS placed WHERE place > $1)",
        )
        .bind(KEPT_OF_EACH)
        .execute(&self.write)
        .await?;
        Ok(old.rows_affected() + many.rows_affected())
    }
}

/// The query for a page.
pub(crate) fn activity_query(
    user: &UserId,
    connection: Option<&ConnectionId>,
    before: Option<i64>,
    limit: u32,
) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::<Sqlite>::new(
        "SELECT id, happened_at, connection_id, institution_name, event, facts FROM activity WHERE person_id = ",
    );
    sql.push_bind(user.as_str().to_owned());
    if let Some(connection) = connection {
        sql.push(" AND connection_id = ")
            .push_bind(connection.as_str().to_owned());
    }
    if let Some(before) = before {
        sql.push(" AND id < ").push_bind(before);
    }
    sql.push(" ORDER BY id DESC LIMIT ").push(limit);
    sql
}
