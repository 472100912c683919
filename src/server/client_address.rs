//! Where a request came from. Forwarded headers count only when they come from a trusted proxy.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;
use url::Url;

use crate::app::PlainHttp;
use crate::config::{Config, Network};
use crate::context::{ClientAddress, Ctx, ReachedAt};
use store::Store;

/// The headers that proxies add to the requests that they forward.
const FORWARDED: [&str; 5] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// The scheme by which a browser reached us, as far as can be determined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// Returns the scheme that a trusted proxy reports. Else it is https if the public URL is https and the request
    /// names its host and port, because only a proxy can have carried it there. Else it is the listener's own scheme.
    pub(super) fn from_headers(peer: IpAddr, headers: &HeaderMap, config: &Config) -> Self {
        if let Some(told) = forwarded_scheme(peer, headers, &config.network) {
            return told;
        }
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let public = config.base_url();
        let public = public.strip_prefix("https://");
        match (public, host) {
            (Some(public), Some(host)) if public.eq_ignore_ascii_case(host) => Self::Https,
            _ => Self::Http,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Returns the last value of `X-Forwarded-Proto` if it comes from a trusted proxy; earlier values were sent to the
/// proxy.
fn forwarded_scheme(peer: IpAddr, headers: &HeaderMap, network: &Network) -> Option<Scheme> {
    let told = headers
        .get_all("x-forwarded-proto")
        .into_iter()
        .next_back()?;
    let last = told.to_str().ok()?.rsplit(',').next()?.trim();
    let scheme = match last {
        "https" => Scheme::Https,
        "http" => Scheme::Http,
        _ => return None,
    };
    network.trusts(peer).then_some(scheme)
}

/// Whether a page was requested over plain http although the public URL is https; the browser then keeps none of our
/// cookies. To https addresses and to the machine itself, browsers send `Sec-Fetch-Site` and cookies that are `Secure`.
fn looks_plain(peer: IpAddr, headers: &HeaderMap, config: &Config) -> bool {
    let told = forwarded_scheme(peer, headers, &config.network);
    let plain = told.map(|told| told == Scheme::Http);
    config.is_https() && plain.unwrap_or_else(|| !headers.contains_key("sec-fetch-site"))
}

/// Whether a form was sent over plain http, in which case it is refused. `Origin`, the address of the page with the
/// form, must say so too, because old browsers and programs do not send `Sec-Fetch-Site`.
pub(super) fn is_plain_form(peer: IpAddr, headers: &HeaderMap, config: &Config) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (origin, host) = (text(header::ORIGIN), text(header::HOST));
    let public = config.public_url.as_ref().and_then(Url::host_str);
    let from_us = origin
        .and_then(|origin| origin.strip_prefix("http://"))
        .is_some_and(|from| {
            let name = from.rsplit_once(':').map_or(from, |(name, _)| name);
            Some(from) == host || Some(name) == public
        });
    let told = forwarded_scheme(peer, headers, &config.network);
    looks_plain(peer, headers, config) && (told.is_some() || from_us)
}

/// Records that an untrusted address sent a proxy's headers, and logs it now and then.
fn record_untrusted(peer: IpAddr, headers: &HeaderMap, ctx: &Ctx) {
    let forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
    if !forwarded || ctx.config.network.trusts(peer) {
        return;
    }
    let peer = peer.to_canonical();
    let now = ctx.clock.now();
    if ctx.untrusted_proxy.note(peer, now) {
        keep_sighting(peer, now, ctx.store.clone());
        tracing::warn!(
            %peer,
            "forwarded headers came from an address that is not a trusted proxy, so they are ignored. If it is your proxy, add it to PASSBOOK_TRUSTED_PROXIES: until then everyone who connects through it shares one address, and wrong passwords from one person can lock everyone out"
        );
    }
}

/// Stores the sighting for other processes and for after a restart. No request waits for this.
fn keep_sighting(peer: IpAddr, now: Timestamp, store: Store) {
    tokio::spawn(async move {
        if let Err(error) = store.record_untrusted_proxy(peer, now).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the source of forwarded headers could not be saved"
            );
        }
    });
}

/// Adds the client's address to the request, for the code that counts attempts.
pub(super) async fn add_client_address(
    State(ctx): State<Ctx>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let (peer, headers) = (peer.ip(), request.headers());
    record_untrusted(peer, headers, &ctx);
    let plain = PlainHttp(looks_plain(peer, headers, &ctx.config));
    let address = client(peer, headers, &ctx.config.network);
    let reached_at = reached_at(peer, headers, &ctx.config);
    request.extensions_mut().insert(ReachedAt(reached_at));
    request.extensions_mut().insert(plain);
    let counted = counted_as(address);
    request.extensions_mut().insert(ClientAddress(counted));
    next.run(request).await
}

/// Returns the URL at which a request reached us. Without a public URL it is the request's own host, which `hosts` has
/// accepted as one of ours.
fn reached_at(peer: IpAddr, headers: &HeaderMap, config: &Config) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    match host {
        Some(host) if config.public_url.is_none() => {
            let scheme = Scheme::from_headers(peer, headers, config);
            format!("{}://{host}", scheme.as_str())
        }
        _ => config.base_url(),
    }
}

