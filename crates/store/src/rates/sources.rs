//! The state of rate sources: calls made and times before which they must not be asked.

use jiff::Timestamp;

use crate::decode::moment_or_none;
use crate::{Store, StoreError};
use domain::rate::{RateRefusal, RateStanding};

type Standing = (String, Option<i64>, i64, Option<String>);

impl Store {
    /// The state of every source that was ever asked, by name.
    pub async fn rate_standings(&self) -> Result<Vec<RateStanding>, StoreError> {
        let rows: Vec<Standing> = sqlx::query_as(
            "SELECT source, not_before, refusals, refusal FROM rate_source ORDER BY source",
        )
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(standing).collect()
    }

    /// The number of calls made to each source on a UTC day, given by its number.
    pub async fn rate_calls(&self, day: i64) -> Result<Vec<(String, i64)>, StoreError> {
        let calls = sqlx::query_as("SELECT source, calls FROM rate_source WHERE day = $1");
        Ok(calls.bind(day).fetch_all(&self.read).await?)
    }

    /// Counts a call before it is made. Returns `false`, without counting, if `most` calls have been made on the UTC
    /// day with the number `day`.
    pub async fn count_rate_call(
        &self,
        source: &str,
        day: i64,
        most: Option<u32>,
    ) -> Result<bool, StoreError> {
        let counted = sqlx::query(
            "INSERT INTO rate_source (source, day, calls) VALUES ($1, $2, 1)
             ON CONFLICT (source) DO UPDATE SET day = excluded.day,
                 calls = CASE WHEN rate_source.day = excluded.day THEN rate_source.calls + 1 ELSE 1 END
             WHERE rate_source.day <> excluded.day OR rate_source.calls < $3",
        )
        .bind(source)
        .bind(day)
        .bind(most.map_or(i64::MAX, i64::from))
        .execute(&self.write)
        .await?;
        Ok(counted.rows_affected() > 0)
    }

    /// Records that a source gave a rate, which ends its refusals.
    pub async fn record_rate_given(&self, source: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE rate_source SET not_before = NULL, refusals = 0, refusal = NULL
             WHERE source = $1 AND (refusal IS NOT NULL OR not_before IS NOT NULL)",
        )
        .bind(source)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Records a refusal, and the time before which the source must not be asked again.
    pub async fn record_rate_refused(
        &self,
        source: &str,
        refusal: RateRefusal,
        not_before: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE rate_source SET not_before = $3, refusals = refusals + 1, refusal = $2 WHERE source = $1",
        )
        .bind(source)
        .bind(refusal.as_str())
        .bind(not_before.as_millisecond())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Clears refusals that concern our key or plan, which may have changed since the last start.
    pub async fn forget_refused_rate_keys(&self) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE rate_source SET not_before = NULL, refusals = 0, refusal = NULL WHERE refusal IN ($1, $2)",
        )
        .bind(RateRefusal::Key.as_str())
        .bind(RateRefusal::Plan.as_str())
        .execute(&self.write)
        .await?;
        Ok(())
    }
}

fn standing((source, not_before, refusals, refusal): Standing) -> Result<RateStanding, StoreError> {
    Ok(RateStanding {
        source,
        not_before: moment_or_none(not_before)?,
        refusals: u32::try_from(refusals).unwrap_or(u32::MAX),
        refusal,
    })
}
