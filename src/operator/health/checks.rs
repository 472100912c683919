//! Whether what was set up will do, each with what to do where it will not.

use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use url::{Host, Url};

use crate::config::{Config, SignUpPolicy};
use crate::context::Ctx;
use crate::operator::view::{Check, Tone};
use crate::operator::words::state;
use store::Health;

pub(super) fn checks(ctx: &Ctx, health: &Health) -> Vec<Check> {
    let config = &ctx.config;
    let names = ctx.providers.all().map(|provider| provider.name());
    let webhook_urls: Vec<String> = names.filter_map(|name| config.webhook_url(name)).collect();
    vec![
        public_url(config),
        https(config),
        proxy(config, ctx.untrusted_proxy.last().map(|seen| seen.from)),
        webhooks(&webhook_urls),
        redirect_uri(config),
        sign_up(config),
        private("Key file", &config.key_file),
        private("Data directory", &config.data_dir),
        clock(ctx, health),
    ]
}

fn public_url(config: &Config) -> Check {
    match &config.public_url {
        Some(url) if is_here_only(url) => warn(
            "Public URL",
            format!(
                "{url} leads to this machine only: other devices and banks do not get here by it."
            ),
        ),
        Some(url) => good("Public URL", format!("Browsers come by {url}")),
        None if config.listen.ip().is_loopback() => good(
            "Public URL",
            "Not set: only this machine can open Passbook. To be reached from elsewhere set PASSBOOK_PUBLIC_URL.",
        ),
        None => warn(
            "Public URL",
            "Not set, though other machines can reach the listener. Set PASSBOOK_PUBLIC_URL to the address that they use.",
        ),
    }
}

fn https(config: &Config) -> Check {
    let here_only = match &config.public_url {
        Some(url) => is_here_only(url),
        None => config.listen.ip().is_loopback(),
    };
    if config.is_https() {
        good("Encryption on the way", "Browsers come by https.")
    } else if here_only {
        good("Encryption on the way", "None is needed on one machine.")
    } else {
        wrong(
            "Encryption on the way",
            "Passwords and cookies travel in the clear. Put a proxy in front that speaks https, and set PASSBOOK_PUBLIC_URL to its https address.",
        )
    }
}

/// Behind a proxy that is not trusted everybody has the proxy's address, so limits by address are everybody's.
fn proxy(config: &Config, untrusted: Option<IpAddr>) -> Check {
    let what = "Proxy";
    let shared = "Until then everybody who comes through it counts as one address, and a few wrong log-ins by one person stop everybody from logging in.";
    match untrusted {
        Some(from) => warn(
            what,
            format!(
                "Requests with forwarded headers came from {from}, which isn’t a trusted proxy. If it’s your proxy, add it to PASSBOOK_TRUSTED_PROXIES. {shared} If you have no proxy there, somebody made the headers up, and they had no effect."
            ),
        ),
        None if config.is_https() && config.network.trusted_proxies.is_empty() => warn(
            what,
            format!(
                "The public URL is https, so there is a proxy in front. Set PASSBOOK_TRUSTED_PROXIES to its address. {shared}"
            ),
        ),
        None => good(what, "No forwarded headers from untrusted addresses."),
    }
}

/// `addresses` has one for each provider that can reach us.
fn webhooks(addresses: &[String]) -> Check {
    if addresses.is_empty() {
        return plain(
            "Webhooks",
            "Banks cannot reach this machine, so every connection is asked from time to time instead. For news within seconds set PASSBOOK_PUBLIC_URL.",
        );
    }
    let addresses = addresses.join(" and ");
    good(
        "Webhooks",
        format!("Banks are told to send them to {addresses}"),
    )
}

fn redirect_uri(config: &Config) -> Check {
    let what = "Banks with a log-in of their own";
    let Some(plaid) = &config.plaid else {
        return good(what, "They need no redirect URI here.");
    };
    let host = plaid.base_url.host_str();
    let production = host.is_some_and(|host| host.starts_with("production."));
    match config.redirect_uri.as_deref() {
        None => warn(
            what,
            "PLAID_REDIRECT_URI is not set, so they can be linked on a desktop at most. Set it to this Passbook’s /link/oauth and register it in Plaid’s dashboard.",
        ),
        Some(uri) if !uri.ends_with("/link/oauth") => wrong(
            what,
            format!("{uri} leads nowhere here: PLAID_REDIRECT_URI has to end in /link/oauth."),
        ),
        Some(uri) if production && !uri.starts_with("https://") => {
            wrong(what, format!("{uri} has to be https in production."))
        }
        Some(uri) => good(
            what,
            format!("They come back to {uri}, which Plaid’s dashboard has to list."),
        ),
    }
}

fn sign_up(config: &Config) -> Check {
    let what = "Sign-up";
    let elsewhere = config
        .public_url
        .as_ref()
        .is_some_and(|url| !is_here_only(url))
        || !config.listen.ip().is_loopback();
    match config.sign_up {
        SignUpPolicy::Open if elsewhere => warn(
            what,
            "Anybody who finds this page can sign up. PASSBOOK_SIGNUP=invite lets in those you invite.",
        ),
        SignUpPolicy::Open => good(what, "Open to whoever uses this machine."),
        SignUpPolicy::Invite => good(what, "By invitation: `passbook invite` prints one."),
        SignUpPolicy::Closed | SignUpPolicy::FirstOnly => good(what, "Closed to strangers."),
    }
}

