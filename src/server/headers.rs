//! The security headers of every response.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::app::Scripts;
use crate::config::Config;
use crate::context::Ctx;

/// Adds the headers that every response needs, keeping those that it already has.
pub(super) async fn add(State(ctx): State<Ctx>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let opens_link = path.starts_with("/link/") || path.ends_with("/log-in");
    let of_bank = request.uri().path().starts_with("/sandbox/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut say = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Forms need the referrer to return to where they came from; other sites must not get it.
    say(header::REFERRER_POLICY, "same-origin");
    say(header::CACHE_CONTROL, "no-store");
    say(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    );
    // A bank's own log-in opens in a window that must find its way back. The built-in bank's pages are such windows.
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

/// Returns a function that sets the content security policy of the page being rendered. Call this while the page's
/// contexts exist, and the result once the page is complete, when it is known which scripts were drawn.
pub(super) fn policy_to_set() -> impl FnOnce() + Send {
    let config = use_context::<Ctx>().map(|ctx| ctx.config);
    let response = use_context::<ResponseOptions>();
    let host = use_context::<Parts>().and_then(|parts| host(&parts));
    let (scripts, nonce) = (use_context::<Scripts>(), use_nonce());
    move || {
        let (Some(config), Some(response)) = (config, response) else {
            return;
        };
        let drawn = match (scripts, nonce) {
            (Some(scripts), Some(nonce)) if scripts.has_any() => Some(Drawn {
                nonce: nonce.to_string(),
                host,
                islands: scripts.has_islands(),
                link: scripts.has_link(),
                frame: scripts.framed().map(str::to_owned),
            }),
            _ => None,
        };
        let policy = page_policy(&config, drawn.as_ref());
        if let Ok(value) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, value);
        }
    }
}

/// What a page with scripts must allow.
struct Drawn {
    nonce: String,
    /// The host by which the browser reached us.
    host: Option<String>,
    /// Whether an island was drawn.
    islands: bool,
    /// Whether Link's script was drawn.
    link: bool,
    /// The origin of a provider's page in a frame.
    frame: Option<String>,
}

fn page_policy(config: &Config, drawn: Option<&Drawn>) -> String {
    let scripts = drawn.map_or_else(
        || "'none'".to_owned(),
        |drawn| script_sources(config, drawn),
    );
    let link = match drawn {
        Some(drawn) if drawn.link => link_sources(config),
        Some(Drawn {
            frame: Some(origin),
            ..
        }) => LinkSources {
            frame: frame_source(origin),
            ..LinkSources::default()
        },
        _ => LinkSources::default(),
    };
    let LinkSources {
        frame,
        connect,
        styles,
    } = link;
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'{styles}; img-src 'self' data:; \
         connect-src 'self'{connect}; manifest-src 'self'; frame-src {frame}; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; object-src 'none'"
    )
}

/// Returns the script sources: the inline loader and our own script files by nonce, the islands' files by path, and
/// Link's script by address.
/// `'strict-dynamic'` is left out, because it also allows whatever an allowed script loads.
fn script_sources(config: &Config, drawn: &Drawn) -> String {
    let mut sources = vec![format!("'nonce-{}'", drawn.nonce)];
    if drawn.islands {
        sources.extend(here(config, drawn, "/pkg/"));
    }
    if drawn.link {
        match config.link_script.as_str() {
            ours if ours.starts_with('/') => sources.extend(here(config, drawn, ours)),
            theirs => sources.push(theirs.to_owned()),
        }
    }
    sources.dedup();
    if drawn.islands {
        sources.push("'wasm-unsafe-eval'".to_owned());
    }
    sources.join(" ")
}

/// Returns a path of ours as a policy names it, which needs a host: the public one, and the one that this browser uses.
/// No policy can name an IPv6 address (CSP 3, 6.7.2.8), so a browser that uses one may run any script file of ours.
fn here(config: &Config, drawn: &Drawn, path: &str) -> Vec<String> {
    let public = config.base_url();
    let used = match drawn.host.as_deref() {
        Some(host) if public.ends_with(&format!("://{host}")) => None,
        Some(host) => Some(format!("{host}{path}")),
        None => Some("'self'".to_owned()),
    };
    let public = (!public.contains('[')).then(|| format!("{public}{path}"));
    public.into_iter().chain(used).collect()
}

/// Returns the host of a request if a policy can name it.
fn host(parts: &Parts) -> Option<String> {
    let host = parts.headers.get(header::HOST)?.to_str().ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    (!host.is_empty() && host.chars().all(plain)).then(|| host.to_owned())
}

/// What the page that opens Link may load besides our own files. Plaid's list is at plaid.com/docs/link/web.
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

/// Returns a provider's origin as a policy names it. No policy can name an IPv6 address; that one is the built-in
/// bank's, which is our own.
fn frame_source(origin: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '/');
    match origin.chars().all(plain) {
        true => origin.to_owned(),
        false => "'self'".into(),
    }
}

