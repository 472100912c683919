//! Redirect addresses of apps: registered once, and compared letter by letter (RFC 9700, 2.1).

use domain::text;
use url::{Host, Url};

/// The longest address that is accepted, in bytes.
const LONGEST: usize = 1_000;

/// Returns what is wrong with an address to register, in words for the operator.
pub(super) fn problem(uri: &str) -> Option<&'static str> {
    if uri.len() > LONGEST {
        return Some("An address is too long.");
    }
    if uri
        .chars()
        .any(|c| text::is_control(c) || c.is_whitespace() || c == '\\' || c == '*')
    {
        return Some("Enter full URLs, without spaces or wildcards.");
    }
    let Ok(url) = Url::parse(uri) else {
        return Some("Enter full URLs, like https://app.example.org/callback.");
    };
    if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Some("Leave out #fragments, usernames and passwords.");
    }
    // A browser would treat `https:x` as a path on our own site.
    let is_whole = ["https:", "http:"].into_iter().all(|scheme| {
        let rest = uri
            .get(..scheme.len())
            .filter(|it| it.eq_ignore_ascii_case(scheme));
        rest.is_none() || uri[scheme.len()..].starts_with("//")
    });
    if !is_whole {
        return Some("Enter full URLs, like https://app.example.org/callback.");
    }
    match url.scheme() {
        "https" if url.has_host() => None,
        "http" if is_loopback(&url) => None,
        "http" => {
            Some("Use https. Only an app on the same machine can use http, at 127.0.0.1 or [::1].")
        }
        // An app on a phone or a desktop, under a domain of its maker (RFC 8252, 7.1).
        scheme if scheme.contains('.') => None,
        _ => Some("Use https, or a scheme based on your domain, like org.example.app:/callback."),
    }
}

/// Whether a request may name this address: it must equal the registered one letter by letter. At a loopback address
/// the port may differ, because a desktop app takes one that is free (RFC 8252, 7.3).
pub(super) fn is_registered(registered: &str, asked: &str) -> bool {
    registered == asked
        || without_port(registered).is_some_and(|it| Some(it) == without_port(asked))
}

/// Returns what is before and after the port of a plain http address at `127.0.0.1` or `[::1]`.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|host| {
            let rest = uri.strip_prefix(host)?;
            let end = rest.find('/').unwrap_or(rest.len());
            let (port, path) = rest.split_at(end);
            let digits = port.strip_prefix(':').unwrap_or(port);
            let good =
                port.is_empty() || digits.parse::<u16>().is_ok_and(|n| n.to_string() == digits);
            good.then_some((host, path))
        })
}

/// Returns the origin of a site's address, as browsers write it.
pub(super) fn origin(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    matches!(url.scheme(), "https" | "http").then(|| url.origin().ascii_serialization())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_registered_one_letter_by_letter() {
        let registered = "https://app.example.org/back";
        assert!(is_registered(registered, registered));
        for other in [
            "https://app.example.org/back/",
            "https://app.example.org/back?x=1",
            "https://app.example.org/backdoor",
            "https://app.example.org/Back",
            "https://APP.example.org/back",
            "https://app.example.org:443/back",
            "https://app.example.org.evil.example/back",
            "https://evil.example/https://app.example.org/back",
            "http://app.example.org/back",
            "https://app.example.org/ba",
            " https://app.example.org/back",
            "",
        ] {
            assert!(!is_registered(registered, other), "{other}");
        }
    }

    #[test]
    fn only_at_a_loopback_address_the_port_may_be_another() {
        let desktop = "http://127.0.0.1/back";
        for good in ["http://127.0.0.1/back", "http://127.0.0.1:4711/back"] {
            assert!(is_registered(desktop, good), "{good}");
        }
        assert!(is_registered(
            "http://[::1]:1/back",
            "http://[::1]:65535/back"
        ));
        for bad in [
            "http://127.0.0.1:4711/other",
            "http://127.0.0.1:99999/back",
            "http://127.0.0.1:04711/back",
            "http://127.0.0.1:4711@evil.example/back",
            "http://127.0.0.1.evil.example/back",
            "http://127.0.0.1evil.example/back",
            "http://127.0.0.1:/back",
            "http://[::1]/back",
            "https://127.0.0.1:4711/back",
            "http://localhost:4711/back",
        ] {
            assert!(!is_registered(desktop, bad), "{bad}");
        }
        assert!(!is_registered(
            "http://localhost/back",
            "http://localhost:1/back"
        ));
    }

    #[test]
    fn what_may_be_registered() {
        for good in [
            "https://app.example.org/back?tenant=1",
            "http://127.0.0.1/back",
            "http://localhost:5173/back",
            "http://[::1]:3001/",
            "org.example.app:/back",
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
        for bad in [
            "",
            "app.example.org/back",
            "/back",
            "http://app.example.org/back",
            "https://app.example.org/#x",
            "https://ada:pw@app.example.org/",
            "https://*.example.org/",
            "https://app.example.org/a b",
            "https://app.example.org/\u{202e}kcab",
            "javascript:alert(1)",
            "data:text/html,x",
            "myapp://back",
            "https://",
            "https:app.example.org/back",
            "https:/app.example.org/back",
            "HTTPS:app.example.org/back",
            "http:127.0.0.1/back",
            "https://app.example.org\\@evil.example/",
        ] {
            assert!(problem(bad).is_some(), "{bad}");
        }
        assert!(problem(&format!("https://a.example/{}", "x".repeat(1_000))).is_some());
    }

    #[test]
    fn an_origin_is_a_site_s() {
        assert_eq!(
            origin("https://app.example.org:8443/back").as_deref(),
            Some("https://app.example.org:8443")
        );
        assert_eq!(origin("org.example.app:/back"), None);
    }
}
