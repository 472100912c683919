//! An OpenID Connect issuer, found by its discovery document (OpenID Connect Discovery 1.0): Google, or the one that
//! the operator names.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use url::Url;

use super::http::Http;
use super::id_token::{Expected, verified};
use super::keys::Keys;
use super::oauth::{App, Tokens};
use super::people;
use super::profile::{Found, is_true, text};
use super::source::{Came, IdentitySource};
use domain::clock::Clock;
use domain::identity::{Begun, IdentityProvider, Profile, SignInTrouble};
use domain::secret::Secret;

/// Google's issuer (accounts.google.com/.well-known/openid-configuration).
pub const GOOGLE: &str = "https://accounts.google.com";
/// What it calls itself in some tokens.
const GOOGLE_IN_TOKENS: &str = "accounts.google.com";
/// For how long discovery is believed.
const DISCOVERY_LASTS: Duration = Duration::from_secs(3600);

/// How an issuer is reached, and the client that is registered there.
#[derive(Clone, Debug)]
pub struct OidcConfig {
    /// Google, or another.
    pub provider: IdentityProvider,
    /// What people call it.
    pub name: String,
    /// Whose accounts these are.
    pub realm: String,
    /// Its address, as its discovery document says it.
    pub issuer: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Secret,
    /// Where Google's People API is, to ask for the birthday there. Other issuers have it among their claims.
    pub people: Option<Url>,
}

/// The way to an issuer.
#[derive(Debug)]
pub struct Oidc {
    config: OidcConfig,
    http: Http,
    clock: Clock,
    discovered: Mutex<Option<(Instant, Metadata)>>,
    keys: Keys,
}

/// What is needed of a discovery document.
#[derive(Clone, Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    userinfo_endpoint: Option<Url>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Oidc {
    /// The issuer as it is set up. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When there is no TLS.
    pub fn new(config: OidcConfig, clock: Clock) -> Result<Self, String> {
        Ok(Self {
            config,
            http: Http::new()?,
            clock,
            discovered: Mutex::default(),
            keys: Keys::default(),
        })
    }

    async fn metadata(&self) -> Result<Metadata, SignInTrouble> {
        let mut discovered = self.discovered.lock().await;
        if let Some((since, metadata)) = discovered.as_ref()
            && since.elapsed() < DISCOVERY_LASTS
        {
            return Ok(metadata.clone());
        }
        let issuer = self.config.issuer.trim_end_matches('/');
        let address = format!("{issuer}/.well-known/openid-configuration");
        let url: Url = address
            .parse()
            .map_err(|_| SignInTrouble::Away("the issuer has no address".into()))?;
        let found: Metadata = self.http.get("discovery", url, None).await?.body;
        if found.issuer.trim_end_matches('/') != issuer {
            tracing::warn!(
                set = issuer,
                says = domain::text::one_line(&found.issuer),
                "an issuer calls itself something else than the settings do"
            );
            return Err(SignInTrouble::Untrusted(
                "its discovery names another issuer",
            ));
        }
        if !found.is_as_safe_as(issuer) {
            return Err(SignInTrouble::Untrusted("its discovery leads to http"));
        }
        *discovered = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    fn app(&self, metadata: &Metadata) -> App {
        let methods = &metadata.token_endpoint_auth_methods_supported;
        // Without a word it is Basic (OpenID Connect Discovery 1.0, 3).
        let basic = methods.is_empty() || methods.iter().any(|one| one == "client_secret_basic");
        App {
            client_id: self.config.client_id.clone(),
            client_secret: self.config.client_secret.clone(),
            authorize: metadata.authorization_endpoint.clone(),
            token: metadata.token_endpoint.clone(),
            basic,
        }
    }

    /// The claims that an ID token need not have, of the address that has them all. A failure there costs the person some
    /// typing at most.
    async fn more(
        &self,
        metadata: &Metadata,
        claims: &Map<String, Value>,
        token: &Secret,
    ) -> Map<String, Value> {
        let wanted = ["email", "email_verified", "given_name", "family_name"];
        let url = metadata.userinfo_endpoint.clone();
        let Some(url) = url.filter(|_| !wanted.iter().all(|name| claims.contains_key(*name)))
        else {
            return Map::new();
        };
        let told = self
            .http
            .get::<Map<String, Value>>("userinfo", url, Some(token));
        match told.await {
            // Of anybody else it would be (OpenID Connect Core 1.0, 5.3.2).
            Ok(told) if text(&told.body, "sub") == text(claims, "sub") => told.body,
            Ok(_) => Map::new(),
            Err(error) => {
                tracing::warn!(%error, "an issuer told no more of a person");
                Map::new()
            }
        }
    }

    async fn birthdays(&self, tokens: &Tokens) -> Option<Value> {
        let people = self.config.people.as_ref()?;
        let granted = tokens.scopes.as_ref();
        if granted.is_some_and(|all| !all.iter().any(|scope| scope == people::SCOPE)) {
            return None;
        }
        let told = people::birthdays(&self.http, people, &tokens.access).await;
        told.inspect_err(|error| tracing::warn!(%error, "Google told no birthday"))
            .ok()
    }
}

