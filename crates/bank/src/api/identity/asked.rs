//! A request to an identity provider. It has no `Debug`, because it holds secrets, codes and tokens.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use crate::api::address;
use crate::bank::IdentityProvider;

/// The largest body in bytes; no call to a provider is longer.
const BODY_LIMIT: usize = 64 * 1024;

type Pairs = Vec<(String, String)>;

/// A parsed request.
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) path: String,
    provider: IdentityProvider,
    parts: Vec<String>,
    query: Pairs,
    /// The form fields; `None` when the body is not a form.
    form: Option<Pairs>,
    headers: HeaderMap,
    host: Option<String>,
}

impl Asked {
    /// Parses a request. Returns `None` when the body is too long.
    pub(super) async fn parse_request(
        provider: IdentityProvider,
        request: Request,
    ) -> Option<Self> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, BODY_LIMIT).await.ok()?;
        let kind = text(&parts.headers, "content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let is_form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let path = parts.uri.path().to_owned();
        let host = text(&parts.headers, "host").map(str::to_owned);
        Some(Self {
            provider,
            parts: address::segments(&path),
            query: address::query(parts.uri.query().unwrap_or_default()),
            form: is_form.then(|| url::form_urlencoded::parse(&body).into_owned().collect()),
            host: host.or_else(|| parts.uri.authority().map(ToString::to_string)),
            method: parts.method,
            headers: parts.headers,
            path,
        })
    }

    /// The path segments below the provider.
    pub(super) fn parts(&self) -> Vec<&str> {
        self.parts.iter().skip(2).map(String::as_str).collect()
    }

    /// Whether the call exchanges a code for a token.
    pub(super) fn gives_token(&self) -> bool {
        matches!(self.parts()[..], ["token"] | [_, "oauth", "access_token"])
    }

    /// The issuer's URL as this caller reaches it.
    pub(super) fn issuer(&self) -> Option<String> {
        let name = self.provider.name();
        let issuer = format!("http://{}/identity/{name}", self.host.as_ref()?);
        Url::parse(&issuer).is_ok().then_some(issuer)
    }

    /// Returns a query field that is not empty.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// Returns a form field that is not empty; an empty one counts as absent (RFC 6749, 3.2).
    pub(super) fn form(&self, name: &str) -> Option<&str> {
        find(self.form.as_ref()?, name)
    }

    /// Returns a field of the query or else of the form.
    pub(super) fn either(&self, name: &str) -> Option<&str> {
        self.query(name).or_else(|| self.form(name))
    }

    /// Whether the body is a form without repeated fields (RFC 6749, 3.2).
    pub(super) fn has_good_form(&self) -> bool {
        let twice = |form: &Pairs| {
            (1..form.len()).any(|at| {
                let (before, from) = form.split_at(at);
                before
                    .iter()
                    .any(|(name, _)| from.first().is_some_and(|one| one.0 == *name))
            })
        };
        self.form
            .as_ref()
            .is_some_and(|form| form.len() <= 64 && !twice(form))
    }

    /// The token of `Authorization: Bearer`.
    pub(super) fn bearer(&self) -> Option<&str> {
        self.authorization("bearer")
    }

    /// The form-encoded id and secret of `Authorization: Basic` (RFC 6749, 2.3.1): `None` without that header,
    /// `Some(None)` when it is malformed.
    pub(super) fn basic(&self) -> Option<Option<(String, String)>> {
        let encoded = self.authorization("basic")?;
        let read = || {
            let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
            let (id, secret) = text.split_once(':')?;
            Some((decoded(id)?, decoded(secret)?))
        };
        Some(read())
    }

    fn authorization(&self, scheme: &str) -> Option<&str> {
        let (name, value) = text(&self.headers, header::AUTHORIZATION.as_str())?.split_once(' ')?;
        name.eq_ignore_ascii_case(scheme).then_some(value.trim())
    }
}

fn find<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(key, _)| key == name)?;
    Some(found.1.as_str()).filter(|value| !value.is_empty())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Decodes one form-encoded value.
fn decoded(value: &str) -> Option<String> {
    let pair = format!("a={}", value.replace('&', "%26"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs.next().map(|(_, value)| value.into_owned())
}
