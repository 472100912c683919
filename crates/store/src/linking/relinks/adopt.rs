//! Merging accounts: the earlier account continues, fed by the new connection. Runs in one transaction and is
//! idempotent.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sqlx::FromRow;

use super::overlap::{Row, same_rows};
use super::{alerts, unlinks};
use crate::books::columns::OwnColumns;
use crate::books::edits::{banks_words, write_own};
use crate::books::transfers::find_transfers;
use crate::decode::day;
use crate::{Store, StoreError, Tx};
use domain::connection::AlertKind;
use domain::id::{AccountId, ConnectionId, UserId};
use domain::own::{MOST_TAGS, Own};

/// Two accounts that a person says are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The earlier account, which continues.
    pub old: AccountId,
    /// The new connection's account, which is merged into it.
    pub new: AccountId,
}

/// The fields of a row for its own values and search words.
#[derive(FromRow)]
struct Kept {
    description: String,
    merchant: Option<String>,
    #[sqlx(flatten)]
    own: OwnColumns,
}

impl Store {
    /// Merges pairs of accounts that the person has confirmed. The rows of the old account keep their ids and own
    /// values. Rows that both links have become one row each, with the old id and the bank's latest text. Only
    /// duplicates are deleted. `false`, without changes, if a pair is not, or no longer, valid for this person and
    /// connection.
    pub async fn adopt(
        &self,
        user: &UserId,
        id: &ConnectionId,
        pairs: &[Pair],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let before = super::accounts(&mut tx, super::BEFORE, id.as_str(), user).await?;
        let listed = super::accounts(&mut tx, super::NOW, id.as_str(), user).await?;
        if !has_all_history(&mut tx, id).await? {
            return Ok(false);
        }
        let mut emptied = BTreeSet::new();
        for pair in pairs {
            if is_done(&mut tx, user, id, pair).await? {
                continue;
            }
            let old = before.iter().find(|account| account.like.id == pair.old);
            let new = listed.iter().find(|account| account.like.id == pair.new);
            match (old, new) {
                (Some(old), Some(new)) if old.like.kind == new.like.kind => {
                    take_in(&mut tx, pair).await?;
                    emptied.insert(old.connection_id.clone());
                }
                _ => return Ok(false),
            }
        }
        for connection in emptied {
            // A connection that had ended only at the provider is unlinked here too; its other accounts are kept.
            unlinks::ask(&mut tx, user, connection.as_str(), true, now).await?;
        }
        alerts::drop_kinds(&mut tx, id.as_str(), &[AlertKind::Match]).await?;
        // The rows have other accounts now.
        find_transfers(&mut tx, user.as_str()).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Whether a pair was merged before: the old account belongs to the new connection, and the new account is gone.
async fn is_done(
    tx: &mut Tx,
    user: &UserId,
    id: &ConnectionId,
    pair: &Pair,
) -> Result<bool, StoreError> {
    let done: i64 = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM account WHERE id = $1 AND connection_id = $2 AND person_id = $3)
             AND NOT EXISTS (SELECT 1 FROM account WHERE id = $4)",
    )
    .bind(pair.old.as_str())
    .bind(id.as_str())
    .bind(user.as_str())
    .bind(pair.new.as_str())
    .fetch_one(&mut **tx)
    .await?;
    Ok(done == 1)
}

/// Rows that arrive after a merge would have to be compared one by one.
async fn has_all_history(tx: &mut Tx, id: &ConnectionId) -> Result<bool, StoreError> {
    let complete: Option<i64> =
        sqlx::query_scalar("SELECT history_complete_at IS NOT NULL FROM connection WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut **tx)
            .await?;
    Ok(complete == Some(1))
}

async fn take_in(tx: &mut Tx, pair: &Pair) -> Result<(), StoreError> {
    let old = rows(tx, ALL, pair.old.as_str(), "").await?;
    let new = rows(tx, ALL, pair.new.as_str(), "").await?;
    make_pairs(tx, &old, &new).await?;
    let ours = [
        "UPDATE bank_transaction SET account_id = $1 WHERE account_id = $2",
        "UPDATE gone_transaction SET account_id = $1 WHERE account_id = $2",
        "INSERT INTO balance_snapshot (account_id, day, currency, current)
             SELECT $1, day, currency, current FROM balance_snapshot WHERE account_id = $2
         ON CONFLICT (account_id, day) DO UPDATE SET currency = excluded.currency, current = excluded.current",
        // The last known balance is kept too while the bank has not reported one to the new link.
        "UPDATE account SET (currency, current, current_exact, current_at) =
             (SELECT o.currency, o.current, o.current_exact, o.current_at FROM account o WHERE o.id = $1)
         WHERE id = $2 AND current IS NULL
             AND (available IS NULL AND credit_limit IS NULL
                 OR currency = (SELECT o.currency FROM account o WHERE o.id = $1))",
        // Frees the provider id, which the old account takes over.
        "UPDATE account SET provider_id = provider_id || ' taken in by ' || $1 WHERE id = $2",
        "UPDATE account SET (connection_id, persistent_id, position, name, official_name, mask, kind, subtype, currency,
                 current, current_exact, current_at, available, credit_limit, balance_at, closed_at, unshared_at,
                 provider_id, adopted_at) =
             (SELECT n.connection_id, n.persistent_id, n.position, n.name, n.official_name, n.mask, n.kind, n.subtype,
                 n.currency, n.current, n.current_exact, n.current_at, n.available, n.credit_limit, n.balance_at,
                 n.closed_at, n.unshared_at, REPLACE(n.provider_id, ' taken in by ' || $1, ''),
                 n.balance_at FROM account n WHERE n.id = $2)
         WHERE id = $1",
        // What the person said of the new account counts where they had said nothing of the old one.
        "UPDATE account SET (own_name, own_position, hidden, left_out) =
             (SELECT COALESCE(account.own_name, n.own_name), COALESCE(account.own_position, n.own_position),
                 MAX(account.hidden, n.hidden), MAX(account.left_out, n.left_out) FROM account n WHERE n.id = $2)
         WHERE id = $1",
        "DELETE FROM account WHERE id = $2 AND id <> $1",
    ];
    for sql in ours {
        sqlx::query(sql)
            .bind(pair.old.as_str())
            .bind(pair.new.as_str())
            .execute(&mut **tx)
            .await?;
    }
    record_compared(tx, pair.old.as_str()).await?;
    Ok(())
}

