//! Webhooks on demand: of any type, repeated, delayed, reordered or forged.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::super::webhooks::{Any, Forgery, delivery};
use super::super::{Bank, BankError, Refusal, ids};
use super::{Deed, Which};
use crate::store::deliveries::{self, Told};

/// A requested webhook.
#[derive(Clone, Debug, Default)]
pub struct Webhook {
    /// Plaid's `webhook_type`. If it is left out, it follows from the code.
    pub kind: Option<String>,
    /// Plaid's `webhook_code`, or an unknown one.
    pub code: String,
    /// Fields that replace the usual ones.
    pub fields: Option<Map<String, Value>>,
    /// Fields to leave out.
    pub without: Vec<String>,
    /// How often to send it; 0 means once.
    pub times: u16,
    /// The delay in milliseconds.
    pub delay_ms: u64,
    /// The way it is forged. `None` for a genuine webhook.
    pub forgery: Option<Forgery>,
    /// The destination; by default the Item's webhook URL.
    pub url: Option<String>,
}

impl Bank {
    /// Sends a webhook about an Item.
    pub async fn send_webhook(&self, which: Which<'_>, wanted: Webhook) -> Result<Deed, BankError> {
        if let Some(forgery) = wanted.forgery {
            self.can_forge(forgery).await?;
        }
        let view = self.whole_item(which).await?;
        let url = wanted.url.clone().or(view.item.webhook.clone());
        let url = url.ok_or_else(|| Refusal::from_code("SANDBOX_WEBHOOK_INVALID"))?;
        let any = Any {
            kind: wanted.kind.as_deref(),
            code: &wanted.code,
            fields: wanted.fields.as_ref(),
            without: &wanted.without,
        };
        let body = any.body(&view, self.environment())?;
        let now = self.wire_now().as_millisecond();
        let due = now.saturating_add(i64::try_from(wanted.delay_ms).unwrap_or(i64::MAX));
        let times = wanted.times.max(1);
        let mut all = Vec::new();
        let mut write = self.store().write().await?;
        for _ in 0..times {
            let mut one = delivery(&url, &body, now);
            one.forgery = wanted.forgery.map(|forgery| forgery.name.to_owned());
            deliveries::insert(&mut write, Some(&view.item.id), &one, Some(due)).await?;
            all.push(Value::from(one.id));
        }
        self.commit(write).await?;
        Ok(webhook_sent(&wanted, times).with("delivery_ids", all))
    }

    /// Holds back an Item's webhooks from now on.
    pub async fn hold_webhooks(&self, which: Which<'_>) -> Result<Deed, BankError> {
        let (write, mut item) = self.begin(which).await?;
        item.holds_webhooks = true;
        self.end(write, &item).await?;
        Ok(Deed::new(
            "This connection’s webhooks are on hold.",
            "The app finds changes at its next scheduled check, or when someone syncs.",
        ))
    }

    /// Releases the held webhooks one after another: in order, or the last one first.
    pub async fn release_webhooks(
        &self,
        which: Which<'_>,
        reversed: bool,
    ) -> Result<Deed, BankError> {
        let (mut write, mut item) = self.begin(which).await?;
        item.holds_webhooks = false;
        let mut held = deliveries::held(&mut write, &item.id).await?;
        if reversed {
            held.reverse();
        }
        let (batch, now) = (ids::opaque(), self.wire_now().as_millisecond());
        for (place, id) in (0..).zip(&held) {
            deliveries::let_go(&mut write, id, &batch, place, now).await?;
        }
        self.end(write, &item).await?;
        let order = if reversed {
            "newest first"
        } else {
            "oldest first"
        };
        Ok(Deed::new(
            format!("Held webhooks sent, {order}: {}.", held.len()),
            "Their order doesn’t matter: each only tells the app where to look, and it ends up with the bank’s current state.",
        )
        .with("released", held.len()))
    }

    /// Returns the last webhooks of an Item with their delivery status, newest first.
    pub async fn webhooks_of(&self, which: Which<'_>, limit: u16) -> Result<Vec<Told>, BankError> {
        let mut read = self.store().begin_read().await?;
        let item = self.found(&mut read, which).await?;
        Ok(deliveries::of_item(&mut read, &item.id, i64::from(limit)).await?)
    }

    /// Starts to sign with a new key. The old keys expire after `expire_after`, or are deleted at once.
    pub async fn new_webhook_key(
        &self,
        expire_after: SignedDuration,
        forget: bool,
    ) -> Result<Deed, BankError> {
        let at = self
            .wire_now()
            .saturating_add(expire_after)
            .unwrap_or(Timestamp::MAX);
        let kid = self.rotate_key(at, forget).await?;
        let done = if forget {
            "Webhooks are signed with a new key, and older keys can’t be looked up."
        } else {
            "Webhooks are signed with a new key, and older keys expire."
        };
        Ok(Deed::new(
            done,
            "The app looks up and accepts the new key with the first webhook that names it, and stops accepting the old one once it has expired.",
        )
        .with("kid", kid))
    }
}

fn webhook_sent(wanted: &Webhook, times: u16) -> Deed {
    let code = &wanted.code;
    let often = match times {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    };
    let when = match wanted.delay_ms / 1000 {
        0 => "now".to_owned(),
        seconds => format!("in {seconds} seconds"),
    };
    match wanted.forgery {
        Some(forgery) => Deed::new(
            format!(
                "Sending a forged {code} {often}, {when}: {}.",
                forgery.words
            ),
            "The app rejects and counts it, and nothing changes.",
        ),
        None => Deed::new(
            format!("Sending {code} {often}, {when}."),
            "The app accepts and stores it, and acts on it once by checking with the bank.",
        ),
    }
}
