//! MX's webhooks about members, and their receiver.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::run::mx_institution_of;
use super::status::{is_announced, message, number};
use crate::bank::lifecycle::Changes;
use crate::bank::webhooks::delivery;
use crate::bank::{Bank, BankError};
use crate::store::deliveries::{self, Delivery};
use crate::store::items::ItemRow;
use crate::store::members::{self, Job, Member};
use crate::store::{mx_settings, users};

/// The setting with the receiver.
pub(in crate::bank) const RECEIVER: &str = "receiver";
/// The name of MX's wire in deliveries.
pub(in crate::bank) const WIRE: &str = "mx";

/// The receiver of MX's webhooks. It has no `Debug`, so that its password cannot reach a log.
#[derive(Clone, Serialize, Deserialize)]
pub struct Receiver {
    /// The destination URL.
    pub url: String,
    /// The user name for Basic authentication.
    pub username: Option<String>,
    /// The password for Basic authentication.
    pub password: Option<String>,
}

impl Bank {
    /// Changes a member's status, and sends a webhook for the statuses that MX announces.
    pub(in crate::bank) async fn set_status(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
        status: Option<String>,
    ) -> Result<(), BankError> {
        member.record.status.clone_from(&status);
        let Some(status) = status.filter(|status| is_announced(status)) else {
            return Ok(());
        };
        let body = of_status(member, &status)?;
        self.tell_of_member(db, member, &body).await
    }

    /// Announces the end of a successful run.
    pub(super) async fn tell_of_rows(
        &self,
        db: &mut SqliteConnection,
        member: &Member,
        job: Job,
        changes: &Changes,
        is_background: bool,
    ) -> Result<(), BankError> {
        let user = users::find(db, &member.user_guid).await?;
        let user_id = user.and_then(|user| user.id);
        let body = self.of_rows(member, user_id, job, changes, is_background);
        self.tell_of_member(db, member, &body).await
    }

    /// Announces the result of a background aggregation.
    pub(in crate::bank) async fn tell_of_item(
        &self,
        db: &mut SqliteConnection,
        item: &ItemRow,
        changes: &Changes,
    ) -> Result<(), BankError> {
        let guid = item.member_guid.as_deref().unwrap_or_default();
        let Some(member) = members::by_guid(db, guid).await? else {
            return Ok(());
        };
        self.tell_of_rows(db, &member, Job::Aggregation, changes, true)
            .await
    }

    /// Queues a webhook about a member, if there is a receiver.
    async fn tell_of_member(
        &self,
        db: &mut SqliteConnection,
        member: &Member,
        body: &Value,
    ) -> Result<(), BankError> {
        let Some(receiver) = mx_settings::load_setting::<Receiver>(db, RECEIVER).await? else {
            return Ok(());
        };
        let now = self.wire_now().as_millisecond();
        let one = of_mx(&receiver.url, body, now);
        let due_at = (!member.record.holds_webhooks).then_some(now);
        Ok(deliveries::insert(db, Some(&member.guid), &one, due_at).await?)
    }

    /// Returns the webhook body for the end of a run.
    pub(in crate::bank) fn of_rows(
        &self,
        member: &Member,
        user_id: Option<String>,
        job: Job,
        changes: &Changes,
        is_background: bool,
    ) -> Value {
        let now = self.now();
        let mut body = json!({
            "action": "member_data_updated",
            "completed_at": now.as_second(),
            "completed_on": now.strftime("%Y-%m-%d").to_string(),
            "is_background": is_background,
            "job_guid": member.record.job,
            "member_guid": member.guid,
            "transactions_created_count": changes.added,
            "transactions_updated_count": changes.modified,
            "type": match job { Job::Aggregation => "AGGREGATION", Job::History => "HISTORY" },
            "user_guid": member.user_guid,
            "user_id": user_id,
        });
        if let Some(callback) = &member.record.callback {
            body["callback_payload"] = callback.as_str().into();
        }
        body
    }

    /// Returns the `Authorization` header of an MX webhook, forged if the delivery asks for it. `None` sends no header.
    pub(in crate::bank) async fn authorization(
        &self,
        delivery: &Delivery,
    ) -> Result<Option<String>, BankError> {
        let receiver: Option<Receiver> = {
            let mut read = self.store().begin_read().await?;
            mx_settings::load_setting(&mut read, RECEIVER).await?
        };
        let pair = receiver.and_then(|receiver| receiver.username.zip(receiver.password));
        let Some((username, password)) = pair else {
            return Ok(None);
        };
        let basic = |password: &str| {
            Some(format!(
                "Basic {}",
                STANDARD.encode(format!("{username}:{password}"))
            ))
        };
        Ok(match delivery.forgery.as_deref() {
            Some("no_password") => None,
            Some("wrong_password") => basic(&format!("not-{password}")),
            Some("garbage") => Some("Basic %%%".to_owned()),
            _ => basic(&password),
        })
    }
}

/// Returns the webhook body for a status.
pub(in crate::bank) fn of_status(member: &Member, status: &str) -> Result<Value, BankError> {
    let institution = mx_institution_of(member)?;
    Ok(json!({
        "action": "CHANGED",
        "connection_status": status,
        "connection_status_id": number(status),
        "connection_status_message": message(status, &institution.name),
        "member_guid": member.guid,
        "type": "CONNECTION_STATUS",
        "user_guid": member.user_guid,
    }))
}

/// Returns a delivery on MX's wire. `now` is in Unix milliseconds.
pub(in crate::bank) fn of_mx(url: &str, body: &Value, now: i64) -> Delivery {
    let mut one = delivery(url, body, now);
    one.body = body.to_string();
    one.wire = Some(WIRE.to_owned());
    one
}
