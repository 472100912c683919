//! Transfers between a person's own accounts. The two sides have equal amounts of opposite signs in one currency, on two
//! accounts, at most four days apart; neither the bank nor the person calls them anything else than a transfer, and the
//! person has not said that either is none. Triggers end a transfer when one of its sides changes or goes.

use std::collections::HashSet;

use sqlx::FromRow;

use crate::{Store, StoreError, Tx};
use domain::id::{TransactionId, UserId};

/// The most pairs that are considered after one sync. More than two hundred equal amounts in a few days are not a
/// person's transfers.
const MOST: i64 = 50_000;

/// Finds rows that may be the other side of those to search for. The condition of either side is that of the index.
const PAIRS: &str = "SELECT a.id AS a, b.id AS b,
         ABS(julianday(a.day) - julianday(b.day)) AS apart
     FROM transfer_search x CROSS JOIN bank_transaction a ON a.seq = x.seq
         CROSS JOIN bank_transaction b ON b.person_id = x.person_id AND b.amount = -a.amount
             AND b.day BETWEEN date(a.day, '-4 days') AND date(a.day, '+4 days')
     WHERE x.person_id = $1 AND a.amount <> 0 AND b.currency = a.currency AND b.account_id <> a.account_id
         AND a.no_transfer_with IS NULL AND b.no_transfer_with IS NULL
         AND COALESCE(a.own_category, a.category_primary, 'TRANSFER_IN') IN ('TRANSFER_IN', 'TRANSFER_OUT', 'LOAN_PAYMENTS')
         AND COALESCE(b.own_category, b.category_primary, 'TRANSFER_IN') IN ('TRANSFER_IN', 'TRANSFER_OUT', 'LOAN_PAYMENTS')
         AND NOT EXISTS (SELECT 1 FROM transfer_side s WHERE s.transaction_id IN (a.id, b.id))
     LIMIT $2";

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

/// Looks for the other sides of a person's transactions that are new or have changed since the last time. Of several, the nearest day counts.
pub(crate) async fn find_transfers(tx: &mut Tx, user: &str) -> Result<(), StoreError> {
    let mut pairs: Vec<PossiblePair> = sqlx::query_as(PAIRS)
        .bind(user)
        .bind(MOST)
        .fetch_all(&mut **tx)
        .await?;
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
    sqlx::query("DELETE FROM transfer_search WHERE person_id = $1")
        .bind(user)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn insert_side(tx: &mut Tx, of: &str, with: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO transfer_side (transaction_id, other_id, other_account_id, person_id, day, account_id, category,
             detailed, currency, pending, amount)
         SELECT t.id, o.id, o.account_id, t.person_id, t.day, t.account_id,
             COALESCE(t.own_category, t.category_primary, ''),
             COALESCE(CASE WHEN t.own_category IS NULL THEN t.category_detailed ELSE t.own_detailed END, ''),
             t.currency, t.pending, t.amount
         FROM bank_transaction t, bank_transaction o WHERE t.id = $1 AND o.id = $2",
    )
    .bind(of)
    .bind(with)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
