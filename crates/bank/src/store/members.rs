//! Members: what MX calls a person's log-in at a bank.

use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// A member. It has no `Debug`, so that its password cannot reach a log.
#[derive(Clone)]
pub struct Member {
    /// `MBR-…`.
    pub guid: String,
    /// Its user.
    pub user_guid: String,
    /// The client's own name for it.
    pub id: Option<String>,
    /// Its bank.
    pub institution_code: String,
    /// The log-in's name.
    pub username: Option<String>,
    /// The Item of its accounts and rows, once the bank has let it in.
    pub item_id: Option<String>,
    /// Made.
    pub created_at: i64,
    /// When something happens by itself.
    pub due_at: Option<i64>,
    /// The rest.
    pub record: MemberRecord,
}

/// What else there is to a member.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MemberRecord {
    /// The log-in's password, of which the invented customer's rows are made.
    pub password: Option<String>,
    /// Whatever the client keeps here.
    pub metadata: Option<String>,
    /// The last `X-CALLBACK-PAYLOAD`.
    pub callback: Option<String>,
    /// Whether it logs in on its bank's own site.
    pub is_oauth: bool,
    /// Whether its person has allowed it there.
    pub is_allowed: bool,
    /// Whether nothing is fetched by itself.
    pub background_is_disabled: bool,
    /// MX's word for how it stands.
    pub status: Option<String>,
    /// What is going on.
    pub run: Option<Run>,
    /// What is still shown although it is over.
    pub stale: Option<Stale>,
    /// What the bank wants to know.
    pub challenges: Vec<Challenge>,
    /// How often the password was wrong in a row.
    pub failures: u8,
    /// When the last run began.
    pub aggregated_at: Option<i64>,
    /// When the last good run ended.
    pub succeeded_at: Option<i64>,
    /// The last run's `JOB-…`.
    pub job: Option<String>,
    /// The credentials were right in this run.
    pub is_authenticated: bool,
    /// Accounts are there in this run.
    pub has_accounts: bool,
    /// Transactions are there in this run.
    pub has_transactions: bool,
    /// How the next run ends, when somebody has said so.
    pub next: Option<Outcome>,
    /// Said by somebody, in place of the truth.
    pub says_aggregated: Option<bool>,
    /// Whether its webhooks are kept back.
    pub holds_webhooks: bool,
    /// The use cases it was made with.
    pub use_cases: Vec<String>,
    /// Where the browser goes after the bank's own site, for those who asked to be sent on.
    pub redirect: Option<String>,
}

/// A run: MX is looking at the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What for.
    pub job: Job,
    /// How often somebody can still look before it is over.
    pub left: u32,
    /// How it ends.
    pub outcome: Outcome,
    /// In which round of questions it is.
    pub round: u8,
    /// Whether onlookers know already how it ends.
    pub has_arrived: bool,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Job {
    /// Accounts and transactions.
    Aggregation,
    /// Two years of transactions.
    History,
}

/// How a run ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// With a status, and with data when it is `CONNECTED`.
    Status(Option<String>),
    /// With questions.
    Challenge(Asking),
}

/// What a bank asks after the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asking {
    /// Questions of these kinds, all of them in each round; the right answer is `correct`.
    Kinds {
        /// MX's types.
        kinds: Vec<String>,
        /// How many rounds.
        rounds: u8,
        /// Whether the type is said as a number.
        as_numbers: bool,
    },
    /// What the world's person is asked at this bank.
    World,
}

/// What is still shown although it is over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stale {
    /// For how many looks more.
    pub left: u32,
    /// The status.
    pub status: Option<String>,
    /// Whether it was being aggregated.
    pub is_being_aggregated: bool,
    /// The challenges.
    pub challenges: Vec<Challenge>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// `CRD-…`.
    pub guid: String,
    /// MX's type.
    pub kind: String,
    /// Whether the type is said as a number.
    pub as_number: bool,
    /// The question.
    pub label: String,
    /// What can be chosen.
    pub options: Vec<Choice>,
    /// The right answer.
    pub answer: String,
}