fn link_sources(config: &Config) -> LinkSources {
    match (&config.plaid, &config.link_origin) {
        (Some(plaid), Some(origin)) => LinkSources {
            frame: origin.clone(),
            connect: format!(" {}", plaid.base_url.origin().ascii_serialization()),
            // Plaid's script sets style attributes on its frame.
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

    const PLAID: [(&str, &str); 2] = [("PLAID_CLIENT_ID", "a"), ("PLAID_SECRET", "b")];

    fn policy(pairs: &[(&str, &str)], drawn: Option<(&str, bool)>) -> String {
        let config = Config::from_source(|name| {
            let set = pairs.iter().find(|(n, _)| *n == name);
            set.map(|(_, v)| (*v).to_owned())
        });
        let drawn = drawn.map(|(host, link)| Drawn {
            nonce: "N".into(),
            host: Some(host.to_owned()),
            islands: true,
            link,
            frame: None,
        });
        page_policy(&config.expect("good settings"), drawn.as_ref())
    }

    #[test]
    fn a_page_without_scripts_may_run_nothing() {
        for settings in [&[][..], &PLAID] {
            let policy = policy(settings, None);
            assert!(policy.contains("script-src 'none';"), "{policy}");
            assert!(policy.contains("frame-src 'none';"), "{policy}");
            assert!(
                !policy.contains("plaid") && !policy.contains("unsafe"),
                "{policy}"
            );
        }
    }

    #[test]
    fn a_page_with_an_island_may_run_the_islands_and_nothing_else() {
        let public = [("PASSBOOK_PUBLIC_URL", "https://money.example.org")];
        let policy = policy(&public, Some(("127.0.0.1:3000", false)));
        let scripts = "script-src 'nonce-N' https://money.example.org/pkg/ 127.0.0.1:3000/pkg/ 'wasm-unsafe-eval';";
        assert!(policy.contains(scripts), "{policy}");
        assert!(policy.contains("frame-src 'none';"), "{policy}");
    }

    #[test]
    fn a_page_with_a_script_file_alone_may_run_that_and_no_module() {
        let config = Config::from_source(|_| None).expect("good settings");
        let drawn = Drawn {
            nonce: "N".into(),
            host: Some("127.0.0.1:3000".into()),
            islands: false,
            link: false,
            frame: None,
        };
        let policy = page_policy(&config, Some(&drawn));
        assert!(policy.contains("script-src 'nonce-N';"), "{policy}");
    }

    #[test]
    fn an_address_that_no_policy_can_name_is_ourselves() {
        let config =
            Config::from_source(|name| (name == "PASSBOOK_LISTEN").then(|| "[::1]:3000".into()));
        let drawn = Drawn {
            nonce: "N".into(),
            host: None,
            islands: true,
            link: false,
            frame: None,
        };
        let policy = page_policy(&config.expect("good settings"), Some(&drawn));
        let scripts = "script-src 'nonce-N' 'self' 'wasm-unsafe-eval';";
        assert!(policy.contains(scripts), "{policy}");
    }

    #[test]
    fn link_is_let_in_where_its_script_was_drawn() {
        let drawn = Some(("127.0.0.1:3000", true));
        let plaid = policy(&PLAID, drawn);
        for source in [
            " http://127.0.0.1:3000/pkg/ https://cdn.plaid.com/link/v2/stable/link-initialize.js 'wasm",
            "frame-src https://cdn.plaid.com;",
            "connect-src 'self' https://sandbox.plaid.com;",
        ] {
            assert!(plaid.contains(source), "{source}: {plaid}");
        }
        let built_in = policy(&[], drawn);
        let script = " http://127.0.0.1:3000/sandbox/link/v2/stable/link-initialize.js 'wasm";
        assert!(built_in.contains(script), "{built_in}");
        assert!(built_in.contains("frame-src 'self';"));
        assert!(!(plaid + &built_in).contains("strict-dynamic"));
    }

    #[test]
    fn a_framed_page_is_let_in_by_its_origin_and_nothing_else_is() {
        let framing = |origin: &str| {
            let config = Config::from_source(|name| {
                PLAID.iter().find(|it| it.0 == name).map(|it| it.1.into())
            });
            let drawn = Drawn {
                nonce: "N".into(),
                host: Some("localhost:3000".into()),
                islands: true,
                link: false,
                frame: Some(origin.to_owned()),
            };
            page_policy(&config.expect("good settings"), Some(&drawn))
        };
        let policy = framing("https://int-widgets.moneydesktop.com");
        assert!(
            policy.contains("frame-src https://int-widgets.moneydesktop.com;"),
            "{policy}"
        );
        assert!(
            !policy.contains("plaid") && !policy.contains("unsafe-inline"),
            "{policy}"
        );
        for odd in ["http://[::1]:3000", "https://a.example; script-src *", "*"] {
            assert!(framing(odd).contains("frame-src 'self';"), "{odd}");
        }
    }

    #[test]
    fn a_host_is_named_only_when_it_adds_nothing_to_the_policy() {
        let named = |said: &str| {
            let request = axum::http::Request::builder().header(header::HOST, said);
            host(&request.body(()).expect("a request").into_parts().0)
        };
        assert_eq!(named("localhost:3000").as_deref(), Some("localhost:3000"));
        for bad in [
            "",
            "a b",
            "a; script-src *",
            "a,b",
            "*",
            "[::1]:3000",
            "a/b",
        ] {
            assert_eq!(named(bad), None, "{bad}");
        }
    }
}
