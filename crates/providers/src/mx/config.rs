//! How MX is reached.

use url::Url;

use domain::secret::Secret;

/// MX's API for trying things out, which `MX_ENV=integration` means.
pub const INTEGRATION: &str = "https://int-api.mx.com";
/// MX's API for real banks, which `MX_ENV=production` means.
pub const PRODUCTION: &str = "https://api.mx.com";

/// Where the API of an environment is.
#[must_use]
pub fn base_of(environment: &str) -> Option<&'static str> {
    match environment {
        "integration" => Some(INTEGRATION),
        "production" => Some(PRODUCTION),
        _ => None,
    }
}

/// How MX is reached, and how it proves that it knocks.
#[derive(Clone, Debug)]
pub struct MxConfig {
    /// Where the API is.
    pub base_url: Url,
    /// The client id.
    pub client_id: String,
    /// The key to the API.
    pub api_key: Secret,
    /// What follows `/webhooks/mx/` in the address that MX is given. Without this and the password, nothing that
    /// knocks is believed.
    pub webhook_path: Option<Secret>,
    /// The password of HTTP Basic that MX is given for webhooks; the name before it does not matter.
    pub webhook_password: Option<Secret>,
}