/// Nobody but its owner should read it.
fn private(what: &str, path: &Path) -> Check {
    let shown = path.display();
    match path.metadata() {
        Ok(found) if found.permissions().mode() & 0o077 == 0 => {
            good(what, format!("{shown} can be read by its owner only."))
        }
        Ok(found) => {
            let (mode, right) = (
                found.permissions().mode() & 0o777,
                if found.is_dir() { "700" } else { "600" },
            );
            wrong(
                what,
                format!(
                    "{shown} has mode {mode:o}: others on this machine can get at it. Run chmod {right} {shown}"
                ),
            )
        }
        Err(_) => wrong(
            what,
            format!("{shown} cannot be found any more. Put it back before the next start."),
        ),
    }
}

/// Nobody is asked for the time; webhooks carry their sender's.
fn clock(ctx: &Ctx, health: &Health) -> Check {
    let now = ctx.clock.now().to_zoned(ctx.clock.zone().clone());
    let here = now.strftime("%-d %B %Y, %H:%M:%S %Z");
    let early = health
        .last_webhook_at
        .is_some_and(|at| at > ctx.clock.now());
    if early {
        return wrong(
            "Clock",
            format!("It is {here} here, which is before the last webhook came. Set the clock."),
        );
    }
    match health.refused_for_time {
        0 => good(
            "Clock",
            format!("It is {here} here, and no webhook came with another time today."),
        ),
        n => warn(
            "Clock",
            format!(
                "It is {here} here. {n} webhooks of the last day were refused for their time: compare the clock, or they were forged."
            ),
        ),
    }
}

/// Whether an address leads nowhere but to the machine that opens it.
fn is_here_only(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => true,
    }
}

fn good(what: &str, words: impl Into<String>) -> Check {
    check(what, Tone::Good, "Good", words)
}

fn plain(what: &str, words: impl Into<String>) -> Check {
    check(what, Tone::Plain, "Works without", words)
}

fn warn(what: &str, words: impl Into<String>) -> Check {
    check(what, Tone::Warn, "Look at this", words)
}

fn wrong(what: &str, words: impl Into<String>) -> Check {
    check(what, Tone::Wrong, "Put this right", words)
}

fn check(what: &str, tone: Tone, said: &str, words: impl Into<String>) -> Check {
    Check {
        what: what.into(),
        state: state(tone, said),
        words: words.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(settings: &[(&str, &str)]) -> Config {
        let read = Config::read(|name| {
            let found = settings.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        read.expect("good settings")
    }

    const KEYS: [(&str, &str); 2] = [("PLAID_CLIENT_ID", "id"), ("PLAID_SECRET", "secret")];

    fn tone(check: &Check) -> Tone {
        check.state.tone
    }

    fn addresses(config: &Config) -> Vec<String> {
        config.webhook_url("a-provider").into_iter().collect()
    }

    #[test]
    fn one_machine_alone_has_nothing_to_put_right() {
        let config = config(&[]);
        for check in [
            public_url(&config),
            https(&config),
            proxy(&config, None),
            webhooks(&addresses(&config)),
            redirect_uri(&config),
            sign_up(&config),
        ] {
            assert_eq!(tone(&check), Tone::Good, "{check:?}");
        }
    }

    #[test]
    fn what_others_can_reach_in_the_clear_is_wrong() {
        let config = config(&[("PASSBOOK_LISTEN", "0.0.0.0:3000")]);
        assert_eq!(tone(&public_url(&config)), Tone::Warn);
        assert_eq!(tone(&https(&config)), Tone::Wrong);
        assert_eq!(tone(&sign_up(&config)), Tone::Warn);
    }

    #[test]
    fn a_proxy_that_is_not_trusted_is_told_with_its_address() {
        let public = ("PASSBOOK_PUBLIC_URL", "https://money.example.org");
        assert_eq!(tone(&proxy(&config(&[public]), None)), Tone::Warn);
        let trusted = config(&[public, ("PASSBOOK_TRUSTED_PROXIES", "192.0.2.0/24")]);
        assert_eq!(tone(&proxy(&trusted, None)), Tone::Good);
        let told = proxy(&trusted, "172.18.0.2".parse().ok());
        assert_eq!(tone(&told), Tone::Warn);
        assert!(told.words.contains("172.18.0.2"), "{}", told.words);
        assert!(told.words.contains("PASSBOOK_TRUSTED_PROXIES"));
    }

    #[test]
    fn a_redirect_uri_has_to_lead_here() {
        let with = |uri: &str| {
            let mut settings = KEYS.to_vec();
            settings.extend([("PLAID_ENV", "production"), ("PLAID_REDIRECT_URI", uri)]);
            tone(&redirect_uri(&config(&settings)))
        };
        assert_eq!(tone(&redirect_uri(&config(&KEYS))), Tone::Warn);
        assert_eq!(with("https://money.example.org/link/oauth"), Tone::Good);
        assert_eq!(with("https://money.example.org/elsewhere"), Tone::Wrong);
    }

    #[test]
    fn without_an_address_for_banks_it_works_all_the_same() {
        assert_eq!(tone(&webhooks(&addresses(&config(&KEYS)))), Tone::Plain);
        let public = [
            KEYS[0],
            KEYS[1],
            ("PASSBOOK_PUBLIC_URL", "https://money.example.org"),
        ];
        assert_eq!(tone(&webhooks(&addresses(&config(&public)))), Tone::Good);
    }

    #[test]
    fn a_key_that_others_can_read_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = folder.path().join("key");
        assert_eq!(tone(&private("Key file", &key)), Tone::Wrong);
        std::fs::write(&key, b"x").expect("written");
        for (mode, wanted) in [(0o600, Tone::Good), (0o640, Tone::Wrong)] {
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).expect("set");
            assert_eq!(tone(&private("Key file", &key)), wanted, "{mode:o}");
        }
    }
}
