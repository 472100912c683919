//! Transfers between a person's own accounts. The two sides have equal amounts of opposite signs in one currency, on two
//! accounts, at most four days apart; neither the bank nor the person calls them anything but a transfer or a loan
//! payment, and the person has not said that the two are no transfer. Triggers end a transfer when one of its sides
//! changes or goes.

use std::collections::HashSet;

use sqlx::FromRow;

use crate::{Store, StoreError, Tx};
use domain::id::{TransactionId, UserId};

/// How many rows are looked at in one step.
const LOT: i64 = 1_000;

/// Finds rows that may be the other side of those to search for. The condition of either side is that of the index. A
/// row that more than fifty others could belong to is left alone: those are no person's transfers, and comparing all of
/// them would take a hostile bank's rows squared.
const PAIRS: &str = "SELECT a.id AS a, b.id AS b, ABS(julianday(a.day) - julianday(b.day)) AS apart
     FROM transfer_search x CROSS JOIN bank_transaction a ON a.seq = x.seq
         CROSS JOIN bank_transaction b ON b.person_id = x.person_id AND b.amount = -a.amount
             AND b.day BETWEEN date(a.day, '-4 days') AND date(a.day, '+4 days')
     WHERE x.person_id = $1 AND x.seq <= $2 AND a.amount <> 0
         AND a.effective_category IN ('', 'TRANSFER_IN', 'TRANSFER_OUT', 'LOAN_PAYMENTS')
         AND (SELECT COUNT(*) FROM (
             SELECT 1 FROM bank_transaction c WHERE c.person_id = x.person_id AND c.amount = -a.amount
                 AND c.day BETWEEN date(a.day, '-4 days') AND date(a.day, '+4 days')
                 AND c.effective_category IN ('', 'TRANSFER_IN', 'TRANSFER_OUT', 'LOAN_PAYMENTS')
             LIMIT 51)) <= 50
         AND b.effective_category IN ('', 'TRANSFER_IN', 'TRANSFER_OUT', 'LOAN_PAYMENTS')
         AND b.currency = a.currency AND b.account_id <> a.account_id
         AND a.no_transfer_with IS NOT b.id AND b.no_transfer_with IS NOT a.id
         AND NOT EXISTS (SELECT 1 FROM transfer_side s WHERE s.transaction_id IN (a.id, b.id))";

#[derive(FromRow)]
struct PossiblePair {
    a: String,
    b: String,
    /// In days.
    apart: f64,
}

impl Store {
    /// Separates the two sides of a transfer, because the person says that it is none, or joins them again. `false` if
    /// the transaction is no side of one.
    pub async fn set_transfer(
        &self,
        user: &UserId,
        id: &TransactionId,
        is_transfer: bool,
    ) -> Result<bool, StoreError> {
        let other = match is_transfer {
            false => {
                "SELECT other_id FROM transfer_side WHERE transaction_id = $1 AND person_id = $2"
            }
            true => {
                "SELECT no_transfer_with FROM bank_transaction
                 WHERE id = $1 AND person_id = $2 AND no_transfer_with IS NOT NULL"
            }
        };
        let mut tx = self.begin().await?;
        let other: Option<String> = sqlx::query_scalar(other)
            .bind(id.as_str())
            .bind(user.as_str())
            .fetch_optional(&mut *tx)
            .await?;
        let Some(other) = other else {
            return Ok(false);
        };
        for (of, with) in [(id.as_str(), other.as_str()), (&other, id.as_str())] {
            set_side(&mut tx, user, of, with, is_transfer).await?;
        }
        find_transfers(&mut tx, user.as_str()).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Notes on one side that it is no transfer with the other, or that it is one after all.
async fn set_side(
    tx: &mut Tx,
    user: &UserId,
    of: &str,
    with: &str,
    is_transfer: bool,
) -> Result<(), StoreError> {
    let steps = match is_transfer {
        false => [
            "DELETE FROM transfer_side WHERE transaction_id = $1 AND person_id = $3 AND other_id = $2",
            "UPDATE bank_transaction SET no_transfer_with = $2 WHERE id = $1 AND person_id = $3",
        ],
        true => [
            "UPDATE bank_transaction SET no_transfer_with = NULL
             WHERE id = $1 AND person_id = $3 AND no_transfer_with = $2",
            "INSERT INTO transfer_search (person_id, seq)
                SELECT person_id, seq FROM bank_transaction WHERE id = $1 AND person_id = $3 AND $2 = $2
             ON CONFLICT DO NOTHING",
        ],
    };
    for sql in steps {
        sqlx::query(sql)
            .bind(of)
            .bind(with)
            .bind(user.as_str())
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Looks for the other sides of a person's transactions that are new or have changed since the last time. Of several,
/// the nearest day counts.
pub(crate) async fn find_transfers(tx: &mut Tx, user: &str) -> Result<(), StoreError> {
    let last = "SELECT MAX(seq) FROM
        (SELECT seq FROM transfer_search WHERE person_id = $1 ORDER BY seq LIMIT $2)";
    loop {
        let last: Option<i64> = sqlx::query_scalar(last)
            .bind(user)
            .bind(LOT)
            .fetch_one(&mut **tx)
            .await?;
        let Some(last) = last else { return Ok(()) };
        let pairs = sqlx::query_as(PAIRS).bind(user).bind(last);
        let pairs: Vec<PossiblePair> = pairs.fetch_all(&mut **tx).await?;
        join_nearest(tx, pairs).await?;
        sqlx::query("DELETE FROM transfer_search WHERE person_id = $1 AND seq <= $2")
            .bind(user)
            .bind(last)
            .execute(&mut **tx)
            .await?;
    }
}

async fn join_nearest(tx: &mut Tx, mut pairs: Vec<PossiblePair>) -> Result<(), StoreError> {
    pairs.sort_by(|one, other| {
        let nearer = one.apart.total_cmp(&other.apart);
        nearer.then_with(|| (&one.a, &one.b).cmp(&(&other.a, &other.b)))
    });
    let mut taken = HashSet::new();
    for pair in &pairs {
        if taken.contains(&pair.a) || taken.contains(&pair.b) {
            continue;
        }
        taken.extend([&pair.a, &pair.b]);
        for (of, with) in [(&pair.a, &pair.b), (&pair.b, &pair.a)] {
            insert_side(tx, of, with).await?;
        }
    }
    Ok(())
}

async fn insert_side(tx: &mut Tx, of: &str, with: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO transfer_side (transaction_id, other_id, other_account_id, person_id, day, account_id, category,
             detailed, currency, pending, amount)
         SELECT t.id, o.id, o.account_id, t.person_id, t.day, t.account_id, t.effective_category,
             t.effective_detailed, t.currency, t.pending, t.amount
         FROM bank_transaction t, bank_transaction o WHERE t.id = $1 AND o.id = $2",
    )
    .bind(of)
    .bind(with)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
