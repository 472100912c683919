//! Time that passes at the bank, and what it ends.
//!
//! The simulated world uses the bank's own time: dates, rows, consents, log-ins, Link tokens. It can be put ahead of
//! real time, never back. What two programs exchange uses real time: a receiver would rightly refuse a signature from
//! the future, and deliveries are retried in real minutes.

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::super::webhooks::Event;
use super::super::{Bank, BankError, Refusal, moment};
use super::Deed;
use crate::store::items::{self, ItemRow};
use crate::store::{StoreError, settings};

/// How long before its end a consent or log-in is announced as ending, in milliseconds (plaid.com/docs/api/items,
/// PENDING_EXPIRATION and PENDING_DISCONNECT).
pub(in crate::bank) const NOTICE_MS: i64 = 7 * 24 * 3_600_000;
/// How long a log-in lasts in Plaid's Sandbox, in milliseconds.
const LOG_IN_MS: i64 = 30 * 24 * 3_600_000;
/// The furthest that the clock can be put ahead in all: ten years, in milliseconds.
const FURTHEST_MS: i64 = 3650 * 24 * 3_600_000;

impl Bank {
    /// Returns how far the bank's clock is ahead of real time.
    #[must_use]
    pub fn lead(&self) -> SignedDuration {
        self.now().duration_since(self.wire_now())
    }

    /// Puts the bank's clock ahead and catches up on what happens in that time. Log-ins older than 30 days then end, as
    /// in Plaid's Sandbox. They do not end with the passing of real time, so that a bank that runs for months does not
    /// ask for log-ins again and again.
    pub async fn put_ahead(&self, by: SignedDuration) -> Result<Deed, BankError> {
        let step = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        if step <= 0 {
            return Err(Refusal::invalid_field("the clock can only be moved forward").into());
        }
        let mut write = self.store().write().await?;
        let lead = settings::number(&mut write, settings::LEAD)
            .await?
            .saturating_add(step);
        if lead > FURTHEST_MS {
            return Err(Refusal::invalid_field("the clock can be at most ten years ahead").into());
        }
        settings::set_number(&mut write, settings::LEAD, lead).await?;
        write.commit().await.map_err(StoreError::from)?;
        self.inner.clock.put_ahead(by);
        for id in self.ids_of_living().await? {
            self.age(&id).await?;
        }
        self.inner.bell.notify_one();
        let now = moment::wire(self.now());
        Ok(Deed::new(
            format!("The bank’s clock is now {now}."),
            "Pending transactions post and new ones appear within seconds. Consents and log-ins that end within a week send a warning, and those that have ended need a new log-in.",
        )
        .with("now", now)
        .with("lead_ms", lead))
    }

    async fn ids_of_living(&self) -> Result<Vec<String>, BankError> {
        let mut read = self.store().begin_read().await?;
        let all = items::living(&mut read, None).await?;
        Ok(all.into_iter().map(|item| item.id).collect())
    }

    /// Brings an Item to the new time: first its rows, then its consent and log-in.
    async fn age(&self, id: &str) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        let Some(mut item) = items::by_id(&mut write, id).await? else {
            return Ok(());
        };
        self.catch_up(&mut write, &mut item).await?;
        let end = item
            .log_in_at
            .unwrap_or(item.created_at)
            .saturating_add(LOG_IN_MS);
        // Where consents expire, the log-in ends with the consent. This limit is for banks without that. MX reports the
        // status of its members in its own way.
        if item.consent_expires_at.is_none() && item.member_guid.is_none() {
            self.near_end(&mut write, &mut item, end, Event::PendingDisconnect)
                .await?;
        }
        items::update(&mut write, &item).await?;
        self.commit(write).await
    }

    /// Announces the end of a consent a week ahead, and ends it. Called whenever an Item is brought up to date.
    pub(in crate::bank) async fn heed_consent(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
    ) -> Result<(), BankError> {
        match item.consent_expires_at {
            Some(end) => self.near_end(db, item, end, Event::PendingExpiration).await,
            None => Ok(()),
        }
    }

    async fn near_end(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        end: i64,
        warning: Event,
    ) -> Result<(), BankError> {
        let now = self.now().as_millisecond();
        if item.error.is_some() {
            return Ok(());
        }
        if end - now <= NOTICE_MS && item.warned_of != Some(end) {
            item.warned_of = Some(end);
            self.announce(db, item, warning).await?;
        }
        if end <= now {
            item.error = Some("ITEM_LOGIN_REQUIRED".to_owned());
            item.last_failure_at = Some(now);
            self.announce(db, item, Event::ItemError).await?;
        }
        Ok(())
    }

    /// Whether the end of a consent has to be announced or carried out.
    pub(in crate::bank) fn consent_is_due(item: &ItemRow, now: Timestamp) -> bool {
        let now = now.as_millisecond();
        item.error.is_none()
            && item.consent_expires_at.is_some_and(|end| {
                end <= now || (end - now <= NOTICE_MS && item.warned_of != Some(end))
            })
    }
}
