//! Response headers of every page: our own scripts and styles only, no caching, and no framing except as a pane.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};

/// The whole policy except who may frame the page.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors";

/// Returns a page of a pane that only `origin` may frame. Its messages go to that origin.
pub(super) fn in_pane_of(origin: &str, html: String) -> Response {
    // No policy can name an IPv6 address (CSP 3, 6.7.2.8).
    match origin.contains('[') {
        true => in_any_pane(html),
        false => page(html, origin),
    }
}

/// Returns a page of a pane whose application is unknown. It contains nothing private and has no effects.
pub(crate) fn in_any_pane(html: String) -> Response {
    page(html, "http: https:")
}

/// Returns a page that must not be framed.
pub(crate) fn on_its_own(html: String) -> Response {
    page(html, "'none'")
}

fn page(html: String, framed_by: &str) -> Response {
    let policy = HeaderValue::try_from(format!("{POLICY} {framed_by}")).unwrap_or(
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // The origin alone, because addresses here are keys. `no-referrer` would make a form's `Origin` null.
        (REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, html).into_response()
}
