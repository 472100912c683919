//! Webhooks: queued in the transaction of the change that they report, and retried until they arrive.
//!
//! `deliver` sends them in the background. Plaid's carry a signature over the body (`sign`), MX's a password. `forge`
//! makes the ones that a receiver has to refuse.

mod any;
mod deliver;
mod event;
mod forge;
mod sign;

pub(super) use any::Any;
pub use any::CODES;
pub use event::Event;
pub use forge::Forgery;
pub use sign::{PublicKey, Signer};

use sqlx::SqliteConnection;

use super::{Bank, BankError};
use crate::store::deliveries::{self, Delivery};
use crate::store::items::ItemRow;

/// Creates an HTTP client with a timeout of ten seconds that follows no redirects, like Plaid's sender.
pub(super) fn client() -> Result<reqwest::Client, BankError> {
    Ok(reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()?)
}

impl Bank {
    /// Queues a webhook about an Item, if the Item has a webhook URL. `SYNC_UPDATES_AVAILABLE` is sent only after the
    /// first `/transactions/sync`. The caller saves the Item.
    pub(super) async fn announce(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        event: Event,
    ) -> Result<(), BankError> {
        if matches!(event, Event::SyncUpdatesAvailable) && item.synced_at.is_none() {
            return Ok(());
        }
        self.send_to_webhook(db, item, &event).await
    }

    /// Queues a webhook about an Item, without that condition.
    pub(super) async fn send_to_webhook(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        event: &Event,
    ) -> Result<(), BankError> {
        let Some(url) = item.webhook.clone() else {
            return Ok(());
        };
        item.last_webhook_at = Some(self.now().as_millisecond());
        item.last_webhook_code = Some(event.code().to_owned());
        let body = event.body(item, self.environment());
        let now = self.wire_now().as_millisecond();
        let due_at = (!item.holds_webhooks).then_some(now);
        deliveries::insert(db, Some(&item.id), &delivery(&url, &body, now), due_at).await?;
        Ok(())
    }

    /// Queues a webhook that belongs to no Item. Plaid's bodies are JSON indented by two spaces, and are signed byte
    /// for byte.
    pub(super) async fn post(
        &self,
        db: &mut SqliteConnection,
        url: &str,
        body: &serde_json::Value,
    ) -> Result<(), BankError> {
        let now = self.wire_now().as_millisecond();
        Ok(deliveries::insert(db, None, &delivery(url, body, now), Some(now)).await?)
    }
}

/// Returns a delivery with a body in Plaid's format. `now` is in Unix milliseconds.
pub(super) fn delivery(url: &str, body: &serde_json::Value, now: i64) -> Delivery {
    Delivery {
        id: super::ids::opaque(),
        url: url.to_owned(),
        body: format!("{body:#}"),
        created_at: now,
        attempts: 0,
        forgery: None,
        batch: None,
        place: 0,
        wire: None,
    }
}
