//! How Plaid is reached.

use url::Url;

use domain::secret::Secret;

/// How Plaid is reached, and what is asked of it.
#[derive(Clone, Debug)]
pub struct PlaidConfig {
    /// Where the API is.
    pub base_url: Url,
    /// The client id.
    pub client_id: String,
    /// The secret.
    pub secret: Secret,
    /// The name that Link shows; Plaid cuts it at 30 characters.
    pub client_name: String,
    /// Whose institutions are offered.
    pub country_codes: Vec<String>,
    /// Link's language.
    pub language: String,
    /// Sent only when set.
    pub redirect_uri: Option<String>,
    /// Where webhooks go, if they can reach us.
    pub webhook: Option<String>,
}
