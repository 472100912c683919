//! What is kept of Link: its tokens and its sessions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::moment;

/// A Link token with all that its maker asked for.
#[derive(Clone, Serialize, Deserialize)]
pub struct LinkToken {
    /// `link-sandbox-<uuid>`.
    pub token: String,
    /// When it was made.
    #[serde(with = "moment::millis")]
    pub created_at: Timestamp,
    /// From when on it answers `INVALID_LINK_TOKEN`.
    #[serde(with = "moment::millis")]
    pub expires_at: Timestamp,
    /// Who asks; Link shows "This Application" when it is longer than 30 characters.
    pub client_name: String,
    /// Plaid's language code.
    pub language: String,
    /// ISO 3166 codes; institutions of other countries are not shown.
    pub country_codes: Vec<String>,
    /// Products that the institution must all have.
    pub products: Vec<String>,
    /// Products that are added where the institution has them.
    pub extra_products: Vec<String>,
    /// The caller's name for its user.
    pub client_user_id: Option<String>,
    /// Where an OAuth bank sends the browser back.
    pub redirect_uri: Option<String>,
    /// Where webhooks of the session and of a new Item go.
    pub webhook: Option<String>,
    /// Set when an Item is to be repaired or changed, not made.
    pub update: Option<UpdateMode>,
    /// Set when the flow runs on a page of the bank's.
    pub hosted: Option<Hosted>,
    /// Which accounts may be chosen; empty is all of them.
    pub account_filters: Vec<AccountFilter>,
    /// Days of history for a new Item.
    pub days_requested: u16,
}

/// The Item that a Link token in update mode is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UpdateMode {
    /// The Item.
    pub item_id: String,
    /// Its bank.
    pub institution_id: String,
    /// The name it was linked with.
    pub username: String,
    /// Whether the accounts may be chosen anew.
    pub account_selection_enabled: bool,
}

/// A flow on the bank's own page.
#[derive(Clone, Serialize, Deserialize)]
pub struct Hosted {
    /// The last part of the page's address.
    pub id: String,
    /// Where the person goes when done.
    pub completion_redirect_uri: Option<String>,
    /// From when on the page is gone.
    #[serde(with = "moment::millis")]
    pub expires_at: Timestamp,
}

/// Accounts of one type that may be chosen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountFilter {
    /// Plaid's type.
    pub kind: String,
    /// Plaid's subtypes; `all` is any.
    pub subtypes: Vec<String>,
}

/// One opening of Link.
#[derive(Clone)]
pub struct SessionRecord {
    /// The `link_session_id`, a UUID that Link makes.
    pub id: String,
    /// The token it was opened with.
    pub link_token: String,
    /// When it was opened.
    pub started_at: Timestamp,
    /// When it came to an end; written by `finish_…` only.
    pub finished_at: Option<Timestamp>,
    /// Whatever Link has to remember between two pages.
    pub state: Value,
    /// Events in the form of `/link/token/get`: `{event_name, timestamp, event_id, event_metadata}`.
    pub events: Vec<Value>,
    /// `{error, metadata}` of an exit; written by `finish_exit` only.
    pub exit: Option<Value>,
    /// What was linked; written by `finish_…` only.
    pub results: Vec<ItemAddResult>,
}

/// One Item that a session has linked or repaired.
#[derive(Clone, Serialize, Deserialize)]
pub struct ItemAddResult {
    /// To be exchanged.
    pub public_token: String,
    /// The chosen accounts.
    pub accounts: Vec<LinkAccount>,
    /// The bank's id.
    pub institution_id: String,
    /// The bank's name.
    pub institution_name: String,
}

/// An account in the words of Link's `onSuccess`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkAccount {
    /// The `account_id`.
    pub id: String,
    /// The key of `SeedAccount`.
    pub key: String,
    /// Name.
    pub name: String,
    /// Last digits.
    pub mask: Option<String>,
    /// Plaid's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Plaid's subtype.
    pub subtype: Option<String>,
}
