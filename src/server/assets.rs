//! The static files that browsers load, served from the program itself: `build.rs` embeds them.

use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use routes::Routes;

/// Serves every embedded file: `/pkg/*`, the stylesheet, and `public/` at the root.
pub fn router() -> Routes {
    ASSETS.iter().fold(Routes::new(), |routes, asset| {
        let respond = async move |headers: HeaderMap| asset.respond(&headers);
        routes.get(asset.path, respond)
    })
}

/// Returns the stylesheet's address, which changes with its content.
#[must_use]
pub const fn stylesheet_href() -> &'static str {
    STYLESHEET
}

/// Whether the program was built with islands. Without them no page may request `/pkg`.
#[must_use]
pub const fn has_islands() -> bool {
    HAS_ISLANDS
}

/// Returns the size of the islands' module as sent with brotli, in bytes; 0 without islands.
#[must_use]
pub fn islands_weight() -> usize {
    let modules = ASSETS
        .iter()
        .filter(|asset| asset.path == "/pkg/passbook.wasm");
    modules
        .map(|asset| asset.brotli.unwrap_or(asset.plain).len())
        .sum()
}

/// An embedded file.
#[derive(Debug)]
struct Asset {
    path: &'static str,
    mime: &'static str,
    /// How long a browser may cache it: the value of `Cache-Control`.
    keep: &'static str,
    /// A hash of the content.
    hash: &'static str,
    plain: &'static [u8],
    /// The content compressed with brotli, if that is smaller.
    brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

impl Asset {
    fn respond(&self, request: &HeaderMap) -> Response {
        let brotli = self.brotli.filter(|_| accepts_brotli(request));
        // Each encoding is a representation of its own and needs its own strong tag (RFC 9110, 8.8.3.3).
        let suffix = if brotli.is_some() { "-br" } else { "" };
        let tag = format!("\"{}{suffix}\"", self.hash);
        let keeping = [
            (CACHE_CONTROL, self.keep.to_owned()),
            (VARY, "accept-encoding".to_owned()),
            (ETAG, tag.clone()),
        ];
        if is_known(request, &tag) {
            return (StatusCode::NOT_MODIFIED, keeping).into_response();
        }
        let content = [(CONTENT_TYPE, self.mime)];
        match brotli {
            Some(bytes) => (keeping, content, [(CONTENT_ENCODING, "br")], bytes).into_response(),
            None => (keeping, content, self.plain).into_response(),
        }
    }
}

/// Whether the request lists `br` without refusing it by a weight of zero.
fn accepts_brotli(request: &HeaderMap) -> bool {
    listed(request, ACCEPT_ENCODING).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        name.trim().eq_ignore_ascii_case("br") && weight.parse::<f32>().is_ok_and(|q| q > 0.0)
    })
}

