//! The stored records of Link: tokens and sessions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::moment;

/// A Link token with the options that it was created with.
#[derive(Clone, Serialize, Deserialize)]
pub struct LinkToken {
    /// `link-sandbox-<uuid>`.
    pub token: String,
    /// When it was created.
    #[serde(with = "moment::millis")]
    pub created_at: Timestamp,
    /// When it expires. From then on it is answered with `INVALID_LINK_TOKEN`.
    #[serde(with = "moment::millis")]
    pub expires_at: Timestamp,
    /// The name of the application. Link shows "This Application" when it is longer than 30 characters.
    pub client_name: String,
    /// Plaid's language code.
    pub language: String,
    /// ISO 3166 country codes. Institutions of other countries are not shown.
    pub country_codes: Vec<String>,
    /// Products that the institution must support.
    pub products: Vec<String>,
    /// Products that are added if the institution supports them.
    pub extra_products: Vec<String>,
    /// The caller's id for its user.
    pub client_user_id: Option<String>,
    /// Where an OAuth bank redirects the browser.
    pub redirect_uri: Option<String>,
    /// The URL for webhooks of the session and of a new Item.
    pub webhook: Option<String>,
    /// Set if the token repairs or changes an existing Item.
    pub update: Option<UpdateMode>,
    /// Set if the flow runs on a page of the bank (Hosted Link).
    pub hosted: Option<Hosted>,
    /// The account types that may be selected. Empty allows all.
    pub account_filters: Vec<AccountFilter>,
    /// Days of history for a new Item.
    pub days_requested: u16,
}

/// The Item that a token in update mode is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UpdateMode {
    /// The Item's id.
    pub item_id: String,
    /// Its institution.
    pub institution_id: String,
    /// The user name it was linked with.
    pub username: String,
    /// Whether the person may change the selected accounts.
    pub account_selection_enabled: bool,
}

/// A Hosted Link flow, which runs on the bank's own page.
#[derive(Clone, Serialize, Deserialize)]
pub struct Hosted {
    /// The last segment of the page's URL.
    pub id: String,
    /// Where the browser goes at the end.
    pub completion_redirect_uri: Option<String>,
    /// When the page expires.
    #[serde(with = "moment::millis")]
    pub expires_at: Timestamp,
}

/// The accounts of one type that may be selected.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountFilter {
    /// Plaid's type.
    pub kind: String,
    /// Plaid's subtypes; `all` allows any.
    pub subtypes: Vec<String>,
}

/// A Link session: one opening of Link.
#[derive(Clone)]
pub struct SessionRecord {
    /// The `link_session_id`, a UUID that Link generates.
    pub id: String,
    /// The token it was opened with.
    pub link_token: String,
    /// When it was opened.
    pub started_at: Timestamp,
    /// When it ended. Written by `finish_…` only.
    pub finished_at: Option<Timestamp>,
    /// The state that Link keeps between two pages.
    pub state: Value,
    /// Events in the format of `/link/token/get`: `{event_name, timestamp, event_id, event_metadata}`.
    pub events: Vec<Value>,
    /// `{error, metadata}` of an exit; written by `finish_exit` only.
    pub exit: Option<Value>,
    /// The linked Items. Written by `finish_…` only.
    pub results: Vec<ItemAddResult>,
}

/// An Item that a session has linked or repaired.
#[derive(Clone, Serialize, Deserialize)]
pub struct ItemAddResult {
    /// The public token to exchange.
    pub public_token: String,
    /// The selected accounts.
    pub accounts: Vec<LinkAccount>,
    /// The institution's id.
    pub institution_id: String,
    /// The institution's name.
    pub institution_name: String,
}

/// An account in the format of Link's `onSuccess`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkAccount {
    /// The `account_id`.
    pub id: String,
    /// Its key in the simulated world, as in `SeedAccount`.
    pub key: String,
    /// The account name.
    pub name: String,
    /// The last digits of the account number.
    pub mask: Option<String>,
    /// Plaid's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Plaid's subtype.
    pub subtype: Option<String>,
}
