//! An issuer's metadata (OpenID Connect Discovery 1.0).

use serde::Deserialize;
use url::Url;

use super::http::Http;
use domain::identity::SignInError;

/// The parts of a discovery document that are used.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Fetches the document of the issuer at this address.
pub(super) async fn discover(http: &Http, address: &str) -> Result<Metadata, SignInError> {
    let address = address.trim_end_matches('/');
    let url = format!("{address}/.well-known/openid-configuration").parse();
    let url: Url =
        url.map_err(|_| SignInError::Misconfigured("the issuer has no address".into()))?;
    let found: Metadata = http.get("discovery", url, None).await?.body;
    if found.issuer.trim_end_matches('/') != address {
        tracing::warn!(
            set = address,
            says = domain::text::one_line(&found.issuer),
            "an issuer calls itself something else than the settings do"
        );
        return Err(SignInError::InvalidResponse(
            "discovery names another issuer",
        ));
    }
    if !found.is_as_safe_as(address) {
        return Err(SignInError::InvalidResponse("discovery leads to http"));
    }
    Ok(found)
}

impl Metadata {
    /// Whether all endpoints use https if the issuer does.
    fn is_as_safe_as(&self, issuer: &str) -> bool {
        let all = [
            &self.authorization_endpoint,
            &self.token_endpoint,
            &self.jwks_uri,
        ];
        let plain = issuer.starts_with("http://");
        let mut all = all.into_iter().chain(&self.userinfo_endpoint);
        all.all(|url| url.scheme() == "https" || (plain && url.scheme() == "http"))
    }

    /// Whether clients may send their secret in a header, which is also the default (OpenID Connect Discovery 1.0, 3).
    pub(super) fn takes_basic(&self) -> bool {
        let methods = &self.token_endpoint_auth_methods_supported;
        methods.is_empty() || methods.iter().any(|one| one == "client_secret_basic")
    }

    /// Checks the issuer named in an authorization response (RFC 9207, 2.4).
    pub(super) fn is_from(&self, issuer: Option<&str>) -> Result<(), SignInError> {
        match issuer {
            Some(issuer) if issuer != self.issuer => {
                Err(SignInError::InvalidResponse("it names another issuer"))
            }
            None if self.authorization_response_iss_parameter_supported => {
                Err(SignInError::InvalidResponse("it names no issuer"))
            }
            _ => Ok(()),
        }
    }
}
