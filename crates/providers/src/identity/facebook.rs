//! Facebook: OAuth 2.0, with the profile from its Graph API
//! (developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow).

use async_trait::async_trait;
use aws_lc_rs::hmac;
use serde_json::{Map, Value};
use url::Url;

use super::http::Http;
use super::oauth::ClientRegistration;
use super::profile::{Found, day, text};
use super::signed_request::subject_to_delete;
use super::source::{CodeExchange, IdentitySource};
use crate::hex::hex;
use domain::identity::{AuthorizationRequest, IdentityProvider, Profile, SignInError};
use domain::secret::Secret;
use jiff::civil::Date;

/// The addresses of Facebook, and the app that is registered there.
#[derive(Clone, Debug)]
pub struct FacebookConfig {
    /// Its display name.
    pub name: String,
    /// The issuer of its subjects.
    pub issuer: String,
    /// The app's id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: Secret,
    /// The base URL of its dialog, usually [`Facebook::SITE`].
    pub site: Url,
    /// The base URL of its Graph API, usually [`Facebook::GRAPH`].
    pub graph: Url,
    /// The version of the Graph API, such as `v26.0`.
    pub version: String,
    /// Whether to ask for the birthday. Facebook must have reviewed the app for that.
    pub birthday: bool,
}

/// The client for Facebook.
#[derive(Debug)]
pub struct Facebook {
    config: FacebookConfig,
    client: ClientRegistration,
    me: Url,
    http: Http,
}

impl Facebook {
    /// Facebook's own base URL for browsers.
    pub const SITE: &'static str = "https://www.facebook.com";
    /// Facebook's own base URL for programs.
    pub const GRAPH: &'static str = "https://graph.facebook.com";
    /// The newest version of the Graph API (2026-07-29).
    pub const VERSION: &'static str = "v26.0";

    /// Sets up the client.
    ///
    /// # Errors
    /// When a URL cannot have a path, or TLS cannot be set up.
    pub fn new(config: FacebookConfig) -> Result<Self, String> {
        let at = |base: &Url, path: &str| {
            let address = format!(
                "{}/{}/{path}",
                base.as_str().trim_end_matches('/'),
                config.version
            );
            address
                .parse::<Url>()
                .map_err(|_| "an address of Facebook's cannot have a path".to_owned())
        };
        let client = ClientRegistration {
            client_id: config.client_id.clone(),
            client_secret: config.client_secret.clone(),
            authorize: at(&config.site, "dialog/oauth")?,
            token: at(&config.graph, "oauth/access_token")?,
            basic: false,
        };
        let me = at(&config.graph, "me")?;
        Ok(Self {
            config,
            client,
            me,
            http: Http::new()?,
        })
    }

    /// Returns the profile's URL for this token. It contains the token, with a proof that we know the app's secret
    /// (…/docs/graph-api/guides/secure-requests).
    fn profile(&self, token: &Secret) -> Url {
        let secret = self.config.client_secret.expose().as_bytes();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let proof = hmac::sign(&key, token.expose().as_bytes());
        let proof = hex(proof.as_ref());
        let mut url = self.me.clone();
        url.query_pairs_mut()
            .append_pair("fields", "id,first_name,last_name,name,email,birthday")
            .append_pair("access_token", token.expose())
            .append_pair("appsecret_proof", &proof);
        url
    }
}

#[async_trait]
impl IdentitySource for Facebook {
    fn provider(&self) -> IdentityProvider {
        IdentityProvider::Facebook
    }

    fn name(&self) -> &str {
        &self.config.name
    }

    fn issuer(&self) -> &str {
        &self.config.issuer
    }

    async fn begin(&self, redirect_uri: &str) -> Result<AuthorizationRequest, SignInError> {
        let mut scopes = vec!["email", "public_profile"];
        if self.config.birthday {
            scopes.push("user_birthday");
        }
        self.client.begin(redirect_uri, &scopes, false)
    }

    async fn finish(&self, call: CodeExchange<'_>) -> Result<Profile, SignInError> {
        let tokens = self.client.exchange(&self.http, call).await?;
        let url = self.profile(&tokens.access);
        let me: Map<String, Value> = self.http.get("profile", url, None).await?.body;
        parse_profile(&me)
    }

    fn read_deletion_request(&self, request: &str) -> Result<String, SignInError> {
        subject_to_delete(request, &self.config.client_secret)
    }
}

/// Reads a profile. Facebook does not say whether it has verified an e-mail address.
fn parse_profile(me: &Map<String, Value>) -> Result<Profile, SignInError> {
    Found {
        subject: text(me, "id"),
        email: text(me, "email"),
        email_verified: false,
        first_name: text(me, "first_name"),
        last_name: text(me, "last_name"),
        birthday: text(me, "birthday").and_then(birthday),
    }
    .into_profile(me)
}

/// Parses `MM/DD/YYYY`. `None` if the person keeps the year or the day private.
fn birthday(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (month, of_month, year) = (number()?, number()?, number()?);
    if parts.next().is_some() {
        return None;
    }
    day(year, month, of_month)
}
