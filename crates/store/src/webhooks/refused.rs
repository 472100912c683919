//! Rejected webhooks. Anyone can send them at any rate, so they are counted in memory and written in batches: a flood
//! of them must not block other writers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::{Store, StoreError};
use domain::webhook::Refusal;

/// The number of rejected webhooks that are stored.
const RING: i64 = 10_000;
/// The number that can wait to be written; counting continues beyond it.
const WAITING: usize = 1_000;

#[derive(Debug, Default)]
pub(crate) struct Refused {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    last: VecDeque<(&'static str, Refusal, String, i64)>,
    /// Counts by provider and reason.
    counts: BTreeMap<(&'static str, &'static str), i64>,
}

impl Refused {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Counts a rejected webhook in memory; [`Store::write_refusals`] writes it.
    pub fn record_refusal(
        &self,
        provider: &'static str,
        refusal: Refusal,
        body_hash: String,
        now: Timestamp,
    ) {
        let mut waiting = self.refused.lock();
        if waiting.last.len() >= WAITING {
            waiting.last.pop_front();
        }
        waiting
            .last
            .push_back((provider, refusal, body_hash, now.as_millisecond()));
        let count = waiting.counts.entry((provider, refusal.as_str()));
        *count.or_default() += 1;
    }

    /// Writes the webhooks rejected since the last call.
    ///
    /// # Errors
    /// If the database fails; they then wait for the next call.
    pub async fn write_refusals(&self) -> Result<(), StoreError> {
        let taken = std::mem::take(&mut *self.refused.lock());
        if taken.counts.is_empty() {
            return Ok(());
        }
        let written = self.write_taken(&taken).await;
        if written.is_err() {
            let mut waiting = self.refused.lock();
            for (kind, count) in taken.counts {
                *waiting.counts.entry(kind).or_default() += count;
            }
            for refused in taken.last.into_iter().rev() {
                if waiting.last.len() < WAITING {
                    waiting.last.push_front(refused);
                }
            }
        }
        written
    }

    async fn write_taken(&self, taken: &Waiting) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for (provider, refusal, hash, at) in &taken.last {
            sqlx::query(
                "INSERT INTO webhook_refusal (provider, body_hash, reason, received_at) VALUES ($1, $2, $3, $4)",
            )
            .bind(provider)
            .bind(hash)
            .bind(refusal.as_str())
            .bind(at)
            .execute(&mut *tx)
            .await?;
        }
        for ((provider, reason), count) in &taken.counts {
            sqlx::query(
                "INSERT INTO webhook_refusal_count (provider, reason, refused) VALUES ($1, $2, $3)
                 ON CONFLICT (provider, reason) DO UPDATE SET refused = webhook_refusal_count.refused + excluded.refused",
            )
            .bind(provider)
            .bind(reason)
            .bind(count)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query(
            "DELETE FROM webhook_refusal WHERE id <= (SELECT MAX(id) FROM webhook_refusal) - $1",
        )
        .bind(RING)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_ring_keeps_the_last_ten_thousand_and_the_count_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("books.db"))
            .await
            .expect("a file");
        let now = Timestamp::from_second(1_700_000_000).expect("a moment");
        for n in 0..12_000 {
            store.record_refusal("plaid", Refusal::BadSignature, format!("hash-{n}"), now);
            if n % 900 == 0 {
                store.write_refusals().await.expect("written");
            }
        }
        for _ in 0..5_000 {
            store.record_refusal("plaid", Refusal::OtherBody, "flood".into(), now);
        }
        store.write_refusals().await.expect("written");
        let count = |sql: &'static str| {
            let pool = store.read.clone();
            async move {
                sqlx::query_scalar::<_, i64>(sql)
                    .fetch_one(&pool)
                    .await
                    .expect("a number")
            }
        };
        assert_eq!(count("SELECT COUNT(*) FROM webhook_refusal").await, 10_000);
        assert_eq!(
            count("SELECT COUNT(*) FROM webhook_refusal WHERE body_hash = 'hash-0'").await,
            0
        );
        assert_eq!(
            count("SELECT refused FROM webhook_refusal_count WHERE reason = 'bad_signature'").await,
            12_000
        );
        assert_eq!(
            count("SELECT refused FROM webhook_refusal_count WHERE reason = 'other_body'").await,
            5_000
        );
        assert_eq!(
            count("SELECT COUNT(*) FROM webhook_refusal WHERE body_hash = 'flood'").await,
            1_000
        );
    }
}
