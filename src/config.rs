//! The settings: environment variables, read once, checked all together.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use url::Url;

use crate::domain::secret::Secret;

/// The settings of `passbook serve`.
#[derive(Clone, Debug)]
pub struct Config {
    /// `PASSBOOK_LISTEN`: where the pages are served.
    pub listen: SocketAddr,
    /// `PASSBOOK_DATA_DIR`: where the database, the key and the built-in bank's file lie.
    pub data_dir: PathBuf,
    /// `PASSBOOK_PUBLIC_URL`: how browsers and banks reach Passbook, when that is not the listener.
    pub public_url: Option<Url>,
    /// `PASSBOOK_KEY_FILE`: the key that seals access tokens.
    pub key_file: PathBuf,
    /// `PASSBOOK_SIGNUP`.
    pub sign_up: SignUpPolicy,
    /// `PASSBOOK_TRUSTED_PROXIES`: whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The bank: Plaid's, somebody else's who speaks its wire, or the one built in.
    pub bank: BankConfig,
    /// `PLAID_REDIRECT_URI`: sent only when set, because an unregistered one makes every link fail.
    pub redirect_uri: Option<String>,
    /// `PLAID_COUNTRY_CODES`.
    pub country_codes: Vec<String>,
    /// `PLAID_LANGUAGE`.
    pub language: String,
    /// `PLAID_PAID_REFRESH=on`: people may press for calls that cost money.
    pub paid_refresh: bool,
    /// The address of Link's script.
    pub link_script: String,
    /// The origin that Link's pane is loaded from, when it is not our own.
    pub link_origin: Option<String>,
    /// Whether the built-in bank is in use.
    pub built_in_bank: bool,
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUpPolicy {
    /// Anybody.
    Open,
    /// Whoever has a link that `passbook invite` printed.
    Invite,
    /// Nobody.
    Closed,
    /// The first person only: the rule with Plaid credentials, since a stranger's link costs money.
    FirstOnly,
}

/// Which bank is asked.
#[derive(Clone, Debug)]
pub enum BankConfig {
    /// The one that is built in.
    BuiltIn,
    /// Plaid, or whoever speaks its wire at `base_url`.
    Plaid {
        /// `PLAID_CLIENT_ID`.
        client_id: String,
        /// `PLAID_SECRET`.
        secret: Secret,
        /// `PLAID_BASE_URL`, or what `PLAID_ENV` means.
        base_url: Url,
    },
}

/// What is wrong with the settings.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

/// Plaid's script, which must be loaded from Plaid (plaid.com/docs/link/web).
const PLAID_SCRIPT: &str = "https://cdn.plaid.com/link/v2/stable/link-initialize.js";
const SCRIPT_PATH: &str = "/link/v2/stable/link-initialize.js";

impl Config {
    /// Reads the settings from a source of variables. A variable that is set to nothing counts as unset.
    ///
    /// # Errors
    /// Every bad value at once, each in a line that says what to do.
    pub fn read(source: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut reader = Reader {
            source: &source,
            problems: Vec::new(),
        };
        let data_dir = PathBuf::from(
            reader
                .text("PASSBOOK_DATA_DIR")
                .unwrap_or_else(|| "data".into()),
        );
        let listen = reader.parsed("PASSBOOK_LISTEN", "an address and port like 127.0.0.1:3000");
        let listen = listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000)));
        let public_url = reader.public_url();
        let key_file = reader
            .text("PASSBOOK_KEY_FILE")
            .map_or_else(|| data_dir.join("passbook.key"), PathBuf::from);
        let bank = reader.bank();
        let sign_up = reader.sign_up(&bank);
        let (link_script, link_origin) = link_script(&bank);
        let config = Self {
            listen,
            data_dir,
            public_url,
            key_file,
            sign_up,
            trusted_proxies: reader
                .list("PASSBOOK_TRUSTED_PROXIES", "addresses like 127.0.0.1,::1"),
            redirect_uri: reader.redirect_uri(),
            country_codes: reader.country_codes(),
            language: reader.language(),
            paid_refresh: reader
                .choice("PLAID_PAID_REFRESH", &[("off", false), ("on", true)])
                .unwrap_or(false),
            built_in_bank: matches!(bank, BankConfig::BuiltIn),
            bank,
            link_script,
            link_origin,
        };
        if reader.problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError(reader.problems))
        }
    }

    /// How browsers reach Passbook, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    /// Whether browsers come by https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url
            .as_ref()
            .is_some_and(|url| url.scheme() == "https")
    }

    /// Where a bank can reach our webhooks: nowhere on a loopback address, except the bank built in.
    #[must_use]
    pub fn webhook_url(&self) -> Option<String> {
        let reachable = self
            .public_url
            .as_ref()
            .is_some_and(|url| !is_loopback(url));
        (reachable || self.built_in_bank).then(|| format!("{}/webhooks/plaid", self.base_url()))
    }
}

