//! The host names that a listener answers.
//!
//! A page of another site can point its own name at this machine (DNS rebinding), and its scripts then count as ours to
//! the browser. Such a request names the other site in `Host`, which no script can change. An IP address cannot be
//! pointed elsewhere, so every IP address is accepted.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, HOST};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use url::{Host, Url};

use crate::config::{self, Network};
use crate::document::document;

/// Answered under any name: a monitor may know Passbook by another one, and the answer reveals nothing.
const ANY_HOST: &str = "/healthz";

/// The accepted names of a listener, in addition to the machine's own.
#[derive(Clone, Debug)]
pub(super) struct Hosts(Arc<Vec<String>>);

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// It names no host, several, or an invalid one.
    Unclear,
    /// It names a host that is not ours.
    NotOurs(String),
}

impl Hosts {
    /// The names in the public URL and in the settings.
    pub(super) fn new(public_url: Option<&Url>, network: &Network) -> Self {
        let public = public_url.and_then(Url::host_str).and_then(config::host);
        let public = public.map(|host| host.to_string());
        let names = public.into_iter().chain(network.hosts.iter().cloned());
        Self(Arc::new(names.collect()))
    }

    /// For a listener that only this program calls, by its address.
    pub(super) fn none() -> Self {
        Self(Arc::default())
    }

    fn check(&self, request: &Request) -> Result<(), Refusal> {
        let named = named(request.headers()).ok_or(Refusal::Unclear)?;
        // `GET http://host/ HTTP/1.1` names a host too, and some servers use that one (RFC 9112, 3.2.2).
        let other = match request.uri().authority() {
            Some(authority) => Some(host_of(authority).ok_or(Refusal::Unclear)?),
            None => None,
        };
        match [Some(named), other]
            .into_iter()
            .flatten()
            .find(|host| !self.answers(host))
        {
            Some(host) => Err(Refusal::NotOurs(host.to_string())),
            None => Ok(()),
        }
    }

    fn answers(&self, host: &Host) -> bool {
        let Host::Domain(name) = host else {
            return true;
        };
        name == "localhost" || name.ends_with(".localhost") || self.0.contains(name)
    }
}

/// Refuses requests that do not name one of our hosts.
pub(super) async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    if request.uri().path() == ANY_HOST {
        return next.run(request).await;
    }
    // `CONNECT host:443` asks for a tunnel, names no page, and panics in leptos_axum 0.8.
    let checked = match request.uri().path_and_query() {
        Some(_) => hosts.check(&request),
        None => Err(Refusal::Unclear),
    };
    match checked {
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            tracing::info!(?refusal, "a request for another host was rejected");
            explain(&refusal, request.headers())
        }
    }
}

/// Returns the host that a request names, if it names exactly one.
fn named(headers: &HeaderMap) -> Option<Host> {
    let mut all = headers.get_all(HOST).into_iter();
    let (Some(only), None) = (all.next(), all.next()) else {
        return None;
    };
    host_of(&Authority::try_from(only.as_bytes()).ok()?)
}

fn host_of(authority: &Authority) -> Option<Host> {
    let rest = authority.as_str().strip_prefix(authority.host())?;
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let plain = port.chars().all(|c| c.is_ascii_digit()) && !authority.host().contains('%');
    config::host(authority.host()).filter(|_| plain)
}

