//! What every page tells the browser: no script or style but ours, no storing, no framing but as a pane.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};

/// Which application a token was made for is not known here, so any page may hold the pane; what it says goes
/// to the origin that opened it, and its buttons are nothing without the token.
const IN_PANE: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors http: https:";

const ON_ITS_OWN: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page of the pane.
pub(super) fn in_pane(html: String) -> Response {
    page(html, IN_PANE)
}

/// A page that nothing may frame.
pub(super) fn on_its_own(html: String) -> Response {
    page(html, ON_ITS_OWN)
}

fn page(html: String, policy: &'static str) -> Response {
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // The origin alone: addresses here are keys. `no-referrer` would make a form's `Origin` null.
        (REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, html).into_response()
}
