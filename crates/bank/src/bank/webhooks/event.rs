//! The bodies of Plaid's webhooks.

use serde_json::{Value, json};

use super::super::{Refusal, moment};
use crate::store::items::ItemRow;

/// A webhook about an Item.
#[derive(Clone, Debug)]
pub enum Event {
    /// `/transactions/sync` has new changes.
    SyncUpdatesAvailable,
    /// The first 30 days are available.
    InitialUpdate {
        /// The number of rows.
        new: usize,
    },
    /// All history is available.
    HistoricalUpdate {
        /// The number of additional rows.
        new: usize,
    },
    /// There are new rows.
    DefaultUpdate {
        /// The number of rows.
        new: usize,
    },
    /// Rows were removed.
    TransactionsRemoved {
        /// Their ids.
        removed: Vec<String>,
    },
    /// Recurring streams changed.
    RecurringTransactionsUpdate {
        /// The accounts concerned.
        account_ids: Vec<String>,
    },
    /// The Item entered an error state.
    ItemError,
    /// The Item works again.
    LoginRepaired,
    /// The bank has accounts that it did not have before.
    NewAccountsAvailable,
    /// The log-in ends in a week (US and Canada).
    PendingDisconnect,
    /// The consent ends in a week (EU and UK).
    PendingExpiration,
    /// The person revoked access.
    UserPermissionRevoked,
    /// The person revoked access to one account.
    UserAccountRevoked {
        /// The account.
        account_id: String,
    },
    /// Webhooks go to this URL from now on.
    WebhookUpdateAcknowledged {
        /// The new URL.
        new_webhook_url: String,
    },
}

impl Event {
    /// Plaid's `webhook_type`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SyncUpdatesAvailable
            | Self::InitialUpdate { .. }
            | Self::HistoricalUpdate { .. }
            | Self::DefaultUpdate { .. }
            | Self::TransactionsRemoved { .. }
            | Self::RecurringTransactionsUpdate { .. } => "TRANSACTIONS",
            _ => "ITEM",
        }
    }

    /// Plaid's `webhook_code`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SyncUpdatesAvailable => "SYNC_UPDATES_AVAILABLE",
            Self::InitialUpdate { .. } => "INITIAL_UPDATE",
            Self::HistoricalUpdate { .. } => "HISTORICAL_UPDATE",
            Self::DefaultUpdate { .. } => "DEFAULT_UPDATE",
            Self::TransactionsRemoved { .. } => "TRANSACTIONS_REMOVED",
            Self::RecurringTransactionsUpdate { .. } => "RECURRING_TRANSACTIONS_UPDATE",
            Self::ItemError => "ERROR",
            Self::LoginRepaired => "LOGIN_REPAIRED",
            Self::NewAccountsAvailable => "NEW_ACCOUNTS_AVAILABLE",
            Self::PendingDisconnect => "PENDING_DISCONNECT",
            Self::PendingExpiration => "PENDING_EXPIRATION",
            Self::UserPermissionRevoked => "USER_PERMISSION_REVOKED",
            Self::UserAccountRevoked { .. } => "USER_ACCOUNT_REVOKED",
            Self::WebhookUpdateAcknowledged { .. } => "WEBHOOK_UPDATE_ACKNOWLEDGED",
        }
    }

    /// Returns the whole body.
    #[must_use]
    pub fn body(&self, item: &ItemRow, environment: &str) -> Value {
        let mut body = json!({
            "webhook_type": self.kind(),
            "webhook_code": self.code(),
            "item_id": item.id,
        });
        if let (Value::Object(body), Value::Object(more)) = (&mut body, self.details(item)) {
            body.extend(more);
            body.insert("environment".to_owned(), environment.into());
        }
        body
    }

    fn details(&self, item: &ItemRow) -> Value {
        let now = item.last_webhook_at.unwrap_or(item.created_at);
        let week = now.saturating_add(7 * 24 * 3_600_000);
        // The real end if it is within a week. Otherwise an end in exactly a week, which these webhooks announce.
        let end = |real: Option<i64>| {
            let real = real.filter(|end| (now..=week).contains(end));
            moment::wire(moment::from_millis(real.unwrap_or(week)))
        };
        match self {
            Self::SyncUpdatesAvailable => json!({
                "initial_update_complete": item.stage >= 1,
                "historical_update_complete": item.stage >= 2,
            }),
            Self::InitialUpdate { new }
            | Self::HistoricalUpdate { new }
            | Self::DefaultUpdate { new } => {
                json!({"new_transactions": new, "error": null})
            }
            Self::TransactionsRemoved { removed } => {
                json!({"removed_transactions": removed, "error": null})
            }
            Self::RecurringTransactionsUpdate { account_ids } => {
                json!({"account_ids": account_ids})
            }
            Self::ItemError => json!({"error": item.error.as_deref().map(error)}),
            Self::LoginRepaired => json!({}),
            Self::NewAccountsAvailable => json!({"error": null}),
            Self::PendingDisconnect => {
                json!({"reason": "INSTITUTION_TOKEN_EXPIRATION", "disconnect_time": end(item.warned_of)})
            }
            Self::PendingExpiration => {
                json!({"consent_expiration_time": end(item.consent_expires_at)})
            }
            Self::UserPermissionRevoked => json!({"error": error("USER_PERMISSION_REVOKED")}),
            Self::UserAccountRevoked { account_id } => json!({"account_id": account_id}),
            Self::WebhookUpdateAcknowledged { new_webhook_url } => {
                json!({"new_webhook_url": new_webhook_url, "error": null})
            }
        }
    }
}

/// Returns the error object for a webhook, with the HTTP status that a call would have had.
fn error(code: &str) -> Value {
    let refusal = Refusal::from_code(code);
    let mut object = refusal.object();
    object["status"] = refusal.status.into();
    object
}
