//! The background task: sends due webhooks, and again after 30 s, 2 min, 8 min and so on for a day.

use std::time::Duration;

use jiff::Timestamp;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::super::{Bank, BankError};
use crate::store::StoreError;
use crate::store::deliveries::{self, Attempt, Delivery};
use crate::store::items;

/// Plaid's first wait between attempts, in milliseconds. Each later one is four times as long.
const FIRST_WAIT_MS: i64 = 30_000;
/// How long a webhook is retried, in milliseconds.
const PATIENCE_MS: i64 = 24 * 3_600_000;
/// MX retries at most twelve times, ever more slowly, over about a day (docs.mx.com, webhooks).
const MX_RETRIES: i64 = 12;
/// The longest wait between MX's attempts, in milliseconds.
const MX_LONGEST_WAIT_MS: i64 = 4 * 3_600_000;
/// The longest wait that a receiver can ask for, in milliseconds.
const LONGEST_RETRY_AFTER_MS: i64 = 4 * 3_600_000;
/// How long an attempt may take, including recording it, in milliseconds.
const CLAIM_MS: i64 = 20_000;
/// The longest sleep of the background task, because the clock can be put ahead and a new day can begin.
const LOOK_UP: Duration = Duration::from_secs(1);

impl Bank {
    /// Runs the background task until `stop` is cancelled. Interrupted deliveries are sent again after the next start.
    pub(crate) async fn run(&self, stop: CancellationToken) {
        let mut sending = JoinSet::new();
        loop {
            if let Err(error) = self.start_due(&mut sending).await {
                tracing::warn!(%error, "the built-in bank's background failed");
            }
            let wait = self.next_wait().await;
            tokio::select! {
                () = stop.cancelled() => {
                    self.inner.closing.cancel();
                    return;
                }
                () = self.inner.bell.notified() => {}
                Some(sent) = sending.join_next() => noted(sent),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Does all due work and waits for it to finish.
    pub(crate) async fn tick(&self) -> Result<(), BankError> {
        let mut sending = JoinSet::new();
        self.start_due(&mut sending).await?;
        while let Some(sent) = sending.join_next().await {
            noted(sent);
        }
        Ok(())
    }

    /// Stages come first, because they queue webhooks. A slow receiver delays only its own webhooks.
    async fn start_due(
        &self,
        sending: &mut JoinSet<Result<(), BankError>>,
    ) -> Result<(), BankError> {
        self.catch_up_all().await?;
        let now = self.wire_now().as_millisecond();
        let any = {
            let mut read = self.store().begin_read().await?;
            deliveries::next_due_at(&mut read)
                .await?
                .is_some_and(|at| at <= now)
        };
        if !any {
            return Ok(());
        }
        let mut write = self.store().write().await?;
        let due = deliveries::claim(&mut write, now, now + CLAIM_MS).await?;
        write.commit().await.map_err(StoreError::from)?;
        for batch in batches(due) {
            let bank = self.clone();
            sending.spawn(async move {
                for delivery in batch {
                    bank.send(delivery).await?;
                }
                Ok(())
            });
        }
        Ok(())
    }

    async fn next_wait(&self) -> Duration {
        let next = async {
            let mut read = self.store().begin_read().await?;
            let delivery = deliveries::next_due_at(&mut read).await?;
            let stage = items::next_stage_at(&mut read).await?;
            // Deliveries use real time, stages the bank's own.
            let delivery = delivery.map(|at| at.saturating_sub(self.wire_now().as_millisecond()));
            let stage = stage.map(|at| at.saturating_sub(self.now().as_millisecond()));
            Ok::<_, StoreError>(delivery.into_iter().chain(stage).min())
        };
        let Ok(Some(wait)) = next.await else {
            return LOOK_UP;
        };
        // Anything still due has just failed, so it is not retried immediately.
        match u64::try_from(wait) {
            Ok(wait) if wait > 0 => Duration::from_millis(wait).min(LOOK_UP),
            _ => LOOK_UP,
        }
    }

    /// Makes one attempt. It is signed each time, because receivers refuse signatures older than five minutes.
    async fn send(&self, delivery: Delivery) -> Result<(), BankError> {
        let of_mx = delivery.wire.is_some();
        let (header, proof, body) = if of_mx {
            let proof = self.authorization(&delivery).await?;
            ("authorization", proof, delivery.body.clone())
        } else {
            let (signature, body) = self.signed(&delivery).await?;
            ("plaid-verification", signature, body)
        };
        let mut post = self.inner.http.post(&delivery.url);
        post = post.header("content-type", "application/json");
        if let Some(proof) = proof {
            post = post.header(header, proof);
        }
        let answer = post.body(body).send().await;
        let now = self.wire_now();
        let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
        let asked = answer
            .as_ref()
            .ok()
            .filter(|_| status == Some(429))
            .and_then(|answer| {
                let value = answer.headers().get("retry-after")?.to_str().ok()?;
                retry_after_ms(value, now)
            });
        // Plaid requires a 200, MX any 2xx.
        let taken = status.is_some_and(|code| code == 200 || (of_mx && (200..300).contains(&code)));
        // A forgery is never retried.
        let arrived = taken || delivery.forgery.is_some();
        let attempt = Attempt {
            status,
            delivered_at: taken.then(|| now.as_millisecond()),
            due_at: if arrived {
                None
            } else {
                next_attempt(&delivery, now.as_millisecond(), asked)
            },
        };
        let mut write = self.store().write().await?;
        deliveries::record(&mut write, &delivery.id, &attempt).await?;
        deliveries::forget_before(&mut write, now.as_millisecond() - 2 * PATIENCE_MS).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(())
    }
}

/// Groups deliveries: those of one batch together and in their order, every other one alone.
fn batches(due: Vec<Delivery>) -> Vec<Vec<Delivery>> {
    let mut all: Vec<Vec<Delivery>> = Vec::new();
    for delivery in due {
        let together = delivery.batch.as_ref().and_then(|batch| {
            all.iter_mut().find(|others| {
                others
                    .first()
                    .is_some_and(|one| one.batch.as_ref() == Some(batch))
            })
        });
        match together {
            Some(others) => others.push(delivery),
            None => all.push(vec![delivery]),
        }
    }
    for batch in &mut all {
        batch.sort_by_key(|delivery| delivery.place);
    }
    all
}

fn noted(sent: Result<Result<(), BankError>, JoinError>) {
    match sent {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "a webhook of the built-in bank could not be recorded")
        }
        Err(error) => tracing::warn!(%error, "a webhook of the built-in bank could not be sent"),
    }
}

/// Returns when a failed webhook is tried again, in Unix milliseconds. `None` gives it up.
fn next_attempt(delivery: &Delivery, now: i64, asked: Option<i64>) -> Option<i64> {
    let step = u32::try_from(delivery.attempts).unwrap_or(u32::MAX);
    let usual = if delivery.wire.is_none() {
        FIRST_WAIT_MS.saturating_mul(4_i64.saturating_pow(step))
    } else if delivery.attempts < MX_RETRIES {
        FIRST_WAIT_MS
            .saturating_mul(2_i64.saturating_pow(step))
            .min(MX_LONGEST_WAIT_MS)
    } else {
        return None;
    };
    let at = now.saturating_add(asked.unwrap_or(usual));
    (at - delivery.created_at <= PATIENCE_MS).then_some(at)
}

/// Parses `Retry-After` as seconds or as a date (RFC 9110, 10.2.3; Plaid also takes ISO 8601) and returns milliseconds.
fn retry_after_ms(value: &str, now: Timestamp) -> Option<i64> {
    let wait = if let Ok(seconds) = value.trim().parse::<i64>() {
        seconds.saturating_mul(1000)
    } else {
        let at: Timestamp = value.trim().parse().ok().or_else(|| {
            jiff::fmt::rfc2822::parse(value.trim())
                .ok()
                .map(|at| at.timestamp())
        })?;
        at.as_millisecond() - now.as_millisecond()
    };
    Some(wait.clamp(0, LONGEST_RETRY_AFTER_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_four_times_as_far_apart_and_end_within_a_day() {
        let mut delivery = Delivery {
            id: String::new(),
            url: String::new(),
            body: String::new(),
            created_at: 0,
            attempts: 0,
            forgery: None,
            batch: None,
            place: 0,
            wire: None,
        };
        let mut now = 0;
        let mut waits = Vec::new();
        while let Some(at) = next_attempt(&delivery, now, None) {
            waits.push((at - now) / 1000);
            now = at;
            delivery.attempts += 1;
        }
        assert_eq!(waits, [30, 120, 480, 1920, 7680, 30720]);
    }

    #[test]
    fn mx_tries_again_twelve_times_within_a_day() {
        let mut delivery = Delivery {
            id: String::new(),
            url: String::new(),
            body: String::new(),
            created_at: 0,
            attempts: 0,
            forgery: None,
            batch: None,
            place: 0,
            wire: Some("mx".to_owned()),
        };
        let mut now = 0;
        while let Some(at) = next_attempt(&delivery, now, None) {
            assert!(at > now);
            now = at;
            delivery.attempts += 1;
        }
        assert_eq!(delivery.attempts, 12);
        assert!((12 * 3_600_000..=PATIENCE_MS).contains(&now), "{now}");
    }

    #[test]
    fn retry_after_is_read_in_all_its_forms_and_is_four_hours_at_most() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().expect("a moment");
        assert_eq!(retry_after_ms("90", now), Some(90_000));
        assert_eq!(
            retry_after_ms("Sun, 01 Mar 2026 12:01:00 GMT", now),
            Some(60_000)
        );
        assert_eq!(retry_after_ms("2026-03-01T12:02:00Z", now), Some(120_000));
        assert_eq!(retry_after_ms("999999", now), Some(4 * 3_600_000));
        assert_eq!(retry_after_ms("soon", now), None);
    }
}