/// One of several answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// `CRD-…`.
    pub guid: String,
    /// What is read.
    pub label: String,
    /// What is sent.
    pub value: String,
}

/// Keeps a new member.
pub async fn insert(db: &mut SqliteConnection, member: &Member) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO mx_member (guid, user_guid, id, institution_code, username, item_id, created_at, due_at, record)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&member.guid)
    .bind(&member.user_guid)
    .bind(&member.id)
    .bind(&member.institution_code)
    .bind(&member.username)
    .bind(&member.item_id)
    .bind(member.created_at)
    .bind(member.due_at)
    .bind(serde_json::to_string(&member.record)?)
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps all that can change of a member.
pub async fn update(db: &mut SqliteConnection, member: &Member) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE mx_member SET id = $2, username = $3, item_id = $4, due_at = $5, record = $6 WHERE guid = $1",
    )
    .bind(&member.guid)
    .bind(&member.id)
    .bind(&member.username)
    .bind(&member.item_id)
    .bind(member.due_at)
    .bind(serde_json::to_string(&member.record)?)
    .execute(db)
    .await?;
    Ok(())
}

/// A user's member of this guid or client's id.
pub async fn find(
    db: &mut SqliteConnection,
    user_guid: &str,
    name: &str,
) -> Result<Option<Member>, StoreError> {
    let row: Option<MemberRow> =
        sqlx::query_as("SELECT * FROM mx_member WHERE user_guid = $1 AND (guid = $2 OR id = $2)")
            .bind(user_guid)
            .bind(name)
            .fetch_optional(db)
            .await?;
    row.map(MemberRow::member).transpose()
}

/// The member of this guid, whosever it is.
pub async fn by_guid(db: &mut SqliteConnection, guid: &str) -> Result<Option<Member>, StoreError> {
    let row: Option<MemberRow> = sqlx::query_as("SELECT * FROM mx_member WHERE guid = $1")
        .bind(guid)
        .fetch_optional(db)
        .await?;
    row.map(MemberRow::member).transpose()
}

/// The members of a user or of all, oldest first.
pub async fn list(
    db: &mut SqliteConnection,
    user_guid: Option<&str>,
) -> Result<Vec<Member>, StoreError> {
    let rows: Vec<MemberRow> = sqlx::query_as(
        "SELECT * FROM mx_member WHERE $1 IS NULL OR user_guid = $1 ORDER BY created_at, guid",
    )
    .bind(user_guid)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(MemberRow::member).collect()
}

/// Members to whom something happens by now.
pub async fn due(db: &mut SqliteConnection, now: i64) -> Result<Vec<String>, StoreError> {
    let guids = sqlx::query_scalar("SELECT guid FROM mx_member WHERE due_at <= $1 ORDER BY due_at")
        .bind(now)
        .fetch_all(db)
        .await?;
    Ok(guids)
}

/// Forgets a member.
pub async fn delete(db: &mut SqliteConnection, guid: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM mx_member WHERE guid = $1")
        .bind(guid)
        .execute(db)
        .await?;
    Ok(())
}

#[derive(FromRow)]
struct MemberRow {
    guid: String,
    user_guid: String,
    id: Option<String>,
    institution_code: String,
    username: Option<String>,
    item_id: Option<String>,
    created_at: i64,
    due_at: Option<i64>,
    record: String,
}

impl MemberRow {
    fn member(self) -> Result<Member, StoreError> {
        Ok(Member {
            guid: self.guid,
            user_guid: self.user_guid,
            id: self.id,
            institution_code: self.institution_code,
            username: self.username,
            item_id: self.item_id,
            created_at: self.created_at,
            due_at: self.due_at,
            record: serde_json::from_str(&self.record)?,
        })
    }
}
