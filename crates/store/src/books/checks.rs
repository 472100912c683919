//! Comparing rows with the bank: the input and the stored result.

use std::collections::HashSet;

use sqlx::FromRow;

use crate::books::columns::BanksColumns;
use crate::decode::{day, moment};
use crate::linking::connections::ConnectionRow;
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, Tx, jobs};
use domain::activity::Event;
use domain::check::{Check, Finding, Found, KeptRow};
use domain::connection::{Connection, Lease};
use domain::id::{ConnectionId, UserId};
use domain::money::{Currency, Money};

/// A snapshot of everything about a connection that is compared.
#[derive(Debug)]
pub struct BooksToCheck {
    /// The connection.
    pub connection: Connection,
    /// Its sealed access token.
    pub sealed_token: Vec<u8>,
    /// The cursor that the rows correspond to.
    pub cursor: Option<String>,
    /// The visible rows.
    pub rows: Vec<KeptRow>,
    /// The provider's ids of pending rows that are hidden behind their posted rows.
    pub hidden: HashSet<String>,
}

#[derive(FromRow)]
struct KeptRowRow {
    provider_id: String,
    account_provider_id: String,
    account_name: String,
    pending_provider_id: Option<String>,
    #[sqlx(flatten)]
    banks: BanksColumns,
}

impl KeptRowRow {
    fn decode(self) -> Result<KeptRow, StoreError> {
        let row = self.banks.given(
            self.provider_id,
            self.account_provider_id,
            self.pending_provider_id,
        )?;
        Ok(KeptRow {
            account: self.account_name,
            row,
        })
    }
}

#[derive(FromRow)]
struct CheckRow {
    checked_at: i64,
    problem: Option<String>,
    compared: i64,
    missing: i64,
    extra: i64,
    different: i64,
    waiting: i64,
    older: i64,
    former: i64,
    unreadable: i64,
}

#[derive(FromRow)]
struct FoundRow {
    finding: String,
    day: String,
    amount: i64,
    currency: String,
    description: String,
    account_name: String,
    told: String,
}

impl FoundRow {
    fn decode(self) -> Result<Found, StoreError> {
        Ok(Found {
            finding: Finding::from_word(&self.finding).ok_or(StoreError::Unreadable("finding"))?,
            day: day(&self.day)?,
            amount: Money::new(self.amount, Currency::from_storage(&self.currency)),
            description: self.description,
            account: self.account_name,
            told: self.told.lines().map(str::to_owned).collect(),
        })
    }
}

