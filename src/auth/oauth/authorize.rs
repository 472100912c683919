//! An app's authorization request, and the person's answer to it.

use jiff::SignedDuration;
use url::form_urlencoded;

use super::OAuthError;
use super::redirect::is_registered;
use crate::auth::AuthError;
use crate::auth::digest::{hash, random_code};
use crate::context::Ctx;
use domain::access::{Scope, Scopes};
use domain::client::Client;
use domain::id::ClientId;
use domain::secret::Secret;
use domain::user::User;
use store::NewCode;

/// How long a code can be exchanged.
const CODE_LASTS: SignedDuration = SignedDuration::from_secs(60);
/// The longest `state` that is returned to the app, measured as URL-encoded. It passes through the log-in, whose forms
/// are small.
const LONGEST_STATE: usize = 4_000;

/// The parameters of an authorization request, unchecked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pairs: Vec<(String, String)>,
}

/// A valid request that can be shown to the person.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The app.
    pub client: Client,
    /// The scopes that it asks for.
    pub scopes: Scopes,
    redirect_uri: String,
    state: Option<String>,
    challenge: String,
}

/// Why a request cannot be shown, by who learns of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The app or its address is not known, so the person reads why and is sent nowhere.
    Here(&'static str),
    /// The app is told: the person is sent back to this URL.
    Back(String),
}

impl Asked {
    /// Returns where the person will be sent back to, in a form they know: the host of a site, or the scheme of a
    /// program on their device.
    #[must_use]
    pub fn site(&self) -> String {
        let url = url::Url::parse(&self.redirect_uri).ok();
        let read = |url: url::Url| match url.host_str() {
            Some(host) => host.to_owned(),
            None => format!("{}:", url.scheme()),
        };
        url.map(read).unwrap_or_default()
    }
}

impl Request {
    /// Parses the query of a request.
    #[must_use]
    pub fn read(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        Self {
            pairs: pairs.into_owned().collect(),
        }
    }

    /// Returns a parameter; `None` when it is absent or empty.
    ///
    /// # Errors
    /// When it occurs twice (RFC 6749, 3.1).
    fn get(&self, name: &str) -> Result<Option<&str>, OAuthError> {
        let mut values = self.pairs.iter().filter(|(key, _)| key == name);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(OAuthError::InvalidRequest("a parameter is repeated")),
            (first, None) => Ok(first
                .map(|(_, value)| value.as_str())
                .filter(|it| !it.is_empty())),
        }
    }
}

/// Checks an app's authorization request. When it does not identify a registered app and one of its registered
/// addresses, the person is sent nowhere. `here` is the base URL at which the person reaches Passbook.
///
/// # Errors
/// The outer error is a failure of the database; the inner one says why the request is denied and who learns of it.
pub async fn read(
    ctx: &Ctx,
    here: &str,
    request: &Request,
) -> Result<Result<Asked, Denied>, AuthError> {
    let unknown =
        "The app that sent you here isn’t registered with this Passbook, or has been turned off.";
    let id = request.get("client_id").ok().flatten();
    let Some(id) = id.and_then(ClientId::parse) else {
        return Ok(Err(Denied::Here(unknown)));
    };
    let client = ctx.store.client(&id).await?;
    let Some(client) = client.filter(|client| client.disabled_at.is_none()) else {
        return Ok(Err(Denied::Here(unknown)));
    };
    let uri = request.get("redirect_uri").ok().flatten();
    let registered = |uri: &&str| client.redirect_uris.iter().any(|it| is_registered(it, uri));
    let Some(redirect_uri) = uri.filter(registered).map(str::to_owned) else {
        return Ok(Err(Denied::Here(
            "The app that sent you here asked to send you back to an address it hasn’t registered.",
        )));
    };
    let state = match request.get("state") {
        Ok(state) if state.is_none_or(|state| encoded_length(state) <= LONGEST_STATE) => state,
        _ => {
            let error = OAuthError::InvalidRequest("state");
            return Ok(Err(Denied::Back(back(
                here,
                &redirect_uri,
                None,
                Err(&error),
            ))));
        }
    };
    Ok(match wanted(request, &client) {
        Ok((scopes, challenge)) => Ok(Asked {
            scopes,
            challenge,
            state: state.map(str::to_owned),
            redirect_uri,
            client,
        }),
        Err(error) => Err(Denied::Back(back(here, &redirect_uri, state, Err(&error)))),
    })
}

