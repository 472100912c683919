//! The settings for MX.

use url::Url;

use domain::secret::Secret;

/// MX's API for testing (`MX_ENV=integration`).
pub const INTEGRATION: &str = "https://int-api.mx.com";
/// MX's API for real banks (`MX_ENV=production`).
pub const PRODUCTION: &str = "https://api.mx.com";

/// Returns the API's base URL in an environment, or `None` for an unknown one.
#[must_use]
pub fn base_of(environment: &str) -> Option<&'static str> {
    match environment {
        "integration" => Some(INTEGRATION),
        "production" => Some(PRODUCTION),
        _ => None,
    }
}

/// The settings for MX's API, and the secrets that authenticate its webhooks.
#[derive(Clone, Debug)]
pub struct MxConfig {
    /// The API's base URL.
    pub base_url: Url,
    /// The client id.
    pub client_id: String,
    /// The API key.
    pub api_key: Secret,
    /// The secret path below `/webhooks/mx/` in the webhook address given to MX. Without it and the password, all
    /// webhooks are refused.
    pub webhook_path: Option<Secret>,
    /// The HTTP Basic password given to MX for webhooks. The user name does not matter.
    pub webhook_password: Option<Secret>,
}
