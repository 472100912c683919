//! The visitor of a request: their user, session, browser and address, and where they go next.

use axum::Extension;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use tower_sessions::Session;

use super::error::{PageError, failed};
use crate::auth;
use crate::context::{ClientAddress, Ctx, ReachedAt};
use crate::operator::Operator;
use domain::activity::Visit;
use domain::browser::browser_in_words;
use domain::secret::Secret;
use domain::user::User;

/// Whether the request came over plain http although only https works.
#[derive(Clone, Copy, Debug)]
pub struct PlainHttp(pub bool);

/// Returns the https address of this page if it was requested over plain http, where browsers keep no session cookie.
pub async fn https_instead() -> Option<String> {
    let Extension(PlainHttp(plain)) = leptos_axum::extract().await.ok()?;
    let base_url = use_context::<Ctx>()?.config.base_url();
    plain.then(|| format!("{base_url}{}", here()))
}

/// Returns the base URL at which this request's browser reaches Passbook.
#[must_use]
pub fn reached_at(ctx: &Ctx) -> String {
    let parts = use_context::<Parts>();
    let reached = parts.and_then(|parts| parts.extensions.get::<ReachedAt>().cloned());
    reached.map_or_else(|| ctx.config.base_url(), |ReachedAt(url)| url)
}

/// Returns the context that every use-case needs.
///
/// # Errors
/// When the server has not provided it.
pub fn ctx() -> Result<Ctx, PageError> {
    use_context::<Ctx>().ok_or_else(|| PageError::Failed.raised())
}

/// Returns the logged-in user. Every page and server function calls this, whatever guard ran before it.
///
/// # Errors
/// [`PageError::NotLoggedIn`].
pub async fn user() -> Result<User, PageError> {
    leptos_axum::extract::<Extension<User>>()
        .await
        .map(|Extension(user)| user)
        .map_err(|_| PageError::NotLoggedIn.raised())
}

/// Returns the logged-in user on a page that is open to everyone.
pub async fn user_if_any() -> Option<User> {
    let user = leptos_axum::extract::<Extension<User>>().await;
    user.ok().map(|Extension(user)| user)
}

/// Returns the logged-in admin.
///
/// # Errors
/// [`PageError::NotFound`] for everyone else: they must not learn that such pages exist.
pub async fn operator() -> Result<Operator, PageError> {
    Operator::from_user(user().await?).ok_or_else(|| PageError::NotFound.raised())
}

/// Returns the browser's session.
///
/// # Errors
/// When there is no session layer around the request.
pub async fn session() -> Result<Session, PageError> {
    leptos_axum::extract::<Session>()
        .await
        .map_err(|error| failed(&error))
}

/// Whether the person confirmed recently that it's them; if not, the response already leads to the page that asks, and
/// from there to `back`.
// STUB for the merger: replaced by the step-up of two-step verification.
#[allow(clippy::unused_async)]
pub async fn confirmed(_user: &User, _back: &str) -> Result<bool, PageError> {
    Ok(true)
}

/// Returns the client address and browser, for throttling and for the activity log.
pub async fn visit() -> Visit {
    let address = leptos_axum::extract::<Extension<ClientAddress>>()
        .await
        .map_or_else(|_| "unknown".to_owned(), |Extension(address)| address.0);
    let parts = use_context::<Parts>();
    let says = parts.as_ref().and_then(|parts| {
        let header = parts.headers.get(header::USER_AGENT)?;
        header.to_str().ok()
    });
    Visit {
        address,
        browser: browser_in_words(says.unwrap_or_default()),
    }
}

/// Returns the token of this browser's device cookie.
#[must_use]
pub fn device(ctx: &Ctx) -> Option<Secret> {
    cookie(&auth::cookies::device(ctx)).map(Secret::new)
}

/// Begins a session for an authenticated person and remembers this browser as one of their devices.
///
/// # Errors
/// When the session or the device cannot be stored.
pub async fn begin_session(ctx: &Ctx, user: &User) -> Result<(), PageError> {
    auth::session::begin(ctx, &session().await?, user).await?;
    let visit = visit().await;
    let token = auth::devices::remember(ctx, user, device(ctx).as_ref(), &visit.address).await?;
    let lasts = auth::devices::DEVICE_LASTS.as_secs().unsigned_abs();
    keep_cookie(&auth::cookies::device(ctx), token.expose(), lasts);
    Ok(())
}

/// Has the browser keep a cookie for so many seconds. The server adds the attributes that all cookies share.
pub fn keep_cookie(name: &str, value: &str, seconds: u64) {
    let cookie = HeaderValue::from_str(&format!("{name}={value}; Max-Age={seconds}"));
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), cookie) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// Returns the value of a cookie of this request.
#[must_use]
pub fn cookie(name: &str) -> Option<String> {
    cookie_of(&use_context::<Parts>()?.headers, name)
}

/// Returns the value of a cookie in these headers.
#[must_use]
pub fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let headers = headers.get_all(header::COOKIE).into_iter();
    headers
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// Returns the id under which the server logs this request.
#[must_use]
pub fn request_id() -> Option<String> {
    let parts = use_context::<Parts>()?;
    let id = parts.headers.get("x-request-id")?.to_str().ok()?;
    Some(id.to_owned())
}

/// Returns this request's path with its query.
#[must_use]
pub fn here() -> String {
    let parts = use_context::<Parts>();
    let page = parts.and_then(|parts| parts.uri.path_and_query().map(ToString::to_string));
    page.unwrap_or_default()
}

/// Redirects the browser to another page of this site.
pub fn go(path: &str) {
    let Some(response) = use_context::<ResponseOptions>() else {
        return;
    };
    let place = HeaderValue::from_str(within(path)).unwrap_or(HeaderValue::from_static("/"));
    response.insert_header(header::LOCATION, place);
    // 303 rather than 302: the next request is a GET whatever this one was (RFC 9110, 15.4.4).
    response.set_status(StatusCode::SEE_OTHER);
}

/// Makes the browser delete its copies of our pages and files, so that they cannot be reached with the back button
/// after a log-out. Browsers obey this only over https and on loopback. `"cookies"` is left out, because it would also
/// delete those of other programs on this host and its subdomains (W3C Clear Site Data, 3.1); the session's is removed
/// by name.
pub fn clear_site_data() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(
            HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static("\"cache\", \"storage\""),
        );
    }
}

/// Returns the path if it stays on this site, else `/`. Browsers take `//host` and `/\host` for other sites.
#[must_use]
pub fn within(path: &str) -> &str {
    let second = path.chars().nth(1);
    let ours = path.starts_with('/')
        && !matches!(second, Some('/' | '\\'))
        && !path.chars().any(|c| c.is_control() || c == '\\');
    if ours { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for good in ["/", "/transactions?q=a%20b", "/accounts/1#x"] {
            assert_eq!(within(good), good);
        }
        for bad in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/a\r\nSet-Cookie: x",
            "/\t/evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(within(bad), "/", "{bad:?}");
        }
    }
}
