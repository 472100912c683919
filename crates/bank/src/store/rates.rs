//! Manual moves of the simulated market, and the number of calls that Alpha Vantage has counted for each key.

use rust_decimal::Decimal;
use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// The number of moves that are kept. The last move of each currency is kept in any case.
const MOST_MOVES: i64 = 500;
/// The number of API keys that are counted in a day, so that a program that invents keys cannot fill the file.
const MOST_KEYS: i64 = 1000;

/// A manual move of a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The currency's code.
    pub currency: String,
    /// When it takes effect, in Unix milliseconds of the bank's clock.
    pub at: i64,
    /// The fixed value in US dollars. `None` for a currency that moves freely.
    pub held: Option<Decimal>,
    /// The factor on the currency's own value while it moves freely.
    pub factor: Decimal,
}

#[derive(FromRow)]
struct Row {
    currency: String,
    at: i64,
    held: Option<String>,
    factor: String,
}

/// Returns all moves, oldest first.
pub async fn moves(db: &mut SqliteConnection) -> Result<Vec<Move>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT currency, at, held, factor FROM rate_move ORDER BY seq")
            .fetch_all(db)
            .await?;
    rows.into_iter().map(Row::decode).collect()
}

impl Row {
    fn decode(self) -> Result<Move, StoreError> {
        let decimal = |text: &str| text.parse::<Decimal>().map_err(|_| StoreError::Value);
        Ok(Move {
            held: self.held.as_deref().map(decimal).transpose()?,
            factor: decimal(&self.factor)?,
            currency: self.currency,
            at: self.at,
        })
    }
}

/// Inserts a move and deletes the oldest when there are too many.
pub async fn add_move(db: &mut SqliteConnection, one: &Move) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO rate_move (seq, currency, at, held, factor)
         SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4 FROM rate_move",
    )
    .bind(&one.currency)
    .bind(one.at)
    .bind(one.held.map(|held| held.to_string()))
    .bind(one.factor.to_string())
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "DELETE FROM rate_move
         WHERE seq <= (SELECT MAX(seq) FROM rate_move) - $1
           AND EXISTS (SELECT 1 FROM rate_move AS newer
                       WHERE newer.currency = rate_move.currency AND newer.seq > rate_move.seq)",
    )
    .bind(MOST_MOVES)
    .execute(db)
    .await?;
    Ok(())
}

/// Counts a call and returns the number of calls of this key on this day. Returns `i64::MAX` when too many keys have
/// been counted. Counts of other days are deleted.
pub async fn count_call(
    db: &mut SqliteConnection,
    key_hash: &str,
    day: &str,
) -> Result<i64, StoreError> {
    sqlx::query("DELETE FROM rate_call WHERE day <> $1")
        .bind(day)
        .execute(&mut *db)
        .await?;
    let calls: Option<i64> = sqlx::query_scalar(
        "INSERT INTO rate_call (key_hash, day, calls)
         SELECT $1, $2, 1
         WHERE (SELECT COUNT(*) FROM rate_call) < $3
            OR EXISTS (SELECT 1 FROM rate_call WHERE key_hash = $1 AND day = $2)
         ON CONFLICT (key_hash, day) DO UPDATE SET calls = rate_call.calls + 1
         RETURNING calls",
    )
    .bind(key_hash)
    .bind(day)
    .bind(MOST_KEYS)
    .fetch_optional(db)
    .await?;
    Ok(calls.unwrap_or(i64::MAX))
}

/// Deletes all counts.
pub async fn forget_calls(db: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM rate_call").execute(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn the_file_grows_neither_by_moves_nor_by_keys() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a file");
        let mut write = store.write().await.expect("a write");
        let of = |currency: &str, at: i64| Move {
            currency: currency.to_owned(),
            at,
            held: Some(Decimal::new(at, 2)),
            factor: Decimal::ONE,
        };
        add_move(&mut write, &of("EUR", 1)).await.expect("kept");
        for at in 0..MOST_MOVES + 20 {
            add_move(&mut write, &of("BTC", at)).await.expect("kept");
        }
        let all = moves(&mut write).await.expect("moves");
        assert_eq!(all.len(), 501, "the newest, and the only one of the euro");
        assert_eq!(all.first(), Some(&of("EUR", 1)));
        assert_eq!(all.last(), Some(&of("BTC", MOST_MOVES + 19)));

        for key in 0..MOST_KEYS {
            let calls = count_call(&mut write, &key.to_string(), "2026-03-10").await;
            assert_eq!(calls.expect("counted"), 1);
        }
        let counted = async |write: &mut crate::store::Write, key: &str, day: &str| {
            count_call(write, key, day).await.expect("counted")
        };
        assert_eq!(counted(&mut write, "7", "2026-03-10").await, 2);
        assert_eq!(counted(&mut write, "new", "2026-03-10").await, i64::MAX);
        assert_eq!(counted(&mut write, "new", "2026-03-11").await, 1);
    }
}
