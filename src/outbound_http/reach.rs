//! Decides which addresses may be called, against server-side request forgery: a URL that a person enters must not
//! reach what only Passbook can reach, such as this machine, its network or a cloud's metadata service.
//!
//! Names are resolved here, for each call, and only permitted addresses are passed on to be connected to. So a name
//! that resolves to another address a moment later (DNS rebinding) gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Name, Resolve, Resolving};
use url::{Host, Url};

/// A range of addresses that may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Addresses that everyone can reach.
    Public,
    /// Addresses of the private network, including this machine.
    Private,
    /// Both.
    PublicAndPrivate,
}

impl Reach {
    pub(super) fn includes(self, ip: IpAddr) -> bool {
        match self {
            Self::Public => is_public(ip),
            Self::Private => is_private(ip),
            Self::PublicAndPrivate => is_public(ip) || is_private(ip),
        }
    }
}

/// The name has no address that may be called.
#[derive(Debug, thiserror::Error)]
#[error("the address may not be called")]
pub(super) struct RefusedAddress;

/// The name does not exist.
#[derive(Debug, thiserror::Error)]
#[error("nobody knows the name")]
pub(super) struct NoSuchName;

impl Resolve for Reach {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = *self;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let all: Vec<SocketAddr> = found.map_err(|_| NoSuchName)?.collect();
            let may: Vec<SocketAddr> = all
                .into_iter()
                .filter(|address| reach.includes(address.ip()))
                .collect();
            if may.is_empty() {
                return Err(RefusedAddress.into());
            }
            Ok(Box::new(may.into_iter()) as Box<dyn Iterator<Item = SocketAddr> + Send>)
        })
    }
}

/// Returns the address if the host is a literal IP address. The parser has normalised every notation: octal,
/// hexadecimal, a single number.
pub(super) fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(ip) => Some(ip.into()),
        Host::Ipv6(ip) => Some(ip.into()),
        Host::Domain(_) => None,
    }
}

/// Parses a URL and checks, without resolving its name, that it may be entered.
///
/// # Errors
/// A sentence for the person.
pub fn may_be_entered(text: &str, to_private: bool) -> Result<Url, &'static str> {
    let url: Url = text
        .parse()
        .map_err(|_| "Enter a full URL, like https://example.org/passbook.")?;
    let reach = match (url.scheme(), to_private) {
        ("https", true) => Reach::PublicAndPrivate,
        ("https", false) => Reach::Public,
        ("http", true) => Reach::Private,
        ("http", false) => return Err("Enter a URL that starts with https://."),
        _ => return Err("Enter a full URL, like https://example.org/passbook."),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Leave out the username and password. The signature shows that it’s Passbook.");
    }
    if url.fragment().is_some() {
        return Err("Leave out everything from # on. It’s never sent.");
    }
    let own_name = match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(_) => false,
        None => return Err("Enter a full URL, like https://example.org/passbook."),
    };
    let inside = literal(&url).is_some_and(|ip| !reach.includes(ip)) || (own_name && !to_private);
    if inside {
        return Err(if url.scheme() == "http" {
            "Enter a URL that starts with https://."
        } else {
            "Enter a public address. This one is on a private network."
        });
    }
    Ok(url)
}

/// Whether everyone can reach an address: it is neither this machine's, nor in a private network, nor in IANA's
/// special-purpose address registries.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = matches!(
        (a, b, c),
        // "This" network, and loopback.
        (0 | 127, _, _)
            // Private networks.
            | (10, _, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            // Shared by the customers of an internet provider (carrier-grade NAT).
            | (100, 64..=127, _)
            // Link-local, which includes every cloud's metadata service.
            | (169, 254, _)
            // Protocol assignments, documentation, 6to4 relays, and benchmarking.
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18..=19, _)
            | (198, 51, 100)
            | (203, 0, 113)
            // Multicast, reserved, and broadcast.
            | (224..=255, _, _)
    );
    !special
}

