//! Builds the body of any webhook on demand, in Plaid's reference or not.

use serde_json::{Map, Value, json};

use super::super::Refusal;
use super::Event;
use crate::bank::ItemView;

/// Every webhook that concerns this bank: its type, its code, and its description.
pub const CODES: [(&str, &str, &str); 17] = [
    (
        "TRANSACTIONS",
        "SYNC_UPDATES_AVAILABLE",
        "new data to fetch",
    ),
    (
        "TRANSACTIONS",
        "INITIAL_UPDATE",
        "the first 30 days are ready",
    ),
    (
        "TRANSACTIONS",
        "HISTORICAL_UPDATE",
        "the full history is ready",
    ),
    ("TRANSACTIONS", "DEFAULT_UPDATE", "new transactions"),
    (
        "TRANSACTIONS",
        "TRANSACTIONS_REMOVED",
        "transactions removed",
    ),
    (
        "TRANSACTIONS",
        "RECURRING_TRANSACTIONS_UPDATE",
        "recurring streams changed",
    ),
    ("ITEM", "ERROR", "the connection needs repair"),
    ("ITEM", "LOGIN_REPAIRED", "the connection works again"),
    (
        "ITEM",
        "NEW_ACCOUNTS_AVAILABLE",
        "the bank has more accounts",
    ),
    (
        "ITEM",
        "PENDING_DISCONNECT",
        "the connection ends in a week",
    ),
    ("ITEM", "PENDING_EXPIRATION", "consent ends in a week"),
    (
        "ITEM",
        "USER_PERMISSION_REVOKED",
        "the person revoked access",
    ),
    (
        "ITEM",
        "USER_ACCOUNT_REVOKED",
        "the person revoked access to one account",
    ),
    (
        "ITEM",
        "WEBHOOK_UPDATE_ACKNOWLEDGED",
        "the webhook URL was changed",
    ),
    ("LINK", "SESSION_FINISHED", "a Hosted Link session finished"),
    (
        "LINK",
        "ITEM_ADD_RESULT",
        "an Item was added in Hosted Link",
    ),
    ("LINK", "EVENTS", "Link events"),
];

/// A requested webhook.
pub(in crate::bank) struct Any<'a> {
    /// Plaid's `webhook_type`. If it is left out, it follows from the code.
    pub kind: Option<&'a str>,
    /// Plaid's `webhook_code`.
    pub code: &'a str,
    /// Fields that replace the usual ones.
    pub fields: Option<&'a Map<String, Value>>,
    /// Fields to leave out.
    pub without: &'a [String],
}

impl Any<'_> {
    /// Returns its body. Refuses an unknown code without a type.
    pub fn body(&self, view: &ItemView, environment: &str) -> Result<Value, Refusal> {
        let known = CODES.iter().find(|known| known.1 == self.code);
        let kind = self.kind.or(known.map(|known| known.0)).ok_or_else(|| {
            Refusal::invalid_field("webhook_type must be given with a code that is not Plaid's")
        })?;
        let mut body = match event(kind, self.code, view) {
            Some(event) => event.body(&view.item, environment),
            None => bare(kind, self.code, view, environment),
        };
        if let Some(object) = body.as_object_mut() {
            object.extend(self.fields.cloned().unwrap_or_default());
            for name in self.without {
                object.remove(name);
            }
        }
        Ok(body)
    }
}

fn event(kind: &str, code: &str, view: &ItemView) -> Option<Event> {
    let ids = || view.accounts.iter().map(|account| account.id.clone());
    Some(match (kind, code) {
        ("TRANSACTIONS", "SYNC_UPDATES_AVAILABLE") => Event::SyncUpdatesAvailable,
        ("TRANSACTIONS", "INITIAL_UPDATE") => Event::InitialUpdate { new: 0 },
        ("TRANSACTIONS", "HISTORICAL_UPDATE") => Event::HistoricalUpdate { new: 0 },
        ("TRANSACTIONS", "DEFAULT_UPDATE") => Event::DefaultUpdate { new: 0 },
        ("TRANSACTIONS", "TRANSACTIONS_REMOVED") => Event::TransactionsRemoved {
            removed: Vec::new(),
        },
        ("TRANSACTIONS", "RECURRING_TRANSACTIONS_UPDATE") => Event::RecurringTransactionsUpdate {
            account_ids: ids().collect(),
        },
        ("ITEM", "ERROR") if view.item.error.is_some() => Event::ItemError,
        ("ITEM", "LOGIN_REPAIRED") => Event::LoginRepaired,
        ("ITEM", "NEW_ACCOUNTS_AVAILABLE") => Event::NewAccountsAvailable,
        ("ITEM", "PENDING_DISCONNECT") => Event::PendingDisconnect,
        ("ITEM", "PENDING_EXPIRATION") => Event::PendingExpiration,
        ("ITEM", "USER_PERMISSION_REVOKED") => Event::UserPermissionRevoked,
        ("ITEM", "USER_ACCOUNT_REVOKED") => Event::UserAccountRevoked {
            account_id: ids().next().unwrap_or_default(),
        },
        ("ITEM", "WEBHOOK_UPDATE_ACKNOWLEDGED") => Event::WebhookUpdateAcknowledged {
            new_webhook_url: view.item.webhook.clone().unwrap_or_default(),
        },
        _ => return None,
    })
}

/// Returns the body of a Link webhook, which belongs to no Item, or of an unknown one.
fn bare(kind: &str, code: &str, view: &ItemView, environment: &str) -> Value {
    let session = "00000000-0000-4000-8000-000000000000";
    let token = format!("link-{environment}-{session}");
    let more = match (kind, code) {
        ("LINK", "SESSION_FINISHED") => json!({
            "status": "EXITED", "link_session_id": session, "link_token": token, "public_tokens": [],
        }),
        ("LINK", "ITEM_ADD_RESULT") => json!({
            "link_session_id": session, "link_token": token,
            "public_token": format!("public-{environment}-{session}"),
        }),
        ("LINK", _) => json!({"link_session_id": session, "link_token": token, "events": []}),
        // An error webhook of a healthy Item has the field, with null.
        ("ITEM", "ERROR") => json!({"item_id": view.item.id, "error": null}),
        _ => json!({"item_id": view.item.id}),
    };
    let mut body = json!({"webhook_type": kind, "webhook_code": code});
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
        body.insert("environment".to_owned(), environment.into());
    }
    body
}
