//! MX webhooks on demand: of any type, repeated, delayed, held back, or with a wrong password.

use serde_json::{Map, Value, json};

use super::Deed;
use crate::bank::lifecycle::Changes;
use crate::bank::members::{MxReceiver, RECEIVER, of_mx, of_status};
use crate::bank::{Bank, BankError, Refusal, ids};
use crate::store::deliveries::{self, Told};
use crate::store::members::{Job, Member};
use crate::store::{mx_settings, users};

/// The ways to forge an MX webhook: the name in the API, and the description.
pub const MX_FORGERIES: [(&str, &str); 3] = [
    ("no_password", "without a password"),
    ("wrong_password", "with a wrong password"),
    ("garbage", "with an unreadable header"),
];

/// A requested MX webhook.
#[derive(Clone, Debug, Default)]
pub struct MxWebhook {
    /// MX's `type`.
    pub kind: String,
    /// Fields that replace the usual ones.
    pub fields: Map<String, Value>,
    /// Fields to leave out.
    pub without: Vec<String>,
    /// How often to send it; 0 means once.
    pub times: u16,
    /// The delay in milliseconds.
    pub delay_ms: i64,
    /// The way it is forged. `None` for a genuine webhook.
    pub forgery: Option<&'static str>,
}

impl Bank {
    /// Sends an MX webhook about a member.
    pub async fn send_mx_webhook(&self, guid: &str, wanted: MxWebhook) -> Result<Deed, BankError> {
        let (mut write, member) = self.begin_member(guid).await?;
        let receiver: Option<MxReceiver> = mx_settings::load_setting(&mut write, RECEIVER).await?;
        let receiver = receiver.ok_or_else(|| {
            Refusal::invalid_field("no webhook URL is set: call /misbehave/member/webhook first")
        })?;
        let user = users::find(&mut write, &member.user_guid).await?;
        let body = self.usual(&member, user.and_then(|user| user.id), &wanted)?;
        let now = self.wire_now().as_millisecond();
        let times = wanted.times.max(1);
        let mut all = Vec::new();
        for _ in 0..times {
            let mut one = of_mx(&receiver.url, &body, now);
            one.forgery = wanted.forgery.map(str::to_owned);
            let due = now.saturating_add(wanted.delay_ms);
            deliveries::insert(&mut write, Some(guid), &one, Some(due)).await?;
            all.push(Value::from(one.id));
        }
        self.commit(write).await?;
        let expect = match wanted.forgery {
            Some(_) => "The app rejects it, and nothing changes.",
            None => "It’s only a hint: the app checks the member and gets what has changed.",
        };
        Ok(
            Deed::new(format!("Sending {} ({times}×).", wanted.kind), expect)
                .with("delivery_ids", all),
        )
    }

    /// Holds a member's webhooks back, or releases them: in order, or the last one first.
    pub async fn hold_mx_webhooks(
        &self,
        guid: &str,
        holds: bool,
        reversed: bool,
    ) -> Result<Deed, BankError> {
        let (mut write, mut member) = self.begin_member(guid).await?;
        member.record.holds_webhooks = holds;
        let mut released = Vec::new();
        if !holds {
            released = deliveries::held(&mut write, guid).await?;
            if reversed {
                released.reverse();
            }
            let (batch, now) = (ids::opaque(), self.wire_now().as_millisecond());
            for (place, id) in (0..).zip(&released) {
                deliveries::let_go(&mut write, id, &batch, place, now).await?;
            }
        }
        self.end_member(write, &member).await?;
        Ok(if holds {
            Deed::new(
                "This member’s webhooks are on hold.",
                "The app finds changes at its next scheduled check.",
            )
        } else {
            Deed::new(
                format!("Held webhooks sent: {}.", released.len()),
                "Their order doesn’t matter: the app ends up with the member’s current state.",
            )
            .with("released", released.len())
        })
    }

    /// Returns the last webhooks of a member with their delivery status, newest first.
    pub async fn mx_webhooks_of(&self, guid: &str, limit: u16) -> Result<Vec<Told>, BankError> {
        let mut read = self.store().begin_read().await?;
        Ok(deliveries::of_item(&mut read, guid, i64::from(limit)).await?)
    }

    fn usual(
        &self,
        member: &Member,
        user_id: Option<String>,
        wanted: &MxWebhook,
    ) -> Result<Value, BankError> {
        let none = Changes::default();
        let mut body = match wanted.kind.as_str() {
            "CONNECTION_STATUS" => {
                of_status(member, member.record.status.as_deref().unwrap_or_default())?
            }
            "HISTORY" => self.of_rows(member, user_id, Job::History, &none, true),
            "AGGREGATION" => self.of_rows(member, user_id, Job::Aggregation, &none, true),
            other => json!({
                "action": "member_data_updated", "member_guid": member.guid, "type": other,
                "user_guid": member.user_guid,
            }),
        };
        if let Some(body) = body.as_object_mut() {
            body.extend(wanted.fields.clone());
            body.retain(|name, _| !wanted.without.contains(name));
        }
        Ok(body)
    }
}