/// Whether the browser already has this version. `If-None-Match` compares weakly (RFC 9110, 13.1.2).
fn is_known(request: &HeaderMap, tag: &str) -> bool {
    listed(request, IF_NONE_MATCH)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

fn listed(
    request: &HeaderMap,
    name: axum::http::HeaderName,
) -> impl Iterator<Item = &str> + use<'_> {
    request
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

/// Whether a file with this path exists.
#[cfg(test)]
pub(super) fn is_served(path: &str) -> bool {
    ASSETS.iter().any(|asset| asset.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::{HeaderName, Request};
    use tower::ServiceExt as _;

    async fn fetch(path: &str, headers: &[(HeaderName, &str)]) -> Response {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let router = axum::Router::from(router());
        router.oneshot(request).await.expect("an answer")
    }

    fn header(response: &Response, name: HeaderName) -> &str {
        response
            .headers()
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }

    async fn body(response: Response) -> Vec<u8> {
        to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("a body")
            .to_vec()
    }

    #[tokio::test]
    async fn the_stylesheet_is_kept_for_a_year() {
        let response = fetch(stylesheet_href(), &[]).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, CONTENT_TYPE), "text/css; charset=utf-8");
        assert_eq!(
            header(&response, CACHE_CONTROL),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(header(&response, CONTENT_ENCODING), "");
        let style = String::from_utf8(body(response).await).expect("text");
        assert!(style.contains('{') && !style.contains("@import"), "{style}");
    }

    #[tokio::test]
    async fn a_browser_that_takes_brotli_gets_the_same_content() {
        for accepted in ["br", "gzip, deflate, br, zstd", "gzip, BR;q=0.5"] {
            let response = fetch(stylesheet_href(), &[(ACCEPT_ENCODING, accepted)]).await;
            assert_eq!(header(&response, CONTENT_ENCODING), "br", "{accepted}");
            assert_eq!(header(&response, VARY), "accept-encoding");
            let mut plain = Vec::new();
            let packed = body(response).await;
            brotli::BrotliDecompress(&mut packed.as_slice(), &mut plain).expect("brotli");
            assert_eq!(plain, body(fetch(stylesheet_href(), &[]).await).await);
        }
        for refused in ["", "gzip", "br;q=0", "br;q=0.0", "brx"] {
            let response = fetch(stylesheet_href(), &[(ACCEPT_ENCODING, refused)]).await;
            assert_eq!(header(&response, CONTENT_ENCODING), "", "{refused}");
        }
    }

    #[tokio::test]
    async fn a_known_version_is_not_sent_again() {
        let first = fetch(stylesheet_href(), &[(ACCEPT_ENCODING, "br")]).await;
        let tag = header(&first, ETAG).to_owned();
        for known in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"other\", {tag}"),
            "*".to_owned(),
        ] {
            let headers = [(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, known.as_str())];
            let again = fetch(stylesheet_href(), &headers).await;
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(header(&again, ETAG), tag);
            assert!(body(again).await.is_empty());
        }
        let plain = fetch(stylesheet_href(), &[(IF_NONE_MATCH, &tag)]).await;
        assert_eq!(
            plain.status(),
            StatusCode::OK,
            "the plain one has a tag of its own"
        );
    }

    #[test]
    fn every_icon_of_the_manifest_is_served() {
        let manifest = include_str!("../../public/manifest.webmanifest");
        let manifest: serde_json::Value = serde_json::from_str(manifest).expect("JSON");
        let icons = manifest["icons"].as_array().expect("icons");
        assert_eq!(icons.len(), 4);
        for icon in icons {
            let path = icon["src"].as_str().expect("a path");
            assert!(is_served(path), "{path}");
        }
    }

    #[test]
    fn the_islands_are_light() {
        assert!(islands_weight() <= 75_000, "{} bytes", islands_weight());
        assert_eq!(islands_weight() > 0, has_islands());
    }

    #[tokio::test]
    async fn public_files_and_islands_have_their_types() {
        let icon = fetch("/favicon.svg", &[]).await;
        assert_eq!(header(&icon, CONTENT_TYPE), "image/svg+xml");
        for (path, mime) in [
            ("/robots.txt", "text/plain; charset=utf-8"),
            ("/manifest.webmanifest", "application/manifest+json"),
            ("/apple-touch-icon.png", "image/png"),
            ("/keys.js", "text/javascript; charset=utf-8"),
        ] {
            let file = fetch(path, &[]).await;
            assert_eq!(header(&file, CONTENT_TYPE), mime, "{path}");
            assert_eq!(header(&file, CACHE_CONTROL), "public, max-age=3600");
        }
        let module = fetch("/pkg/passbook.wasm", &[]).await;
        if has_islands() {
            assert_eq!(header(&module, CONTENT_TYPE), "application/wasm");
            assert_eq!(header(&module, CACHE_CONTROL), "no-cache");
            assert!(body(module).await.starts_with(b"\0asm"));
        } else {
            assert_eq!(module.status(), StatusCode::NOT_FOUND);
        }
    }
}
