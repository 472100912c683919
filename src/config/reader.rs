//! Reads settings one by one, and reports every mistake.

use url::Url;

use super::{ProviderKeys, SignUpPolicy, is_loopback};
use domain::secret::Secret;

/// Countries with institutions, and Link's languages (plaid.com/docs/api/link/#linktokencreate).
const COUNTRIES: [&str; 20] = [
    "US", "GB", "ES", "NL", "FR", "IE", "CA", "DE", "IT", "PL", "DK", "NO", "SE", "EE", "LT", "LV",
    "PT", "BE", "AT", "FI",
];
const LANGUAGES: [&str; 17] = [
    "da", "nl", "en", "et", "fr", "de", "hi", "it", "lv", "lt", "no", "pl", "pt", "ro", "es", "sv",
    "vi",
];

/// Splits a list at commas; a trailing comma is ignored.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_suffix(',').unwrap_or(text);
    text.split(',').map(str::trim)
}

/// The names of a provider's settings.
pub(super) struct Names {
    client_id: &'static str,
    secret: &'static str,
    base_url: &'static str,
    environment: &'static str,
    /// The values of `environment` and the hosts they stand for; the first is the default.
    environments: [(&'static str, &'static str); 2],
}

pub(super) const PLAID: Names = Names {
    client_id: "PLAID_CLIENT_ID",
    secret: "PLAID_SECRET",
    base_url: "PLAID_BASE_URL",
    environment: "PLAID_ENV",
    environments: [
        ("sandbox", "https://sandbox.plaid.com"),
        ("production", "https://production.plaid.com"),
    ],
};

/// docs.mx.com names the two hosts.
pub(super) const MX: Names = Names {
    client_id: "MX_CLIENT_ID",
    secret: "MX_API_KEY",
    base_url: "MX_BASE_URL",
    environment: "MX_ENV",
    environments: [
        ("integration", "https://int-api.mx.com"),
        ("production", "https://api.mx.com"),
    ],
};

