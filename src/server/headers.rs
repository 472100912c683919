//! What browsers are told about every answer.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::config::{BankConfig, Config};
use crate::context::Ctx;

/// Adds what every answer has to say, without touching what it says itself.
pub(super) async fn add(State(ctx): State<Ctx>, request: Request, next: Next) -> Response {
    let opens_link = request.uri().path().starts_with("/link/");
    let of_bank = request.uri().path().starts_with("/sandbox/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut say = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Forms go back to where they came from, so they have to know it; other sites have not.
    say(header::REFERRER_POLICY, "same-origin");
    say(header::CACHE_CONTROL, "no-store");
    say(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    );
    // A bank's own log-in opens in a window that has to find its way back; the built-in bank's pages are
    // such windows.
    if !of_bank {
        let opener = if opens_link {
            "same-origin-allow-popups"
        } else {
            "same-origin"
        };
        say(
            HeaderName::from_static("cross-origin-opener-policy"),
            opener,
        );
    }
    say(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    if ctx.config.is_https()
        && let Some(hsts) = &ctx.config.hsts
        && let Ok(hsts) = HeaderValue::from_str(hsts)
    {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
    }
    response
}

/// The content policy of a page, with the nonce that its scripts carry. Called while a page is rendered.
pub(super) fn set_page_policy(config: &Config, path: &str) {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let policy = page_policy(config, path, &nonce);
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
}

fn page_policy(config: &Config, path: &str, nonce: &str) -> String {
    let link = if path.starts_with("/link/") {
        link_sources(config)
    } else {
        LinkSources::default()
    };
    let LinkSources {
        frame,
        connect,
        styles,
    } = link;
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'{styles}; \
         img-src 'self' data:; connect-src 'self'{connect}; frame-src {frame}; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; object-src 'none'"
    )
}

/// What the page that opens Link may load beside our own. Plaid's own list is at plaid.com/docs/link/web.
struct LinkSources {
    frame: String,
    connect: String,
    styles: String,
}

impl Default for LinkSources {
    fn default() -> Self {
        Self {
            frame: "'none'".into(),
            connect: String::new(),
            styles: String::new(),
        }
    }
}

fn link_sources(config: &Config) -> LinkSources {
    match (&config.bank, &config.link_origin) {
        (BankConfig::Plaid { base_url, .. }, Some(origin)) => LinkSources {
            frame: origin.clone(),
            connect: format!(" {}", base_url.origin().ascii_serialization()),
            // Plaid's script sets style attributes on the pane's frame.
            styles: "; style-src-attr 'unsafe-inline'".into(),
        },
        _ => LinkSources {
            frame: "'self'".into(),
            ..LinkSources::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(pairs: &[(&str, &str)], path: &str) -> String {
        let config = Config::read(|name| {
            pairs
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| (*v).to_owned())
        });
        page_policy(&config.expect("good settings"), path, "N")
    }

    #[test]
    fn plaid_is_let_in_where_link_opens_and_nowhere_else() {
        let plaid = [("PLAID_CLIENT_ID", "a"), ("PLAID_SECRET", "b")];
        assert!(policy(&plaid, "/link/x").contains("frame-src https://cdn.plaid.com;"));
        assert!(
            policy(&plaid, "/link/x").contains("connect-src 'self' https://sandbox.plaid.com;")
        );
        for path in ["/", "/transactions", "/log-in"] {
            let policy = policy(&plaid, path);
            assert!(
                !policy.contains("plaid") && !policy.contains("unsafe-inline"),
                "{policy}"
            );
            assert!(policy.contains("frame-src 'none'"));
        }
        assert!(policy(&[], "/link/x").contains("frame-src 'self';"));
    }
}
