//! Webhooks: what goes out, signed, and again until it has arrived.

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

/// An HTTP client that waits ten seconds and never follows a redirect, as Plaid's sender.
pub(super) fn client() -> Result<reqwest::Client, BankError> {
    Ok(reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()?)
}

impl Bank {
    /// Puts a webhook of an Item on its way, if the Item has somewhere to send it and is armed for it. The caller
    /// saves the Item.
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

    /// Puts a webhook of an Item on its way, armed or not.
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

    /// Puts a webhook of no Item on its way. Plaid's bodies are JSON with two spaces; they are signed byte for byte.
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

/// A delivery of a body that Plaid would have written.
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