impl Store {
    /// The connections that can be compared with their banks, oldest first.
    pub async fn connections_to_check(&self) -> Result<Vec<ConnectionId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM connection WHERE unlink_asked_at IS NULL AND linked_at IS NOT NULL ORDER BY created_at, id",
        )
        .fetch_all(&self.read)
        .await?;
        let read =
            |id: &String| ConnectionId::parse(id).ok_or(StoreError::Unreadable("connection"));
        ids.iter().map(read).collect()
    }

    /// A connection's rows and cursor, read from one snapshot. Does not check the owner. `None` if the connection
    /// does not exist or is being unlinked.
    pub async fn books_to_check(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<BooksToCheck>, StoreError> {
        // In one transaction, because a sync may write between these queries.
        let mut tx = self.read.begin().await?;
        let row: Option<ConnectionRow> =
            sqlx::query_as("SELECT * FROM connection WHERE id = $1 AND unlink_asked_at IS NULL")
                .bind(id.as_str())
                .fetch_optional(&mut *tx)
                .await?;
        let Some(row) = row else { return Ok(None) };
        let (sealed_token, cursor): (Vec<u8>, Option<String>) =
            sqlx::query_as("SELECT sealed_token, cursor FROM connection WHERE id = $1")
                .bind(id.as_str())
                .fetch_one(&mut *tx)
                .await?;
        let rows: Vec<KeptRowRow> = sqlx::query_as(
            "SELECT t.*, a.provider_id AS account_provider_id, a.name AS account_name
             FROM bank_transaction t JOIN account a ON a.id = t.account_id WHERE t.connection_id = $1",
        )
        .bind(id.as_str())
        .fetch_all(&mut *tx)
        .await?;
        let hidden: Vec<String> = sqlx::query_scalar(
            "SELECT provider_id FROM gone_transaction WHERE connection_id = $1 AND removed_at IS NULL",
        )
        .bind(id.as_str())
        .fetch_all(&mut *tx)
        .await?;
        Ok(Some(BooksToCheck {
            connection: row.decode()?,
            sealed_token,
            cursor,
            rows: rows
                .into_iter()
                .map(KeptRowRow::decode)
                .collect::<Result<_, _>>()?,
            hidden: hidden.into_iter().collect(),
        }))
    }

    /// Stores the result of a comparison, replacing the previous one.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`].
    pub async fn keep_check(
        &self,
        lease: &Lease,
        id: &ConnectionId,
        check: &Check,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
        write_check(&mut tx, id, check).await?;
        for (place, row) in check.rows.iter().enumerate() {
            write_row(&mut tx, id, place, row).await?;
        }
        if check.problem.is_none() {
            let event = Event::Checked {
                missing: check.missing,
                extra: check.extra,
                different: check.different,
            };
            record(&mut tx, About::Connection(id), &event, check.checked_at).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The result of the last comparison of a person's connection.
    pub async fn last_check(
        &self,
        user: &UserId,
        id: &ConnectionId,
    ) -> Result<Option<Check>, StoreError> {
        let row: Option<CheckRow> = sqlx::query_as(
            "SELECT k.* FROM connection_check k JOIN connection c ON c.id = k.connection_id
             WHERE k.connection_id = $1 AND c.person_id = $2",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .fetch_optional(&self.read)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let rows: Vec<FoundRow> = sqlx::query_as(
            "SELECT * FROM connection_check_row WHERE connection_id = $1 ORDER BY place",
        )
        .bind(id.as_str())
        .fetch_all(&self.read)
        .await?;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(Some(Check {
            checked_at: moment(row.checked_at)?,
            problem: row.problem,
            compared: count(row.compared),
            missing: count(row.missing),
            extra: count(row.extra),
            different: count(row.different),
            waiting: count(row.waiting),
            older: count(row.older),
            former: count(row.former),
            unreadable: count(row.unreadable),
            rows: rows
                .into_iter()
                .map(FoundRow::decode)
                .collect::<Result<_, _>>()?,
        }))
    }

    /// The faults that SQLite finds in the file; empty if it is intact.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn file_faults(&self) -> Result<Vec<String>, StoreError> {
        let mut faults: Vec<String> = sqlx::query_scalar("PRAGMA quick_check")
            .fetch_all(&self.read)
            .await?;
        faults.retain(|fault| fault != "ok");
        let strays = sqlx::query("PRAGMA foreign_key_check")
            .fetch_all(&self.read)
            .await?;
        if !strays.is_empty() {
            faults.push(format!("{} rows belong to nothing", strays.len()));
        }
        Ok(faults)
    }
}

async fn write_check(tx: &mut Tx, id: &ConnectionId, check: &Check) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM connection_check WHERE connection_id = $1")
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    let mut insert = sqlx::query(
        "INSERT INTO connection_check (connection_id, checked_at, problem, compared, missing, extra, different, waiting,
             older, former, unreadable) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(id.as_str())
    .bind(check.checked_at.as_millisecond())
    .bind(&check.problem);
    for number in [
        check.compared,
        check.missing,
        check.extra,
        check.different,
        check.waiting,
        check.older,
        check.former,
        check.unreadable,
    ] {
        insert = insert.bind(i64::try_from(number).unwrap_or(i64::MAX));
    }
    insert.execute(&mut **tx).await?;
    Ok(())
}

async fn write_row(
    tx: &mut Tx,
    id: &ConnectionId,
    place: usize,
    row: &Found,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO connection_check_row (connection_id, place, finding, day, amount, currency, description, account_name,
             told) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id.as_str())
    .bind(i64::try_from(place).unwrap_or(i64::MAX))
    .bind(row.finding.as_str())
    .bind(row.day.to_string())
    .bind(row.amount.minor)
    .bind(row.amount.currency.to_storage())
    .bind(&row.description)
    .bind(&row.account)
    .bind(row.told.join("\n"))
    .execute(&mut **tx)
    .await?;
    Ok(())
}
