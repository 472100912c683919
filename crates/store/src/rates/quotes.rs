//! Exchange rates. None is ever deleted, so the places of a pair have no gaps, and the last place is their number.

use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row};

use crate::decode::{moment, moment_or_none};
use crate::{Store, StoreError};
use domain::rate::{KeptQuote, Pair, Quote};

/// One day in milliseconds.
const A_DAY: i64 = 24 * 60 * 60 * 1_000;
/// The columns for [`decode_quote`].
const COLUMNS: &str = "place, source, source_at, rate, bid, ask, kept_at, fetched_at";

impl Store {
    /// Stores a quote. If one with the same pair, source and source time exists, it is updated with the new figures
    /// and the time of this fetch.
    pub async fn keep_quote(&self, quote: &Quote, now: Timestamp) -> Result<KeptQuote, StoreError> {
        let pair = quote.pair.to_string();
        let mut tx = self.begin().await?;
        let last: Option<(i64, i64)> = sqlx::query_as(
            "SELECT place, kept_at FROM quote WHERE pair = $1 ORDER BY place DESC LIMIT 1",
        )
        .bind(&pair)
        .fetch_optional(&mut *tx)
        .await?;
        let (place, mut kept_at) = last.unwrap_or_default();
        let now = now.as_millisecond();
        if kept_at > now + A_DAY {
            // It was written while the clock was far ahead. Cutting these times to now keeps them in order.
            sqlx::query("UPDATE quote SET kept_at = $2 WHERE pair = $1 AND kept_at > $2")
                .bind(&pair)
                .bind(now)
                .execute(&mut *tx)
                .await?;
            kept_at = now;
        }
        let row = sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO quote (pair, place, source, source_at, rate, bid, ask, kept_at, fetched_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (pair, source, source_at) DO UPDATE SET rate = excluded.rate, bid = excluded.bid,
                 ask = excluded.ask, fetched_at = excluded.fetched_at
             RETURNING {COLUMNS}"
        )))
        .bind(&pair)
        .bind(place + 1)
        .bind(&quote.source)
        .bind(quote.at.as_millisecond())
        .bind(quote.rate.to_string())
        .bind(quote.bid.map(|bid| bid.to_string()))
        .bind(quote.ask.map(|ask| ask.to_string()))
        // The clock may have been set back.
        .bind(now.max(kept_at))
        .bind(now)
        .fetch_one(&mut *tx)
        .await?;
        let kept = decode_quote(&row, &quote.pair)?;
        tx.commit().await?;
        Ok(kept)
    }

    /// The quote with the latest source time that is not after `until`.
    pub async fn newest_quote(
        &self,
        pair: &Pair,
        until: Timestamp,
    ) -> Result<Option<KeptQuote>, StoreError> {
        let row = sqlx::query(AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM quote WHERE pair = $1 AND source_at <= $2 ORDER BY source_at DESC, place DESC LIMIT 1"
        )))
        .bind(pair.to_string())
        .bind(until.as_millisecond())
        .fetch_optional(&self.read)
        .await?;
        row.map(|row| decode_quote(&row, pair)).transpose()
    }

    /// When a source last gave the pair's rate; `None` if it never did.
    pub async fn quote_last_fetched(
        &self,
        pair: &Pair,
        source: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = sqlx::query_scalar(
            "SELECT fetched_at FROM quote WHERE pair = $1 AND source = $2 ORDER BY fetched_at DESC LIMIT 1",
        )
        .bind(pair.to_string())
        .bind(source)
        .fetch_optional(&self.read)
        .await?;
        moment_or_none(at)
    }

    /// The first and last place of the quotes first fetched from `from` (inclusive) to `to` (exclusive). `None` if
    /// there are none.
    pub async fn quote_places(
        &self,
        pair: &Pair,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<Option<(i64, i64)>, StoreError> {
        let pair = pair.to_string();
        let first = match from {
            None => Some(1),
            Some(from) => {
                sqlx::query_scalar(
                    "SELECT place FROM quote WHERE pair = $1 AND kept_at >= $2 ORDER BY kept_at, place LIMIT 1",
                )
                .bind(&pair)
                .bind(from.as_millisecond())
                .fetch_optional(&self.read)
                .await?
            }
        };
        let last: Option<i64> = match to {
            None => sqlx::query_scalar(
                "SELECT place FROM quote WHERE pair = $1 ORDER BY place DESC LIMIT 1",
            )
            .bind(&pair),
            Some(to) => sqlx::query_scalar(
                "SELECT place FROM quote WHERE pair = $1 AND kept_at < $2 ORDER BY kept_at DESC, place DESC LIMIT 1",
            )
            .bind(&pair)
            .bind(to.as_millisecond()),
        }
        .fetch_optional(&self.read)
        .await?;
        Ok(first.zip(last).filter(|(first, last)| first <= last))
    }

    /// The quotes between two places, both inclusive, newest first.
    pub async fn quotes_between(
        &self,
        pair: &Pair,
        first: i64,
        last: i64,
    ) -> Result<Vec<KeptQuote>, StoreError> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM quote WHERE pair = $1 AND place BETWEEN $2 AND $3 ORDER BY place DESC"
        )))
        .bind(pair.to_string())
        .bind(first)
        .bind(last)
        .fetch_all(&self.read)
        .await?;
        rows.iter().map(|row| decode_quote(row, pair)).collect()
    }

    /// Quotes evenly spread over a range of places, oldest first: every `step`th, counted down from the last.
    pub async fn quotes_spread(
        &self,
        pair: &Pair,
        first: i64,
        last: i64,
        step: i64,
    ) -> Result<Vec<KeptQuote>, StoreError> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "WITH RECURSIVE wanted(n) AS (SELECT $3 UNION ALL SELECT n - $4 FROM wanted WHERE n - $4 >= $2)
             SELECT {COLUMNS} FROM wanted JOIN quote ON pair = $1 AND place = n ORDER BY n"
        )))
        .bind(pair.to_string())
        .bind(first)
        .bind(last)
        .bind(step.max(1))
        .fetch_all(&self.read)
        .await?;
        rows.iter().map(|row| decode_quote(row, pair)).collect()
    }
}

fn decode_quote(row: &SqliteRow, pair: &Pair) -> Result<KeptQuote, StoreError> {
    let optional = |text: Option<String>| text.as_deref().map(decimal).transpose();
    Ok(KeptQuote {
        place: row.try_get(0)?,
        quote: Quote {
            pair: pair.clone(),
            source: row.try_get(1)?,
            at: moment(row.try_get(2)?)?,
            rate: decimal(row.try_get(3)?)?,
            bid: optional(row.try_get(4)?)?,
            ask: optional(row.try_get(5)?)?,
        },
        kept_at: moment(row.try_get(6)?)?,
        fetched_at: moment(row.try_get(7)?)?,
    })
}

fn decimal(text: &str) -> Result<Decimal, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable("rate"))
}