/// Reads variables and collects their problems.
pub(super) struct Reader<'a> {
    source: &'a dyn Fn(&str) -> Option<String>,
    pub(super) problems: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            source,
            problems: Vec::new(),
        }
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        (self.source)(name)
            .map(|v| v.trim().to_owned())
            .filter(|v| !v.is_empty())
    }

    pub(super) fn complain(&mut self, name: &str, wanted: &str) {
        self.problems.push(format!("{name} must be {wanted}."));
    }

    pub(super) fn parsed<T: std::str::FromStr>(&mut self, name: &str, wanted: &str) -> Option<T> {
        let parsed = self.text(name)?.parse().ok();
        if parsed.is_none() {
            self.complain(name, wanted);
        }
        parsed
    }

    pub(super) fn list<T: std::str::FromStr>(&mut self, name: &str, wanted: &str) -> Vec<T> {
        let Some(text) = self.text(name) else {
            return Vec::new();
        };
        let parsed: Result<Vec<T>, _> = parts(&text).map(str::parse).collect();
        parsed.unwrap_or_else(|_| {
            self.complain(name, wanted);
            Vec::new()
        })
    }

    pub(super) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let found = choices
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.complain(name, &words.join(" or "));
        }
        found
    }

    /// Reads the value of `Strict-Transport-Security` (RFC 6797, 6.1; hstspreload.org for `preload`).
    pub(super) fn hsts(&mut self) -> Option<String> {
        let Some(text) = self.text("PASSBOOK_HSTS") else {
            return Some("max-age=31536000".into());
        };
        if text == "off" {
            return None;
        }
        let directives: Vec<String> = text
            .split(';')
            .map(|directive| directive.trim().to_ascii_lowercase())
            .collect();
        let age = directives[0].strip_prefix("max-age=");
        let age: Option<u32> = age.and_then(|seconds| seconds.parse().ok());
        let known = match directives[1..]
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()[..]
        {
            [] | ["includesubdomains"] => age.is_some(),
            ["includesubdomains", "preload"] => age.is_some_and(|age| age >= 31_536_000),
            _ => false,
        };
        if !known {
            self.complain(
                "PASSBOOK_HSTS",
                "off, or a value like \"max-age=31536000\" or \"max-age=63072000; includeSubDomains; preload\" (preload needs includeSubDomains and a year or more)",
            );
        }
        known.then_some(text)
    }

    pub(super) fn public_url(&mut self) -> Option<Url> {
        let wanted = "an address like https://passbook.example.org, without a path";
        let url: Url = self.parsed("PASSBOOK_PUBLIC_URL", wanted)?;
        let plain = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none();
        if !plain {
            self.complain("PASSBOOK_PUBLIC_URL", wanted);
        }
        plain.then_some(url)
    }

    /// Reads origins as browsers write them. A star is refused, because it would let every site in.
    pub(super) fn origins(&mut self) -> Vec<String> {
        let wanted = "origins like https://app.example.org,http://localhost:5173, without a path";
        let urls: Vec<Url> = self.list("PASSBOOK_API_ORIGINS", wanted);
        let plain = |url: &&Url| {
            matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none()
        };
        if !urls.iter().all(|url| plain(&url)) {
            self.complain("PASSBOOK_API_ORIGINS", wanted);
        }
        let origins = urls.iter().map(|url| url.origin().ascii_serialization());
        origins.collect()
    }

    pub(super) fn redirect_uri(&mut self) -> Option<String> {
        let wanted = "the address registered with Plaid, like https://passbook.example.org/link/oauth, without a query";
        let url: Url = self.parsed("PLAID_REDIRECT_URI", wanted)?;
        if url.query().is_some()
            || url.fragment().is_some()
            || !matches!(url.scheme(), "http" | "https")
        {
            self.complain("PLAID_REDIRECT_URI", wanted);
        } else if url.scheme() == "http"
            && !is_loopback(&url)
            && self.text("PLAID_ENV").as_deref() == Some("production")
        {
            self.complain(
                "PLAID_REDIRECT_URI",
                "an https address, because Plaid accepts no other in production",
            );
        }
        self.text("PLAID_REDIRECT_URI")
    }

    pub(super) fn country_codes(&mut self) -> Vec<String> {
        let text = self.text("PLAID_COUNTRY_CODES");
        let codes: Vec<String> = parts(text.as_deref().unwrap_or("US"))
            .map(str::to_ascii_uppercase)
            .collect();
        if codes.iter().any(|code| !COUNTRIES.contains(&code.as_str())) {
            let wanted = format!("countries that Plaid has banks in: {}", COUNTRIES.join(","));
            self.complain("PLAID_COUNTRY_CODES", &wanted);
        }
        codes
    }

    pub(super) fn language(&mut self) -> String {
        let language = self.text("PLAID_LANGUAGE").unwrap_or_else(|| "en".into());
        if !LANGUAGES.contains(&language.as_str()) {
            let wanted = format!(
                "a language that Plaid Link supports: {}",
                LANGUAGES.join(", ")
            );
            self.complain("PLAID_LANGUAGE", &wanted);
        }
        language
    }

    /// Returns a provider's keys; `None` if it is not set up.
    pub(super) fn keys(&mut self, names: &Names) -> Option<ProviderKeys> {
        let environment = self.choice(names.environment, &names.environments);
        let base: Option<Url> =
            self.parsed(names.base_url, "an address like http://127.0.0.1:4000");
        let (id, secret) = (names.client_id, names.secret);
        match (self.text(id), self.text(secret)) {
            (None, None) => {
                if base.is_some() {
                    let base_url = names.base_url;
                    self.problems.push(format!(
                        "{base_url} is set, but {id} and {secret} are not. Set both, or remove {base_url} to use the demo bank."
                    ));
                }
                None
            }
            (Some(client_id), Some(secret)) => {
                let default = environment.unwrap_or(names.environments[0].1);
                Some(ProviderKeys {
                    client_id,
                    secret: Secret::new(secret),
                    base_url: base.or_else(|| default.parse().ok())?,
                })
            }
            (first, _) => {
                let (set, missing) = match first {
                    Some(_) => (id, secret),
                    None => (secret, id),
                };
                self.problems.push(format!(
                    "{set} is set, but {missing} is not. Set both, or neither to use the demo bank."
                ));
                None
            }
        }
    }

    pub(super) fn sign_up(&mut self, built_in_bank: bool) -> SignUpPolicy {
        let default = match built_in_bank {
            true => SignUpPolicy::Open,
            false => SignUpPolicy::FirstOnly,
        };
        let choices = [
            ("open", SignUpPolicy::Open),
            ("invite", SignUpPolicy::Invite),
            ("closed", SignUpPolicy::Closed),
        ];
        self.choice("PASSBOOK_SIGNUP", &choices).unwrap_or(default)
    }
}