/// Where Link's script is, and the origin of its pane.
fn link_script(bank: &BankConfig) -> (String, Option<String>) {
    match bank {
        BankConfig::BuiltIn => (format!("/sandbox{SCRIPT_PATH}"), None),
        BankConfig::Plaid { base_url, .. }
            if base_url
                .host_str()
                .is_some_and(|h| h.ends_with(".plaid.com")) =>
        {
            (
                PLAID_SCRIPT.to_owned(),
                Some("https://cdn.plaid.com".to_owned()),
            )
        }
        BankConfig::Plaid { base_url, .. } => {
            let origin = base_url.origin().ascii_serialization();
            (format!("{origin}{SCRIPT_PATH}"), Some(origin))
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback() || ip.is_unspecified(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unspecified(),
        None => true,
    }
}

struct Reader<'a> {
    source: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<String>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> Option<String> {
        (self.source)(name)
            .map(|v| v.trim().to_owned())
            .filter(|v| !v.is_empty())
    }

    fn complain(&mut self, name: &str, wanted: &str) {
        self.problems.push(format!("{name} must be {wanted}."));
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str, wanted: &str) -> Option<T> {
        let parsed = self.text(name)?.parse().ok();
        if parsed.is_none() {
            self.complain(name, wanted);
        }
        parsed
    }

    fn list<T: std::str::FromStr>(&mut self, name: &str, wanted: &str) -> Vec<T> {
        let Some(text) = self.text(name) else {
            return Vec::new();
        };
        let parsed: Result<Vec<T>, _> = text.split(',').map(|part| part.trim().parse()).collect();
        parsed.unwrap_or_else(|_| {
            self.complain(name, wanted);
            Vec::new()
        })
    }

    fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
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

    fn public_url(&mut self) -> Option<Url> {
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

    fn redirect_uri(&mut self) -> Option<String> {
        let wanted = "the address registered with Plaid, like https://passbook.example.org/link/oauth, without a query";
        let url: Url = self.parsed("PLAID_REDIRECT_URI", wanted)?;
        if url.query().is_some()
            || url.fragment().is_some()
            || !matches!(url.scheme(), "http" | "https")
        {
            self.complain("PLAID_REDIRECT_URI", wanted);
        }
        self.text("PLAID_REDIRECT_URI")
    }

    fn country_codes(&mut self) -> Vec<String> {
        let codes: Vec<String> = self
            .text("PLAID_COUNTRY_CODES")
            .unwrap_or_else(|| "US".into())
            .split(',')
            .map(|code| code.trim().to_ascii_uppercase())
            .collect();
        if codes
            .iter()
            .any(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()))
        {
            self.complain("PLAID_COUNTRY_CODES", "two-letter codes like US,GB");
        }
        codes
    }

    fn language(&mut self) -> String {
        let language = self.text("PLAID_LANGUAGE").unwrap_or_else(|| "en".into());
        if language.len() != 2 || !language.bytes().all(|b| b.is_ascii_lowercase()) {
            self.complain("PLAID_LANGUAGE", "a two-letter code like en");
        }
        language
    }

    fn bank(&mut self) -> BankConfig {
        let environment = self.choice(
            "PLAID_ENV",
            &[
                ("sandbox", "https://sandbox.plaid.com"),
                ("production", "https://production.plaid.com"),
            ],
        );
        let base: Option<Url> =
            self.parsed("PLAID_BASE_URL", "an address like http://127.0.0.1:4000");
        match (self.text("PLAID_CLIENT_ID"), self.text("PLAID_SECRET")) {
            (None, None) => {
                if base.is_some() {
                    self.problems.push(
                        "PLAID_BASE_URL is set, but not PLAID_CLIENT_ID and PLAID_SECRET. Set both, or neither for the built-in bank.".into(),
                    );
                }
                BankConfig::BuiltIn
            }
            (Some(client_id), Some(secret)) => {
                let default = environment.unwrap_or("https://sandbox.plaid.com");
                let base_url = base.or_else(|| default.parse().ok());
                let Some(base_url) = base_url else {
                    return BankConfig::BuiltIn;
                };
                BankConfig::Plaid {
                    client_id,
                    secret: Secret::new(secret),
                    base_url,
                }
            }
            (id, _) => {
                let (set, missing) = if id.is_some() {
                    ("PLAID_CLIENT_ID", "PLAID_SECRET")
                } else {
                    ("PLAID_SECRET", "PLAID_CLIENT_ID")
                };
                self.problems.push(format!(
                    "{set} is set, but not {missing}. Set both, or neither for the built-in bank."
                ));
                BankConfig::BuiltIn
            }
        }
    }

    fn sign_up(&mut self, bank: &BankConfig) -> SignUpPolicy {
        let default = match bank {
            BankConfig::BuiltIn => SignUpPolicy::Open,
            BankConfig::Plaid { .. } => SignUpPolicy::FirstOnly,
        };
        let choices = [
            ("open", SignUpPolicy::Open),
            ("invite", SignUpPolicy::Invite),
            ("closed", SignUpPolicy::Closed),
        ];
        self.choice("PASSBOOK_SIGNUP", &choices).unwrap_or(default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(|name| {
            pairs
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn without_any_setting_the_built_in_bank_serves_loopback() {
        let config = read(&[]).expect("defaults are good");
        assert_eq!(config.base_url(), "http://127.0.0.1:3000");
        assert!(config.built_in_bank);
        assert_eq!(config.sign_up, SignUpPolicy::Open);
        assert!(
            config.webhook_url().is_some(),
            "the built-in bank reaches loopback"
        );
    }

    #[test]
    fn with_credentials_strangers_are_kept_out_and_loopback_gets_no_webhooks() {
        let config = read(&[("PLAID_CLIENT_ID", "id"), ("PLAID_SECRET", "hush")]).expect("good");
        assert_eq!(config.sign_up, SignUpPolicy::FirstOnly);
        assert_eq!(config.webhook_url(), None);
        assert_eq!(config.link_script, PLAID_SCRIPT);
        assert!(!format!("{config:?}").contains("hush"));
        let public = read(&[
            ("PLAID_CLIENT_ID", "id"),
            ("PLAID_SECRET", "s"),
            ("PASSBOOK_PUBLIC_URL", "https://money.example.org/"),
        ]);
        assert_eq!(
            public.expect("good").webhook_url().as_deref(),
            Some("https://money.example.org/webhooks/plaid")
        );
    }

    #[test]
    fn every_bad_value_is_told_at_once() {
        let error = read(&[
            ("PASSBOOK_LISTEN", "3000"),
            ("PASSBOOK_PUBLIC_URL", "passbook.example.org"),
            ("PLAID_ENV", "development"),
            ("PLAID_CLIENT_ID", "id"),
            ("PASSBOOK_SIGNUP", "maybe"),
            ("PLAID_COUNTRY_CODES", "USA"),
            ("PASSBOOK_TRUSTED_PROXIES", "proxy.local"),
        ])
        .expect_err("all bad");
        assert_eq!(error.0.len(), 7, "{error}");
        assert!(
            error
                .to_string()
                .contains("PLAID_ENV must be sandbox or production.")
        );
    }

    #[test]
    fn set_to_nothing_is_unset() {
        assert!(
            read(&[("PLAID_CLIENT_ID", ""), ("PLAID_SECRET", " ")])
                .expect("good")
                .built_in_bank
        );
    }
}
