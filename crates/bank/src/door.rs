//! The checks on requests to the stand-alone bank.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::{Host, Url};

/// Answers only under localhost and IP addresses. Another site can point its own name at this machine (DNS rebinding),
/// and its scripts then count as the bank's own to the browser; an IP address cannot be pointed elsewhere.
pub(crate) async fn this_machine_only(request: Request, next: Next) -> Response {
    let host = only(request.headers(), "host").and_then(|host| {
        let url = Url::parse(&format!("http://{host}")).ok()?;
        url.host().map(|host| host.to_owned())
    });
    match host {
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => next.run(request).await,
        Some(Host::Domain(name)) if name == "localhost" || name.ends_with(".localhost") => {
            next.run(request).await
        }
        _ => StatusCode::MISDIRECTED_REQUEST.into_response(),
    }
}

/// Refuses writes that a browser sends for other sites. The bank accepts any client id and secret, so a page of another
/// site could send them too. A request with neither `Sec-Fetch-Site` nor `Origin` does not come from a browser.
pub(crate) async fn own_pages_only(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) || is_ours(request.headers()) {
        return next.run(request).await;
    }
    StatusCode::FORBIDDEN.into_response()
}

fn is_ours(headers: &HeaderMap) -> bool {
    if headers.contains_key("sec-fetch-site") {
        return only(headers, "sec-fetch-site") == Some("same-origin");
    }
    if !headers.contains_key(header::ORIGIN) {
        return true;
    }
    let origin = only(headers, "origin").and_then(|origin| origin.strip_prefix("http://"));
    origin.is_some() && origin == only(headers, "host")
}

/// Returns the value of a header that is present exactly once and is readable text.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).into_iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    value.to_str().ok()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    async fn status(said: &[(&str, &str)]) -> u16 {
        let router = Router::new()
            .route("/", post(async || ""))
            .layer(from_fn(own_pages_only))
            .layer(from_fn(this_machine_only));
        let request = said
            .iter()
            .fold(Request::post("/"), |request, (name, value)| {
                request.header(*name, *value)
            });
        let request = request.body(Body::empty()).expect("a request");
        let answer = router.oneshot(request).await.expect("an answer");
        answer.status().as_u16()
    }

    #[tokio::test]
    async fn only_this_machine_and_its_own_pages_are_answered() {
        let here = ("host", "127.0.0.1:4000");
        for (said, expected) in [
            (&[here][..], 200),
            (&[("host", "localhost:4000")], 200),
            (&[("host", "[::1]:4000")], 200),
            (&[("host", "evil.example")], 421),
            (&[here, here], 421),
            (&[], 421),
            (&[here, ("origin", "http://127.0.0.1:4000")], 200),
            (&[here, ("origin", "https://evil.example")], 403),
            (&[here, ("origin", "null")], 403),
            (&[here, ("sec-fetch-site", "same-origin")], 200),
            (&[here, ("sec-fetch-site", "cross-site")], 403),
        ] {
            assert_eq!(status(said).await, expected, "{said:?}");
        }
    }
}