/// Whether an address is globally allocated (2000::/3) and neither maps an IPv4 address (6to4, Teredo; mapped addresses
/// and NAT64 are outside that range) nor is reserved for documentation or protocols.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    let given_out = a & 0xe000 == 0x2000;
    let special =
        a == 0x2002 || (a == 0x2001 && (b < 0x200 || b == 0xdb8)) || (a == 0x3fff && b < 0x1000);
    given_out && !special
}

/// Whether an address is in a private network and not a cloud's metadata service.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            // Alibaba Cloud's metadata service is in the shared range.
            let metadata = ip == Ipv4Addr::new(100, 100, 100, 200);
            !metadata
                && matches!(
                    (a, b),
                    (127 | 10, _) | (172, 16..=31) | (192, 168) | (100, 64..=127)
                )
        }
        IpAddr::V6(ip) => {
            let [a, b, ..] = ip.segments();
            // The metadata services of Amazon and Google.
            let metadata = (a == 0xfd00 && b == 0xec2) || (a == 0xfd20 && b == 0xce);
            !metadata && (ip.is_loopback() || a & 0xfe00 == 0xfc00)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: [&str; 8] = [
        "1.1.1.1",
        "93.184.216.34",
        "100.63.255.255",
        "100.128.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "2606:4700::1111",
        "2a00:1450:4001::200e",
    ];
    const PRIVATE: [&str; 9] = [
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "::1",
        "fd12:3456::1",
    ];
    /// Addresses that must not be called, whatever the settings.
    const NEVER: [&str; 32] = [
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "169.254.0.1",
        "100.100.100.200",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:93.184.216.34",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "fd00:ec2::254",
    ];

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn only_what_may_be_called_is_called() {
        for text in PUBLIC {
            assert!(Reach::Public.includes(ip(text)), "{text}");
            assert!(!Reach::Private.includes(ip(text)), "{text}");
        }
        for text in PRIVATE {
            assert!(!Reach::Public.includes(ip(text)), "{text}");
            assert!(Reach::Private.includes(ip(text)), "{text}");
            assert!(Reach::PublicAndPrivate.includes(ip(text)), "{text}");
        }
        for text in NEVER.into_iter().chain(["fd20:ce::254"]) {
            assert!(!Reach::PublicAndPrivate.includes(ip(text)), "{text}");
        }
    }

    #[test]
    fn addresses_are_understood_however_they_are_written() {
        for text in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://127。0。0。1/",
            "https://[::1]/",
            "https://[::ffff:7f00:1]/",
            "https://[fe80::1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://0/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost:8443/",
        ] {
            assert!(may_be_entered(text, false).is_err(), "{text}");
        }
        for text in [
            "https://169.254.169.254/",
            "https://[fe80::1]/",
            "http://1.1.1.1/",
        ] {
            assert!(may_be_entered(text, true).is_err(), "{text}");
        }
    }

    #[test]
    fn an_address_is_https_and_bare() {
        for good in [
            "https://example.org/passbook",
            "https://example.org:8443/hook?token=a%20b",
            "https://93.184.216.34/",
            " https://example.org ",
        ] {
            assert!(may_be_entered(good, false).is_ok(), "{good}");
        }
        for bad in [
            "",
            "example.org",
            "ftp://example.org/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "http://example.org/",
            "https://user:pass@example.org/",
            "https://user@example.org/",
            "https://example.org/#part",
            "https://",
            "//example.org",
        ] {
            assert!(may_be_entered(bad, false).is_err(), "{bad}");
        }
        // With the private network allowed, plain http is allowed there and nowhere else. Names are checked when they
        // are called.
        assert!(may_be_entered("http://127.0.0.1:9000/", true).is_ok());
        assert!(may_be_entered("http://192.168.1.20/", true).is_ok());
        assert!(may_be_entered("http://93.184.216.34/", true).is_err());
    }

    #[tokio::test]
    async fn a_name_that_means_this_machine_is_not_handed_on() {
        let name = || "localhost".parse::<Name>().expect("a name");
        let Err(refused) = Reach::Public.resolve(name()).await else {
            panic!("it was handed on");
        };
        assert!(refused.is::<RefusedAddress>());
        let mut may = Reach::Private.resolve(name()).await.expect("addresses");
        assert!(may.all(|address| address.ip().is_loopback()));
    }
}