/// Returns the nearest address that is not a trusted proxy, reading `X-Forwarded-For` from its end. Entries further
/// left were written by the sender.
fn client(peer: IpAddr, headers: &HeaderMap, network: &Network) -> IpAddr {
    // A listener on IPv6 sees IPv4 as ::ffff:127.0.0.1.
    let peer = peer.to_canonical();
    if !network.trusts(peer) {
        return peer;
    }
    let forwarded = headers
        .get_all("x-forwarded-for")
        .into_iter()
        .filter_map(|line| line.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|line| line.split(',')).collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Ok(address) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        let address = address.to_canonical();
        nearest = address;
        if !network.trusts(address) {
            break;
        }
    }
    nearest
}

/// Returns the address as it is counted. A household has one IPv4 address, but a whole /64 of IPv6.
fn counted_as(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().expect("a header"));
        }
        let network = Network::from_source(|name| {
            (name == "PASSBOOK_TRUSTED_PROXIES").then(|| trusted.join(","))
        });
        let network = network.expect("good settings");
        client(peer.parse().expect("an address"), &headers, &network).to_string()
    }

    #[test]
    fn a_strangers_word_counts_for_nothing() {
        assert_eq!(from("203.0.113.9", &["1.1.1.1"], &[]), "203.0.113.9");
        assert_eq!(
            from("127.0.0.1", &["1.1.1.1, 203.0.113.9"], &["127.0.0.1"]),
            "203.0.113.9"
        );
        assert_eq!(
            from(
                "127.0.0.1",
                &["1.1.1.1, 203.0.113.9, 10.0.0.2"],
                &["127.0.0.1", "10.0.0.2"]
            ),
            "203.0.113.9"
        );
        assert_eq!(
            from("127.0.0.1", &["1.1.1.1", "rubbish"], &["127.0.0.1"]),
            "127.0.0.1"
        );
        assert_eq!(
            from(
                "::ffff:172.18.0.2",
                &["1.1.1.1, 203.0.113.9, 10.1.2.3"],
                &["172.16.0.0/12", "10.0.0.0/8"]
            ),
            "203.0.113.9"
        );
    }

    fn https(trusted: &str) -> Config {
        let config = Config::from_source(|name| match name {
            "PASSBOOK_PUBLIC_URL" => Some("https://money.example.org".into()),
            "PASSBOOK_TRUSTED_PROXIES" => Some(trusted.into()),
            _ => None,
        });
        config.expect("good settings")
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            let value = value.parse().expect("a header");
            (header::HeaderName::from_static(name), value)
        });
        pairs.collect()
    }

    #[test]
    fn how_a_browser_came_is_told_by_a_trusted_proxy_or_by_the_address() {
        let (proxy, stranger) = (
            "192.0.2.1".parse().expect("an address"),
            "203.0.113.9".parse().expect("an address"),
        );
        let config = https("192.0.2.1");
        let scheme = |peer, pairs: &[_]| Scheme::from_headers(peer, &headers(pairs), &config);
        let proto = |told| ("x-forwarded-proto", told);
        assert_eq!(scheme(proxy, &[proto("https")]), Scheme::Https);
        assert_eq!(scheme(proxy, &[proto("https, http")]), Scheme::Http);
        assert_eq!(scheme(stranger, &[proto("https")]), Scheme::Http);
        let public = ("host", "Money.example.org");
        assert_eq!(scheme(stranger, &[public]), Scheme::Https);
        assert_eq!(scheme(proxy, &[public, proto("http")]), Scheme::Http);
        for other in ["money.example.org:3000", "192.168.1.5:3000"] {
            assert_eq!(scheme(stranger, &[("host", other)]), Scheme::Http);
        }
    }

    #[test]
    fn plain_http_is_seen_where_https_is_wanted() {
        let (proxy, stranger) = (
            "192.0.2.1".parse().expect("an address"),
            "203.0.113.9".parse().expect("an address"),
        );
        let config = https("192.0.2.1");
        let plain = |peer, pairs: &[_]| {
            let headers = headers(pairs);
            (
                looks_plain(peer, &headers, &config),
                is_plain_form(peer, &headers, &config),
            )
        };
        let (lan, public) = (("host", "192.168.1.5:3000"), ("host", "money.example.org"));
        let from = |origin| ("origin", origin);
        let fetched = ("sec-fetch-site", "same-origin");
        let told = |scheme| ("x-forwarded-proto", scheme);
        assert_eq!(
            plain(stranger, &[lan, from("http://192.168.1.5:3000")]),
            (true, true)
        );
        assert_eq!(
            plain(stranger, &[public, from("http://money.example.org")]),
            (true, true)
        );
        assert_eq!(
            plain(stranger, &[lan, from("http://money.example.org:8080")]),
            (true, true)
        );
        assert_eq!(plain(proxy, &[public, told("http")]), (true, true));
        let https = from("https://money.example.org");
        assert_eq!(
            plain(proxy, &[public, told("https"), https]),
            (false, false)
        );
        assert_eq!(plain(stranger, &[public, fetched, https]), (false, false));
        assert!(!plain(stranger, &[public, from("http://evil.example")]).1);
        // Browsers keep a `Secure` cookie from their own machine.
        let local = ("host", "localhost:3000");
        let from_local = from("http://localhost:3000");
        assert_eq!(
            plain(stranger, &[local, fetched, from_local]),
            (false, false)
        );
        // A stranger's headers are ignored.
        assert!(!plain(stranger, &[public, https, told("http")]).1);
    }

    #[test]
    fn a_household_counts_as_one() {
        let of = |text: &str| counted_as(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3::1"), of("2001:db8:1:2:ffff::9"));
        assert_eq!(of("::ffff:203.0.113.9"), "203.0.113.9");
    }
}
