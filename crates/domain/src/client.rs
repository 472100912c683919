//! Apps that are registered here: they send people here to log in, and get tokens for them (OAuth 2.0, RFC 6749).

use jiff::Timestamp;

use crate::access::Scopes;
use crate::id::ClientId;

/// A registered app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What it calls itself in requests.
    pub id: ClientId,
    /// What people read.
    pub name: String,
    /// Whether it has a secret. One that runs in a browser or on a phone can keep none.
    pub confidential: bool,
    /// The most that it may ask people for.
    pub scopes: Scopes,
    /// Where people are sent back to, each exactly as it was registered.
    pub redirect_uris: Vec<String>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Since when it is switched off.
    pub disabled_at: Option<Timestamp>,
}

/// What a person has allowed an app, however often it asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedApp {
    /// The app.
    pub client: ClientId,
    /// What people read.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Since when it has tokens that are good.
    pub since: Timestamp,
    /// When it last fetched tokens.
    pub last_used_at: Timestamp,
}
