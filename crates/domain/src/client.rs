//! Registered apps: they send people here to log in and receive tokens for them (OAuth 2.0, RFC 6749).

use jiff::Timestamp;

use crate::access::Scopes;
use crate::id::ClientId;

/// A registered app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The OAuth `client_id`.
    pub id: ClientId,
    /// The name shown to people.
    pub name: String,
    /// Whether it has a secret. An app in a browser or on a phone cannot keep one.
    pub confidential: bool,
    /// The most that it may request.
    pub scopes: Scopes,
    /// The registered redirect URIs, compared exactly.
    pub redirect_uris: Vec<String>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was switched off; `None` while it is on.
    pub disabled_at: Option<Timestamp>,
}

/// An app that a person has allowed, with all its grants taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedApp {
    /// The app.
    pub client: ClientId,
    /// The name shown to people.
    pub name: String,
    /// The scopes that were granted.
    pub scopes: Scopes,
    /// When the oldest grant that is still valid was made.
    pub since: Timestamp,
    /// When it last fetched tokens.
    pub last_used_at: Timestamp,
}
