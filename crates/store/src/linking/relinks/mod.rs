//! Relinked banks: finding earlier accounts that match those of a new connection, and merging them.
//!
//! Candidates are accounts of ended connections to the same institution. The person decides which are the same;
//! `adopt` then merges them, and `overlap` finds the rows that both links have.

mod adopt;
mod overlap;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::FromRow;

pub use adopt::Pair;
pub(crate) use adopt::compare_newer;

use crate::decode::{day, moment_or_none};
use crate::linking::alerts;
use crate::linking::unlinks;
use crate::{Store, StoreError, Tx};
use domain::account::AccountKind;
use domain::connection::{Alert, AlertKind};
use domain::id::{AccountId, ConnectionId, UserId};
use domain::matching::{Likeness, may_be_same};

/// An account to compare with those of the other side.
#[derive(Clone, Debug)]
pub struct AccountToMatch {
    /// The characteristics that it is compared by.
    pub like: Likeness,
    /// Its connection.
    pub connection_id: ConnectionId,
    /// When the bank stopped listing it; `None` while it lists it.
    pub closed_at: Option<Timestamp>,
    /// The dates of its oldest and newest rows.
    pub days: Option<(Date, Date)>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    connection_id: String,
    persistent_id: Option<String>,
    name: String,
    mask: Option<String>,
    kind: String,
    subtype: Option<String>,
    closed_at: Option<i64>,
    first_day: Option<String>,
    last_day: Option<String>,
}

impl Row {
    fn decode(self) -> Result<AccountToMatch, StoreError> {
        let days = match (self.first_day, self.last_day) {
            (Some(first), Some(last)) => Some((day(&first)?, day(&last)?)),
            _ => None,
        };
        Ok(AccountToMatch {
            like: Likeness {
                id: AccountId::parse(&self.id).ok_or(StoreError::Unreadable("account"))?,
                persistent_id: self.persistent_id,
                name: self.name,
                mask: self.mask,
                kind: AccountKind::from_word(&self.kind),
                subtype: self.subtype,
            },
            connection_id: ConnectionId::parse(&self.connection_id)
                .ok_or(StoreError::Unreadable("connection"))?,
            closed_at: moment_or_none(self.closed_at)?,
            days,
        })
    }
}

/// The columns of `Row`.
const COLUMNS: &str =
    "a.id, a.connection_id, a.persistent_id, a.name, a.mask, a.kind, a.subtype, a.closed_at,
    (SELECT MIN(t.day) FROM bank_transaction t WHERE t.account_id = a.id) AS first_day,
    (SELECT MAX(t.day) FROM bank_transaction t WHERE t.account_id = a.id) AS last_day";

/// Accounts of the same person and institution whose connection has ended: unlinked by the person with its rows kept,
/// or ended for good at the provider. `n` is the new connection.
const BEFORE: &str =
    "FROM connection n JOIN connection c ON c.person_id = n.person_id AND c.id <> n.id
        AND c.provider = n.provider
        AND (c.institution_id = n.institution_id OR c.institution_name = n.institution_name)
    JOIN account a ON a.connection_id = c.id
    WHERE n.id = $1 AND n.person_id = $2 AND n.unlink_asked_at IS NULL
        AND ((c.unlink_asked_at IS NOT NULL AND c.unlink_keeps_rows = 1)
             OR (c.unlink_asked_at IS NULL AND c.problem_remedy = 'relink'))";

/// The accounts that a connection lists.
const NOW: &str =
    "FROM connection n JOIN account a ON a.connection_id = n.id WHERE n.id = $1 AND n.person_id = $2
        AND n.unlink_asked_at IS NULL AND a.closed_at IS NULL";

impl Store {
    /// The earlier accounts that may match those of a connection, and the connection's own. Both are empty if it is
    /// not this person's or is being unlinked.
    pub async fn accounts_to_match(
        &self,
        user: &UserId,
        id: &ConnectionId,
    ) -> Result<(Vec<AccountToMatch>, Vec<AccountToMatch>), StoreError> {
        let mut tx = self.read.begin().await?;
        let before = accounts(&mut tx, BEFORE, id.as_str(), user).await?;
        let now = accounts(&mut tx, NOW, id.as_str(), user).await?;
        Ok((before, now))
    }
}

async fn accounts(
    tx: &mut Tx,
    which: &'static str,
    id: &str,
    user: &UserId,
) -> Result<Vec<AccountToMatch>, StoreError> {
    let sql = format!("SELECT {COLUMNS} {which} ORDER BY a.closed_at DESC, a.position, a.id");
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(id)
        .bind(user.as_str())
        .fetch_all(&mut **tx)
        .await?;
    rows.into_iter().map(Row::decode).collect()
}

/// Leaves an alert on a connection whose accounts look like earlier ones, to ask the person which are the same. An
/// earlier connection that ended at the provider is unlinked here too, so that nothing counts twice.
pub(crate) async fn offer(
    tx: &mut Tx,
    user: &UserId,
    id: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = accounts(tx, BEFORE, id, user).await?;
    if before.is_empty() {
        return Ok(());
    }
    let listed = accounts(tx, NOW, id, user).await?;
    let alike: BTreeSet<ConnectionId> = before
        .iter()
        .filter(|old| listed.iter().any(|new| may_be_same(&old.like, &new.like)))
        .map(|old| old.connection_id.clone())
        .collect();
    if alike.is_empty() {
        return Ok(());
    }
    for connection in alike {
        unlinks::ask(tx, user, connection.as_str(), true, now).await?;
    }
    let alert = Alert {
        kind: AlertKind::Match,
        subject: String::new(),
        account: None,
        told_at: now,
        ends_at: None,
        reason: None,
    };
    alerts::put(tx, id, &alert).await
}
