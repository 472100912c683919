//! How people reach Passbook, and who may sign up.

use std::net::IpAddr;

use url::{Host, Url};

use super::super::facts::Facts;
use crate::config::{Config, SignUpPolicy};
use crate::operator::view::Check;

pub(super) fn checks(facts: &Facts<'_>) -> Vec<Check> {
    let config = facts.config;
    vec![
        public_url(config),
        https(config),
        proxy(config, facts.untrusted_proxy),
        sign_up(config),
    ]
}

pub(super) fn public_url(config: &Config) -> Check {
    let what = "Public URL";
    match &config.public_url {
        Some(url) if is_here_only(url) => Check::warn(
            what,
            format!(
                "{url} only works on this machine: other devices and providers can’t use it."
            ),
        ),
        Some(url) => Check::good(what, format!("People open Passbook at {url}")),
        None if config.listen.ip().is_loopback() => Check::good(
            what,
            "Not set: Passbook can only be opened on this machine.",
        ),
        None => Check::warn(
            what,
            "Not set, though other machines can connect. Set PASSBOOK_PUBLIC_URL to the address they use.",
        )
        .with_line("PASSBOOK_PUBLIC_URL=https://passbook.example.org"),
    }
}

pub(super) fn https(config: &Config) -> Check {
    let what = "HTTPS";
    let here_only = match &config.public_url {
        Some(url) => is_here_only(url),
        None => config.listen.ip().is_loopback(),
    };
    if config.is_https() {
        return Check::good(what, "In use.");
    }
    if here_only {
        return Check::good(what, "Not needed on a single machine.");
    }
    let host = config.public_url.as_ref().and_then(Url::host_str);
    let host = host.unwrap_or("passbook.example.org");
    Check::wrong(
        what,
        "Passwords and cookies are sent unencrypted. Put an HTTPS proxy in front, and set PASSBOOK_PUBLIC_URL to its https address.",
    )
    .with_line(format!("PASSBOOK_PUBLIC_URL=https://{host}"))
}

/// Checks for a proxy that is not trusted. Behind one, all people have the proxy's address and share the limits by
/// address. A sighting from before the proxy was trusted is ignored.
pub(super) fn proxy(config: &Config, untrusted: Option<IpAddr>) -> Check {
    let what = "Proxy";
    let shared = "Until then, everyone who connects through it shares one address, and a few wrong passwords from one person can lock everyone out.";
    match untrusted.filter(|from| !config.network.trusts(*from)) {
        Some(from) => Check::warn(
            what,
            format!(
                "Requests with forwarded headers came from {from}, which isn’t a trusted proxy. If it’s your proxy, add it to PASSBOOK_TRUSTED_PROXIES. {shared} If it isn’t, the headers were made up, and had no effect."
            ),
        )
        .with_line(trusted_proxies(config, from)),
        None if config.is_https() && config.network.trusted_proxies.is_empty() => {
            let found = Check::warn(
                what,
                format!(
                    "The public URL is https, so there’s a proxy in front. Set PASSBOOK_TRUSTED_PROXIES to its address. {shared}"
                ),
            );
            // In that case only this machine reaches the listener.
            match config.listen.ip() {
                here if here.is_loopback() => found.with_line(trusted_proxies(config, here)),
                _ => found,
            }
        }
        None => Check::good(what, "No forwarded headers from untrusted addresses."),
    }
}

/// Returns the setting with one more proxy.
fn trusted_proxies(config: &Config, one_more: IpAddr) -> String {
    let before = config.network.trusted_proxies.iter();
    let mut all: Vec<String> = before.map(ToString::to_string).collect();
    all.push(one_more.to_string());
    format!("PASSBOOK_TRUSTED_PROXIES={}", all.join(","))
}

pub(super) fn sign_up(config: &Config) -> Check {
    let what = "Sign-up";
    let elsewhere = config
        .public_url
        .as_ref()
        .is_some_and(|url| !is_here_only(url))
        || !config.listen.ip().is_loopback();
    match config.sign_up {
        SignUpPolicy::Open if elsewhere => Check::warn(
            what,
            "Anyone who finds this page can sign up. Choose “invite” to let in only the people you invite.",
        )
        .with_line("PASSBOOK_SIGNUP=invite"),
        SignUpPolicy::Open => Check::good(what, "Open to anyone who uses this machine."),
        SignUpPolicy::Invite => Check::good(what, "By invitation. Run passbook invite to make one."),
        SignUpPolicy::Closed | SignUpPolicy::FirstOnly => {
            Check::good(what, "Closed.")
        }
    }
}

/// Whether an address leads only to the machine that opens it.
fn is_here_only(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => true,
    }
}
