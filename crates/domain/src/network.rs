//! The networks of an address, by which attempts and requests are counted.

use std::net::Ipv6Addr;

/// A network, and its share of the allowance of a single address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The name: `203.0.113.9` or `2001:db8:1::/48`.
    pub name: String,
    /// The factor: 1 for the narrowest network.
    pub share: i64,
}

/// IPv6 prefixes and their shares. A provider gives each household a /64, a /56 or a /48 (RFC 6177), so one
/// household can use up to 65,536 addresses that differ in the first 64 bits. A /56 or /48 can also hold several
/// households, which is why it gets a larger share.
const PREFIXES: [(u32, i64); 3] = [(64, 1), (56, 2), (48, 8)];

/// The networks of a client address, narrowest first: an IPv4 address alone; an IPv6 /64 with its /56 and /48.
#[must_use]
pub fn networks(address: &str) -> Vec<Network> {
    let prefix = address.strip_suffix("/64").unwrap_or(address);
    let Ok(first) = prefix.parse::<Ipv6Addr>() else {
        let name = address.to_owned();
        return vec![Network { name, share: 1 }];
    };
    let of = |(bits, share): (u32, i64)| {
        let mask = u128::MAX << (128 - bits);
        let name = format!("{}/{bits}", Ipv6Addr::from(u128::from(first) & mask));
        Network { name, share }
    };
    PREFIXES.map(of).into()
}

/// The widest network of a client address.
#[must_use]
pub fn widest(address: &str) -> String {
    let last = networks(address).pop();
    last.map_or_else(|| address.to_owned(), |network| network.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv4_is_one_network_and_ipv6_three() {
        let names = |address: &str| {
            let networks = networks(address).into_iter();
            networks.map(|network| network.name).collect::<Vec<_>>()
        };
        assert_eq!(names("203.0.113.9"), ["203.0.113.9"]);
        assert_eq!(names("unknown"), ["unknown"]);
        let all = [
            "2001:db8:1:2ff::/64",
            "2001:db8:1:200::/56",
            "2001:db8:1::/48",
        ];
        assert_eq!(names("2001:db8:1:2ff::/64"), all);
        assert_eq!(names("2001:db8:1:2ff:3::9"), all);
        assert_eq!(
            widest("2001:db8:1:2ff::/64"),
            widest("2001:db8:1:ffff::/64")
        );
        assert_ne!(widest("2001:db8:1:2ff::/64"), widest("2001:db8:2:2ff::/64"));
        assert_eq!(widest("203.0.113.9"), "203.0.113.9");
    }
}
