//! What every page tells the browser: no script or style but ours, no storing, no framing but as a pane.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};

/// All but who may frame the page.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors";

/// A page of the pane that a page of `origin` opened: what it says goes there, and nobody else may frame it.
pub(super) fn in_pane_of(origin: &str, html: String) -> Response {
    // No policy can name an address of IPv6 (CSP 3, 6.7.2.8).
    match origin.contains('[') {
        true => in_any_pane(html),
        false => page(html, origin),
    }
}

/// A page of a pane whose application is not known. It holds nothing and does nothing.
pub(crate) fn in_any_pane(html: String) -> Response {
    page(html, "http: https:")
}

/// A page that nothing may frame.
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
        // The origin alone: addresses here are keys. `no-referrer` would make a form's `Origin` null.
        (REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, html).into_response()
}
