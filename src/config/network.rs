//! Network settings: trusted proxies, host names and limits of connections.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};
use url::Host;

use super::ConfigError;
use super::reader::Reader;

/// The longest DNS name (RFC 1035, 2.3.4).
const LONGEST_NAME: usize = 253;

/// The settings of a listener, shared with `passbook sandbox`.
#[derive(Clone, Debug)]
pub struct Network {
    /// `PASSBOOK_TRUSTED_PROXIES`: the proxies whose forwarded headers are trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// `PASSBOOK_HOSTS`: host names that are answered in addition to the public URL's, as [`host`] returns them.
    pub hosts: Vec<String>,
    /// `PASSBOOK_MAX_CONNECTIONS`; if unset, derived from the limit of open files.
    pub max_connections: Option<NonZeroUsize>,
    /// `PASSBOOK_MAX_CONNECTIONS_PER_ADDRESS`; `None` means no limit.
    pub max_connections_per_address: Option<NonZeroUsize>,
}

impl Network {
    /// Reads only these settings.
    ///
    /// # Errors
    /// Every invalid value at once, each in a line with the remedy.
    pub fn from_source(source: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(&source);
        let network = Self::from_reader(&mut reader);
        if reader.problems.is_empty() {
            Ok(network)
        } else {
            Err(ConfigError(reader.problems))
        }
    }

    pub(super) fn from_reader(reader: &mut Reader<'_>) -> Self {
        let proxies: Vec<Range> = reader.list(
            "PASSBOOK_TRUSTED_PROXIES",
            "addresses or ranges like 127.0.0.1,172.16.0.0/12,fd00::/8, but not all addresses",
        );
        let hosts: Vec<HostName> = reader.list(
            "PASSBOOK_HOSTS",
            "host names like passbook.lan,money.example.org, without a scheme or port",
        );
        let most = reader.parsed("PASSBOOK_MAX_CONNECTIONS", "a number of connections");
        let most_per_address: Option<usize> = reader.parsed(
            "PASSBOOK_MAX_CONNECTIONS_PER_ADDRESS",
            "a number of connections, or 0 for no limit",
        );
        Self {
            trusted_proxies: proxies.into_iter().map(|Range(range)| range).collect(),
            hosts: hosts.into_iter().map(|HostName(name)| name).collect(),
            max_connections: most,
            max_connections_per_address: NonZeroUsize::new(most_per_address.unwrap_or(256)),
        }
    }

    /// Whether an address belongs to a trusted proxy.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        // A listener on IPv6 sees IPv4 as ::ffff:127.0.0.1.
        let address = address.to_canonical();
        self.trusted_proxies
            .iter()
            .any(|range| range.contains(&address))
    }
}

/// Parses a host from a URL or a `Host` header, without a port: lower case, in ASCII, without the final dot. `None` if
/// it is neither an IP address nor a name.
#[must_use]
pub fn host(text: &str) -> Option<Host> {
    let host = Host::parse(text.strip_suffix('.').unwrap_or(text)).ok()?;
    let Host::Domain(name) = &host else {
        return Some(host);
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let good = name.len() <= LONGEST_NAME
        && name.chars().all(plain)
        && name.split('.').all(|label| !label.is_empty());
    good.then_some(host)
}

/// An entry of `PASSBOOK_HOSTS`.
struct HostName(String);

impl FromStr for HostName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        host(text).map(|host| Self(host.to_string())).ok_or(())
    }
}

/// An entry of `PASSBOOK_TRUSTED_PROXIES`. An address is a range of one. A range of all addresses is refused, because
/// it would trust any stranger's claim of where they come from.
struct Range(IpNet);

impl FromStr for Range {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let address = || text.parse::<IpAddr>().map(IpNet::from);
        let range = text.parse().or_else(|_| address()).map_err(|_| ())?;
        let range = canonical(range).ok_or(())?;
        (range.prefix_len() > 0).then_some(Self(range)).ok_or(())
    }
}

/// Converts IPv4 written as IPv6 (`::ffff:10.0.0.0/104`) to IPv4.
fn canonical(range: IpNet) -> Option<IpNet> {
    if let IpNet::V6(v6) = range
        && let Some(v4) = v6.addr().to_ipv4_mapped()
    {
        let prefix = v6.prefix_len().checked_sub(96)?;
        return Some(Ipv4Net::new(v4, prefix).ok()?.into());
    }
    Some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_network(name: &str, value: &str) -> Result<Network, ConfigError> {
        Network::from_source(|asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn proxies_are_trusted_by_address_and_by_range() {
        let value = "127.0.0.1, 172.16.0.0/12,::ffff:10.0.0.0/104, ::ffff:192.0.2.7,fd00::/8,";
        let network = parse_network("PASSBOOK_TRUSTED_PROXIES", value).expect("good");
        let trusts = |address: &str| network.trusts(address.parse().expect("an address"));
        for one in [
            "127.0.0.1",
            "::ffff:127.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "::ffff:172.18.0.2",
            "10.200.0.1",
            "192.0.2.7",
            "fd12:3456::1",
        ] {
            assert!(trusts(one), "{one}");
        }
        for other in [
            "127.0.0.2",
            "172.15.255.255",
            "172.32.0.0",
            "11.0.0.1",
            "192.0.2.8",
            "fe80::1",
            "::1",
        ] {
            assert!(!trusts(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_range_or_every_address_is_refused() {
        for bad in [
            "proxy.local",
            "10.0.0.0/33",
            "10.0.0/8",
            "1.2.3",
            "fd00::/129",
            "0.0.0.0/0",
            "::/0",
            "::ffff:0.0.0.0/96",
            "::ffff:0.0.0.0/80",
            "10.0.0.1,,",
            "10.0.0.1,,10.0.0.2",
            ",",
        ] {
            assert!(
                parse_network("PASSBOOK_TRUSTED_PROXIES", bad).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn host_names_are_compared_in_one_form() {
        let network = parse_network(
            "PASSBOOK_HOSTS",
            "Passbook.LAN, bücher.example., app_1,[2001:DB8::1] , ",
        );
        let expected = [
            "passbook.lan",
            "xn--bcher-kva.example",
            "app_1",
            "[2001:db8::1]",
        ];
        assert_eq!(network.expect("good").hosts, expected);
        for bad in [
            "http://passbook.lan",
            "passbook.lan:3000",
            "*.example.org",
            "a b",
            "a..b",
            "user@host",
            "passbook.lan/",
        ] {
            assert!(parse_network("PASSBOOK_HOSTS", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn connections_are_limited_by_address_unless_told_otherwise() {
        let most = |value: &str| {
            let network = parse_network("PASSBOOK_MAX_CONNECTIONS_PER_ADDRESS", value);
            network.expect("good").max_connections_per_address
        };
        assert_eq!(most(""), NonZeroUsize::new(256));
        assert_eq!(most("20"), NonZeroUsize::new(20));
        assert_eq!(most("0"), None);
        for bad in ["0", "-1", "many"] {
            assert!(
                parse_network("PASSBOOK_MAX_CONNECTIONS", bad).is_err(),
                "{bad}"
            );
        }
    }
}
