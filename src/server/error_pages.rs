//! Turns bare errors into pages for browsers; programs get them unchanged.

use axum::extract::Request;
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::{assets, request_id};
use crate::app::{self, PageError};
use crate::config::Config;

/// The content security policy of such a page.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Draws a page for an error that has none of its own.
pub(super) async fn draw(request: Request, next: Next) -> Response {
    // Responses to islands and programs stay as they are.
    let is_page = *request.method() != Method::HEAD && !request.uri().path().starts_with("/data/");
    let reads = is_page && reads_html(request.headers());
    let number = request_id::from_headers(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !reads || !is_error || is_html(response.headers()) {
        return response;
    }
    let error = response.extensions().get::<PageError>().copied();
    let document = app::error_document(status, error, assets::stylesheet_href(), number.as_deref());
    let mut page = (status, Html(document)).into_response();
    for (name, value) in response.headers() {
        if *name == axum::http::header::RETRY_AFTER || *name == axum::http::header::SET_COOKIE {
            page.headers_mut().append(name, value.clone());
        }
    }
    page.headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    page
}

/// The response to a log-in over plain http where only https works. It is not 421, which would fit better (RFC 9110,
/// 15.5.20), because browsers then send the request again, and the password with it.
pub(super) fn https_wanted(config: &Config) -> Response {
    let document = app::https_document(&config.base_url(), assets::stylesheet_href());
    let mut page = (StatusCode::FORBIDDEN, Html(document)).into_response();
    page.headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    page
}

/// Whether the client asks for HTML by name, as browsers do; programs accept anything.
fn reads_html(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
