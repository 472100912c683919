//! Where a request came from. A proxy's word counts only when the proxy is one of ours.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use crate::api;
use crate::app::ClientAddress;
use crate::context::Ctx;

/// Notes the address for those who count attempts.
pub(super) async fn note(
    State(ctx): State<Ctx>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = client(peer.ip(), request.headers(), &ctx.config.trusted_proxies);
    let counted = counted_as(address);
    request
        .extensions_mut()
        .insert(api::ClientAddress(counted.clone()));
    request.extensions_mut().insert(ClientAddress(counted));
    next.run(request).await
}

/// The nearest address that is not a proxy of ours, reading `X-Forwarded-For` from its end: what stands
/// further left was written by whoever sent the request.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    // A listener on IPv6 sees IPv4 as ::ffff:127.0.0.1.
    let (peer, trusted) = (
        peer.to_canonical(),
        trusted.iter().map(IpAddr::to_canonical).collect::<Vec<_>>(),
    );
    if !trusted.contains(&peer) {
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
        if !trusted.contains(&address) {
            break;
        }
    }
    nearest
}

/// A household has one IPv4 address, but a whole /64 of IPv6.
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
        let trusted: Vec<IpAddr> = trusted
            .iter()
            .map(|t| t.parse().expect("an address"))
            .collect();
        client(peer.parse().expect("an address"), &headers, &trusted).to_string()
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
    }

    #[test]
    fn a_household_counts_as_one() {
        let of = |text: &str| counted_as(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3::1"), of("2001:db8:1:2:ffff::9"));
        assert_eq!(of("::ffff:203.0.113.9"), "203.0.113.9");
    }
}