/// Explains a refusal. The host is safe to show: it contains only letters, digits, dots, hyphens and underscores.
fn explain(refusal: &Refusal, headers: &HeaderMap) -> Response {
    let (status, heading, advice) = match refusal {
        Refusal::Unclear => (
            StatusCode::BAD_REQUEST,
            "Bad request",
            "The request must name exactly one host.".to_owned(),
        ),
        Refusal::NotOurs(host) => (
            StatusCode::MISDIRECTED_REQUEST,
            "This address isn't set up",
            format!(
                "This server doesn't answer to the name {host}. If you run it and want it to, add the name to its settings (PASSBOOK_HOSTS={host}) and restart it."
            ),
        ),
    };
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    if !accept.is_some_and(|accept| accept.contains("text/html")) {
        return (status, format!("{heading}. {advice}\n")).into_response();
    }
    // The page loads nothing: a style sheet under this name would be refused too.
    let body = view! { <main><h1>{heading}</h1><p>{advice}</p></main> };
    let page = document(heading, None, body);
    (status, Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn hosts(public_url: &str, names: &str) -> Hosts {
        let network =
            Network::from_source(|name| (name == "PASSBOOK_HOSTS").then(|| names.to_owned()));
        let url = public_url.parse().ok();
        Hosts::new(url.as_ref(), &network.expect("good settings"))
    }

    fn asked(uri: &str, named: &[&[u8]]) -> Result<(), Refusal> {
        let mut request = axum::http::Request::get(uri);
        for host in named {
            request = request.header(HOST, *host);
        }
        let request = request.body(Body::empty()).expect("a request");
        hosts(
            "https://Money.Example.org:8443",
            "passbook.lan, bücher.example",
        )
        .check(&request)
    }

    #[test]
    fn our_names_and_every_ip_address_are_answered() {
        for host in [
            "money.example.org",
            "MONEY.example.ORG",
            "money.example.org.",
            "money.example.org:8443",
            "money.example.org.:3000",
            "passbook.lan",
            "Passbook.Lan:80",
            "xn--bcher-kva.example",
            "localhost",
            "LOCALHOST:3000",
            "localhost.",
            "a.b.localhost:1",
            "127.0.0.1",
            "127.0.0.1:3000",
            "192.168.1.5",
            "203.0.113.9:65535",
            "[::1]",
            "[::1]:3000",
            "[2001:db8::1]:80",
            "[::ffff:127.0.0.1]",
            "money.example.org:",
        ] {
            assert_eq!(asked("/", &[host.as_bytes()]), Ok(()), "{host}");
        }
        assert_eq!(asked("http://passbook.lan/", &[b"localhost"]), Ok(()));
    }

    #[test]
    fn names_that_others_can_point_here_are_not() {
        for host in [
            "evil.example",
            "evil.example:3000",
            "example.org",
            "a.money.example.org",
            "money.example.org.evil.example",
            "money.example.orgx",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "127-0-0-1.evil.example",
            "notlocalhost",
            "xn--localhost-",
            "_",
        ] {
            let refused = asked("/", &[host.as_bytes()]);
            assert!(refused.is_err(), "{host}");
        }
        let shown = "evil.example".to_owned();
        for uri in [
            "/",
            "/healthz/",
            "/healthzx",
            "/api/v1/x",
            "/webhooks/plaid",
        ] {
            let refused = asked(uri, &[b"Evil.Example.:3000"]);
            assert_eq!(refused, Err(Refusal::NotOurs(shown.clone())), "{uri}");
        }
        let absolute = asked("http://evil.example/", &[b"localhost"]);
        assert_eq!(absolute, Err(Refusal::NotOurs(shown)));
    }

    #[test]
    fn a_host_has_to_be_one_and_whole() {
        let long = format!("{}.localhost", "a.".repeat(200));
        let none: [&[&[u8]]; 15] = [
            &[],
            &[b""],
            &[b":3000"],
            &[b"localhost", b"localhost"],
            &[b"localhost", b"evil.example"],
            &[b"localhost,evil.example"],
            &[b"localhost evil.example"],
            &[b"user@localhost"],
            &[b"evil.example@localhost"],
            &[b"localhost:x"],
            &[b"localhost/x"],
            &[b"local%68ost"],
            &[b"[::1"],
            &[b"localh\xc3\xb6st"],
            &[long.as_bytes()],
        ];
        for named in none {
            assert_eq!(asked("/", named), Err(Refusal::Unclear), "{named:?}");
        }
    }

    #[tokio::test]
    async fn a_refusal_names_the_setting_and_is_a_page_only_for_browsers() {
        let refusal = Refusal::NotOurs("evil.example".into());
        let mut headers = HeaderMap::new();
        let plain = explain(&refusal, &headers);
        assert_eq!(plain.status(), StatusCode::MISDIRECTED_REQUEST);
        headers.insert(ACCEPT, "text/html,*/*".parse().expect("a header"));
        let page = explain(&refusal, &headers);
        for (answer, is_page) in [(plain, false), (page, true)] {
            let body = axum::body::to_bytes(answer.into_body(), 10_000).await;
            let body = String::from_utf8(body.expect("a body").into()).expect("text");
            assert!(body.contains("PASSBOOK_HOSTS=evil.example"), "{body}");
            assert_eq!(body.starts_with("<!DOCTYPE html>"), is_page);
        }
    }
}
