//! The settings for Plaid.

use url::Url;

use domain::secret::Secret;

/// The settings for Plaid's API and for Link.
#[derive(Clone, Debug)]
pub struct PlaidConfig {
    /// The API's base URL.
    pub base_url: Url,
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub secret: Secret,
    /// The name that Link shows. Plaid truncates it to 30 characters.
    pub client_name: String,
    /// The countries whose institutions are offered.
    pub country_codes: Vec<String>,
    /// Link's language.
    pub language: String,
    /// The OAuth redirect URI; sent only when set.
    pub redirect_uri: Option<String>,
    /// The webhook address; `None` when webhooks cannot reach us.
    pub webhook: Option<String>,
}