/// Compares rows that arrived since the merge with those of earlier connections: an account that was chosen late may
/// get its history late.
pub(crate) async fn compare_newer(tx: &mut Tx, connection: &str) -> Result<(), StoreError> {
    let adopted: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM account WHERE connection_id = $1 AND adopted_at IS NOT NULL",
    )
    .bind(connection)
    .fetch_all(&mut **tx)
    .await?;
    for account in adopted {
        let new = rows(tx, NEWER, &account, connection).await?;
        if new.is_empty() {
            continue;
        }
        let old = rows(tx, EARLIER, &account, connection).await?;
        make_pairs(tx, &old, &new).await?;
        record_compared(tx, &account).await?;
    }
    Ok(())
}

async fn record_compared(tx: &mut Tx, account: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE bank_transaction SET compared = 1 WHERE account_id = $1 AND compared = 0")
        .bind(account)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn make_pairs(tx: &mut Tx, old: &[Row], new: &[Row]) -> Result<(), StoreError> {
    for (at, same) in same_rows(old, new) {
        make_one(tx, old[at].seq, new[same].seq).await?;
    }
    Ok(())
}

/// Filters for an account's rows: all, uncompared ones of its connection, and those of other connections.
const ALL: &str = "$2 = $2";
const NEWER: &str = "connection_id = $2 AND compared = 0";
const EARLIER: &str = "connection_id <> $2";

async fn rows(
    tx: &mut Tx,
    which: &'static str,
    account: &str,
    connection: &str,
) -> Result<Vec<Row>, StoreError> {
    let sql = format!(
        "SELECT seq, day, amount, currency, description, pending FROM bank_transaction
         WHERE account_id = $1 AND {which} ORDER BY day, id"
    );
    let rows: Vec<(i64, String, i64, String, String, i64)> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(account)
            .bind(connection)
            .fetch_all(&mut **tx)
            .await?;
    rows.into_iter()
        .map(|(seq, on, amount, currency, description, pending)| {
            Ok(Row {
                seq,
                day: day(&on)?,
                amount,
                currency,
                description,
                pending: pending != 0,
            })
        })
        .collect()
}

/// Merges two rows: the old one keeps its id and own values and takes the new one's bank fields. Where both have own
/// values, the older ones count.
async fn make_one(tx: &mut Tx, old: i64, new: i64) -> Result<(), StoreError> {
    let (first, second) = (kept(tx, old).await?, kept(tx, new).await?);
    let steps = [
        // Frees the provider ids, which the old row takes over.
        "UPDATE bank_transaction SET provider_id = provider_id || ' moved', settled_provider_id = settled_provider_id || ' moved'
         WHERE seq = $2 AND seq <> $1",
        "UPDATE bank_transaction SET (connection_id, provider_id, pending_provider_id, settled_provider_id, day, amount,
                 currency, exponent, amount_exact, description, merchant, category_primary, category_detailed, pending,
                 details) =
             (SELECT n.connection_id, REPLACE(n.provider_id, ' moved', ''), n.pending_provider_id,
                 REPLACE(n.settled_provider_id, ' moved', ''), n.day, n.amount, n.currency, n.exponent, n.amount_exact,
                 n.description, n.merchant, n.category_primary, n.category_detailed, n.pending, n.details
              FROM bank_transaction n WHERE n.seq = $2)
         WHERE seq = $1",
        // What is no transfer with the new row is none with the old one.
        "UPDATE bank_transaction SET no_transfer_with = (SELECT id FROM bank_transaction WHERE seq = $1)
         WHERE no_transfer_with = (SELECT id FROM bank_transaction WHERE seq = $2 AND seq <> $1)",
        "DELETE FROM bank_transaction WHERE seq = $2 AND seq <> $1",
    ];
    for sql in steps {
        sqlx::query(sql)
            .bind(old)
            .bind(new)
            .execute(&mut **tx)
            .await?;
    }
    let words = banks_words(second.merchant.as_deref(), &second.description);
    let (first, second) = (first.own.decode(), second.own.decode());
    let mut tags = first.tags;
    let mut seen = BTreeSet::new();
    tags.extend(second.tags);
    tags.retain(|tag| seen.insert(tag.clone()));
    tags.truncate(MOST_TAGS);
    let own = Own {
        name: first.name.or(second.name),
        category: first.category.or(second.category),
        note: first.note.or(second.note),
        tags,
        no_transfer_with: first.no_transfer_with.or(second.no_transfer_with),
    };
    write_own(tx, old, &own, &words).await
}

async fn kept(tx: &mut Tx, seq: i64) -> Result<Kept, StoreError> {
    Ok(sqlx::query_as(
        "SELECT description, merchant, own_name, own_category, own_detailed, own_note, own_tags, no_transfer_with
         FROM bank_transaction WHERE seq = $1",
    )
    .bind(seq)
    .fetch_one(&mut **tx)
    .await?)
}
