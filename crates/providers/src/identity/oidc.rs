//! An OpenID Connect issuer, found by its discovery document (OpenID Connect Discovery 1.0): Google, or another that
//! the admin names.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::civil::Date;
use serde_json::{Map, Value};
use url::Url;

use super::discovery::{Metadata, discover};
use super::http::{Http, held};
use super::id_token::{Expected, verified};
use super::keys::Keys;
use super::oauth::{ClientRegistration, Tokens};
use super::people;
use super::profile::{Found, is_true, text};
use super::source::{CodeExchange, IdentitySource};
use domain::clock::Clock;
use domain::identity::{AuthorizationRequest, IdentityProvider, Profile, SignInError};
use domain::secret::Secret;

type Claims = Map<String, Value>;

/// Google's issuer (accounts.google.com/.well-known/openid-configuration).
pub const GOOGLE: &str = "https://accounts.google.com";
/// How long a discovery document is cached.
const DISCOVERY_LASTS: Duration = Duration::from_secs(3600);

/// The addresses of an issuer, and the client that is registered there.
#[derive(Clone, Debug)]
pub struct OidcConfig {
    /// Google, or another issuer.
    pub provider: IdentityProvider,
    /// Its display name.
    pub name: String,
    /// The issuer of its subjects. Identities are stored under it.
    pub issuer: String,
    /// The base URL of its discovery document, usually the issuer itself.
    pub address: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Secret,
    /// How the client authenticates. `None` to use what the issuer says it accepts.
    pub client_auth: Option<ClientAuth>,
    /// The base URL of Google's People API, to read the birthday. Other issuers have the birthday among their claims.
    pub people: Option<Url>,
}

/// How a client authenticates at the token endpoint (OpenID Connect Core 1.0, 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
}

/// The client for an issuer.
#[derive(Debug)]
pub struct Oidc {
    config: OidcConfig,
    http: Http,
    clock: Clock,
    discovered: Mutex<Option<(Instant, Metadata)>>,
    keys: Keys,
}

impl Oidc {
    /// Sets up the client without contacting the issuer.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(config: OidcConfig, clock: Clock) -> Result<Self, String> {
        Ok(Self {
            config,
            http: Http::new()?,
            clock,
            discovered: Mutex::default(),
            keys: Keys::default(),
        })
    }

    /// Returns the discovery document. It is fetched without a lock, so that no sign-in waits for another one's call.
    async fn metadata(&self) -> Result<Metadata, SignInError> {
        if let Some((since, metadata)) = &*held(&self.discovered)
            && since.elapsed() < DISCOVERY_LASTS
        {
            return Ok(metadata.clone());
        }
        let found = discover(&self.http, &self.config.address).await?;
        *held(&self.discovered) = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    fn client(&self, metadata: &Metadata) -> ClientRegistration {
        let basic = match self.config.client_auth {
            Some(auth) => auth == ClientAuth::Basic,
            None => metadata.takes_basic(),
        };
        ClientRegistration {
            client_id: self.config.client_id.clone(),
            client_secret: self.config.client_secret.clone(),
            authorize: metadata.authorization_endpoint.clone(),
            token: metadata.token_endpoint.clone(),
            basic,
        }
    }

    /// Fetches claims from the userinfo endpoint if the ID token lacks some. A failure costs the person at most some
    /// typing.
    async fn userinfo(&self, metadata: &Metadata, claims: &Claims, token: &Secret) -> Claims {
        let wanted = ["email", "email_verified", "given_name", "family_name"];
        let url = metadata.userinfo_endpoint.clone();
        let lacking = !wanted.iter().all(|name| claims.contains_key(*name));
        let Some(url) = url.filter(|_| lacking) else {
            return Claims::new();
        };
        match self.http.get::<Claims>("userinfo", url, Some(token)).await {
            // Otherwise the claims describe another person (OpenID Connect Core 1.0, 5.3.2).
            Ok(told) if text(&told.body, "sub") == text(claims, "sub") => told.body,
            Ok(_) => Claims::new(),
            Err(error) => {
                tracing::warn!(%error, "no more claims");
                Claims::new()
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
        told.inspect_err(|error| tracing::warn!(%error, "no birthday"))
            .ok()
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

    fn issuer(&self) -> &str {
        &self.config.issuer
    }

    async fn begin(&self, redirect_uri: &str) -> Result<AuthorizationRequest, SignInError> {
        let metadata = self.metadata().await?;
        let mut scopes = vec!["openid", "email", "profile"];
        if self.config.people.is_some() {
            scopes.push(people::SCOPE);
        }
        self.client(&metadata).begin(redirect_uri, &scopes, true)
    }

    async fn finish(&self, call: CodeExchange<'_>) -> Result<Profile, SignInError> {
        let metadata = self.metadata().await?;
        metadata.is_from(call.issuer)?;
        let tokens = self.client(&metadata).exchange(&self.http, call).await?;
        let expected = Expected {
            issuer: &metadata.issuer,
            client_id: &self.config.client_id,
            nonce: call.nonce,
            keys_at: &metadata.jwks_uri,
            now: self.clock.now(),
        };
        let claims = verified(&self.http, &self.keys, &tokens, &expected).await?;
        let userinfo = self.userinfo(&metadata, &claims, &tokens.access).await;
        let birthdays = self.birthdays(&tokens).await;
        merge_profile(claims, userinfo, birthdays)
    }
}

/// Combines all claims into a profile. Those of the signed token take precedence.
fn merge_profile(
    claims: Claims,
    userinfo: Claims,
    birthdays: Option<Value>,
) -> Result<Profile, SignInError> {
    // An address and its verification must come from the same source.
    let of_email = match claims.contains_key("email") {
        true => claims.clone(),
        false => userinfo.clone(),
    };
    let mut all = userinfo;
    all.extend(claims);
    let born = birthdays.as_ref().and_then(people::with_year);
    all.extend(birthdays.map(|told| ("people".to_owned(), told)));
    Found {
        subject: text(&all, "sub"),
        email: text(&of_email, "email"),
        email_verified: is_true(&of_email, "email_verified"),
        first_name: text(&all, "given_name"),
        last_name: text(&all, "family_name"),
        birthday: born.or_else(|| text(&all, "birthdate").and_then(birthdate)),
    }
    .into_profile(&all)
}

/// Parses `1990-02-28`. The year may be 0000; a year alone is `None` (OpenID Connect Core 1.0, 5.1).
fn birthdate(text: &str) -> Option<Date> {
    let exact = text.len() == "1990-02-28".len();
    text.parse::<Date>().ok().filter(|_| exact)
}
