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
                "{url} leads to this machine only: other devices and banks do not get here by it."
            ),
        ),
        Some(url) => Check::good(what, format!("Browsers come by {url}")),
        None if config.listen.ip().is_loopback() => Check::good(
            what,
            "Not set: only this machine can open Passbook.",
        ),
        None => Check::warn(
            what,
            "Not set, though other machines can reach the listener. Set PASSBOOK_PUBLIC_URL to the address that they use.",
        )
        .with_line("PASSBOOK_PUBLIC_URL=https://passbook.example.org"),
    }
}

pub(super) fn https(config: &Config) -> Check {
    let what = "Encryption on the way";
    let here_only = match &config.public_url {
        Some(url) => is_here_only(url),
        None => config.listen.ip().is_loopback(),
    };
    if config.is_https() {
        return Check::good(what, "Browsers come by https.");
    }
    if here_only {
        return Check::good(what, "None is needed on one machine.");
    }
    let host = config.public_url.as_ref().and_then(Url::host_str);
    let host = host.unwrap_or("passbook.example.org");
    Check::wrong(
        what,
        "Passwords and cookies travel in the clear. Put a proxy in front that speaks https, and set PASSBOOK_PUBLIC_URL to its https address.",
    )
    .with_line(format!("PASSBOOK_PUBLIC_URL=https://{host}"))
}

/// Checks for a proxy that is not trusted. Behind one, all people have the proxy's address and share the limits by
/// address. A sighting from before the proxy was trusted is ignored.
pub(super) fn proxy(config: &Config, untrusted: Option<IpAddr>) -> Check {
    let what = "Proxy";
    let shared = "Until then everybody who comes through it counts as one address, and a few wrong log-ins by one person stop everybody from logging in.";
    match untrusted.filter(|from| !config.network.trusts(*from)) {
        Some(from) => Check::warn(
            what,
            format!(
                "Requests with forwarded headers came from {from}, which isn’t a trusted proxy. If it’s your proxy, add it to PASSBOOK_TRUSTED_PROXIES. {shared} If you have no proxy there, somebody made the headers up, and they had no effect."
            ),
        )
        .with_line(trusted_proxies(config, from)),
        None if config.is_https() && config.network.trusted_proxies.is_empty() => {
            let found = Check::warn(
                what,
                format!(
                    "The public URL is https, so there is a proxy in front. Set PASSBOOK_TRUSTED_PROXIES to its address. {shared}"
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
            "Anybody who finds this page can sign up. With “invite” only those can whom you invite.",
        )
        .with_line("PASSBOOK_SIGNUP=invite"),
        SignUpPolicy::Open => Check::good(what, "Open to whoever uses this machine."),
        SignUpPolicy::Invite => Check::good(what, "By invitation: `passbook invite` prints one."),
        SignUpPolicy::Closed | SignUpPolicy::FirstOnly => {
            Check::good(what, "Closed to strangers.")
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