/// Returns the length of a text when URL-encoded.
fn encoded_length(text: &str) -> usize {
    form_urlencoded::byte_serialize(text.as_bytes())
        .map(str::len)
        .sum()
}

/// Returns the scopes and the code challenge, if the rest of the request is valid.
fn wanted(request: &Request, client: &Client) -> Result<(Scopes, String), OAuthError> {
    match request.get("response_type")? {
        Some("code") => {}
        Some(_) => return Err(OAuthError::UnsupportedResponseType),
        None => return Err(OAuthError::InvalidRequest("response_type is missing")),
    }
    // `plain` would show the verifier to anyone who sees the request.
    if request.get("code_challenge_method")? != Some("S256") {
        return Err(OAuthError::InvalidRequest(
            "code_challenge_method must be S256",
        ));
    }
    let challenge = request.get("code_challenge")?.filter(|it| is_challenge(it));
    let challenge = challenge.ok_or(OAuthError::InvalidRequest("code_challenge is invalid"))?;
    let scopes = match request.get("scope")? {
        None => client.scopes,
        Some(words) => named(words)
            .filter(|scopes| scopes.are_within(client.scopes))
            .ok_or(OAuthError::InvalidScope)?,
    };
    Ok((scopes, challenge.to_owned()))
}

/// Parses a `scope` parameter; `None` when it names no scope or an unknown one.
pub(super) fn named(scope: &str) -> Option<Scopes> {
    let each = scope.split(' ').filter(|word| !word.is_empty());
    let scopes: Option<Scopes> = each.map(Scope::from_word).collect();
    scopes.filter(|all| !all.is_empty())
}

/// Whether a text is a SHA-256 in base64url, which has 43 characters (RFC 7636, 4.2).
fn is_challenge(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    text.len() == 43 && text.bytes().all(plain)
}

/// Records that the person allows the app. Returns the URL to send them to, with a code that is valid for a minute.
///
/// # Errors
/// When the machine's randomness fails.
pub async fn allow(ctx: &Ctx, here: &str, user: &User, asked: &Asked) -> Result<Secret, AuthError> {
    let code = random_code().map_err(|_| AuthError::Busy)?;
    let now = ctx.clock.now();
    let expires = now.checked_add(CODE_LASTS).unwrap_or(now);
    let kept = NewCode {
        code_hash: &hash(code.as_bytes()),
        client: &asked.client.id,
        user,
        redirect_uri: &asked.redirect_uri,
        scopes: asked.scopes,
        challenge: &asked.challenge,
        expires_at: expires.as_millisecond(),
    };
    ctx.store.add_code(&kept, now.as_millisecond()).await?;
    tracing::info!(user = %user.id, client = %asked.client.id, scopes = asked.scopes.words(), "an app was allowed");
    let state = asked.state.as_deref();
    Ok(Secret::new(back(
        here,
        &asked.redirect_uri,
        state,
        Ok(&code),
    )))
}

/// Returns the URL to send the person to when they deny the app.
#[must_use]
pub fn deny(here: &str, asked: &Asked) -> String {
    let state = asked.state.as_deref();
    back(
        here,
        &asked.redirect_uri,
        state,
        Err(&OAuthError::AccessDenied),
    )
}

/// Returns the app's address with a code or an error, the app's `state`, and our issuer (RFC 9207).
fn back(here: &str, uri: &str, state: Option<&str>, came: Result<&str, &OAuthError>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    match came {
        Ok(code) => query.append_pair("code", code),
        Err(error) => query
            .append_pair("error", error.code())
            .append_pair("error_description", &error.to_string()),
    };
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    query.append_pair("iss", here);
    let mark = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{mark}{}", query.finish())
}