impl Metadata {
    /// Whether every address is https where the issuer's is.
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
}

#[async_trait]
impl IdentitySource for Oidc {
    fn provider(&self) -> IdentityProvider {
        self.config.provider
    }

    fn name(&self) -> &str {
        &self.config.name
    }

    fn realm(&self) -> &str {
        &self.config.realm
    }

    async fn begin(&self, back: &str) -> Result<Begun, SignInTrouble> {
        let metadata = self.metadata().await?;
        let mut scopes = vec!["openid", "email", "profile"];
        if self.config.people.is_some() {
            scopes.push(people::SCOPE);
        }
        self.app(&metadata).begin(back, &scopes, true)
    }

    async fn finish(&self, came: Came<'_>) -> Result<Profile, SignInTrouble> {
        let metadata = self.metadata().await?;
        match came.issuer {
            Some(issuer) if issuer != metadata.issuer => {
                return Err(SignInTrouble::Untrusted(
                    "it comes back from another issuer",
                ));
            }
            None if metadata.authorization_response_iss_parameter_supported => {
                return Err(SignInTrouble::Untrusted(
                    "it does not say which issuer it comes from",
                ));
            }
            _ => {}
        }
        let tokens = self.app(&metadata).exchange(&self.http, came).await?;
        let issuers: &[&str] = match metadata.issuer.as_str() {
            GOOGLE => &[GOOGLE, GOOGLE_IN_TOKENS],
            other => &[other],
        };
        let expected = Expected {
            issuers,
            client_id: &self.config.client_id,
            nonce: came.nonce,
            keys_at: &metadata.jwks_uri,
            now: self.clock.now(),
        };
        let claims = verified(&self.http, &self.keys, &tokens, &expected).await?;
        let more = self.more(&metadata, &claims, &tokens.access).await;
        let birthdays = self.birthdays(&tokens).await;
        read(claims, more, birthdays)
    }
}

/// The profile of all that was told. What the signed token says goes before what else was told.
fn read(
    claims: Map<String, Value>,
    more: Map<String, Value>,
    birthdays: Option<Value>,
) -> Result<Profile, SignInTrouble> {
    let mut all = more;
    // An address and whether it is verified belong together.
    let email = claims.get("email");
    if email.is_some() && email != all.get("email") {
        all.remove("email_verified");
    }
    all.extend(claims);
    let born = birthdays.as_ref().and_then(people::with_year);
    all.extend(birthdays.map(|told| ("people".to_owned(), told)));
    Found {
        subject: text(&all, "sub"),
        email: text(&all, "email"),
        email_verified: is_true(&all, "email_verified"),
        first_name: text(&all, "given_name"),
        last_name: text(&all, "family_name"),
        birthday: born.or_else(|| text(&all, "birthdate").and_then(birthdate)),
    }
    .read(&all)
}

/// `1990-02-28`; the year may be 0000 or stand alone (OpenID Connect Core 1.0, 5.1).
fn birthdate(text: &str) -> Option<Date> {
    let exact = text.len() == "1990-02-28".len();
    text.parse::<Date>().ok().filter(|_| exact)
}
