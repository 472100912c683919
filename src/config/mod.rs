//! The settings: environment variables, read once and checked as a whole.

mod backup;
mod mail;
mod network;
mod rates;
mod reader;
mod sign_in;
#[cfg(test)]
mod tests;
mod unknown;

pub use backup::{Backups, recipient};
pub use mail::Mail;
pub use network::{Network, host};
pub use rates::{Rates, RatesFrom};
pub use sign_in::{Facebook, Google, SecretIn, SignIn};
pub use unknown::unknown_settings;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use url::Url;

use domain::secret::{Secret, token_hash};
use reader::{MX, PLAID, Reader};

/// The settings of `passbook serve`.
#[derive(Clone, Debug)]
pub struct Config {
    /// `PASSBOOK_LISTEN`: where the pages are served.
    pub listen: SocketAddr,
    /// `PASSBOOK_METRICS_LISTEN`: where `/metrics` is served, without authentication; `None` turns it off.
    pub metrics_listen: Option<SocketAddr>,
    /// `PASSBOOK_DATA_DIR`: the directory of the database, the key and the built-in bank's file.
    pub data_dir: PathBuf,
    /// `PASSBOOK_PUBLIC_URL`: the URL at which browsers and banks reach Passbook, if it is not the listener's.
    pub public_url: Option<Url>,
    /// `PASSBOOK_KEY_FILE`: the key that seals secrets.
    pub key_file: PathBuf,
    /// `PASSBOOK_SIGNUP`.
    pub sign_up: SignUpPolicy,
    /// `PASSBOOK_TWO_STEP=required`: people must set up two-step verification before anything else.
    pub two_step_required: bool,
    /// Trusted proxies, host names and limits of connections.
    pub network: Network,
    /// `PASSBOOK_HSTS`: the value of `Strict-Transport-Security`, sent when the public URL is https; `None` turns it
    /// off.
    pub hsts: Option<String>,
    /// `PASSBOOK_API_ORIGINS`: the sites whose scripts may call the API from a browser.
    pub api_origins: Vec<String>,
    /// `PASSBOOK_API_RATE`: the requests a minute that one program may make; 0 means no limit.
    pub api_requests_a_minute: u32,
    /// `PLAID_…`: Plaid, or a server that speaks its protocol.
    pub plaid: Option<ProviderKeys>,
    /// `MX_…`: MX, or a server that speaks its protocol.
    pub mx: Option<ProviderKeys>,
    /// `MX_WEBHOOK_PASSWORD`: authenticates MX's webhooks; without it all are refused.
    pub mx_webhook_password: Option<Secret>,
    /// `PLAID_REDIRECT_URI`: sent only when set, because an unregistered one makes every link fail.
    pub redirect_uri: Option<String>,
    /// `PLAID_COUNTRY_CODES`.
    pub country_codes: Vec<String>,
    /// `PLAID_LANGUAGE`.
    pub language: String,
    /// `PLAID_PAID_REFRESH=on`: people may ask for calls that cost money.
    pub paid_refresh: bool,
    /// `PASSBOOK_WEBHOOKS_TO_PRIVATE=on`: webhooks that people enter may be in the private network.
    pub webhooks_to_private: bool,
    /// The URL of Link's script.
    pub link_script: String,
    /// The origin that Link's frame is loaded from; `None` when it is our own.
    pub link_origin: Option<String>,
    /// Whether the built-in bank is in use, which it is when no provider has keys.
    pub built_in_bank: bool,
    /// The settings of exchange rates.
    pub rates: Rates,
    /// The identity providers that people can log in with.
    pub sign_in: SignIn,
    /// The settings of backups.
    pub backups: Backups,
    /// The mail server; `None` if Passbook sends no mails.
    pub mail: Option<Mail>,
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUpPolicy {
    /// Anyone.
    Open,
    /// People with an invitation that `passbook invite` printed.
    Invite,
    /// No one.
    Closed,
    /// The first person only. This is the default with a provider's keys, because a stranger's link costs money.
    FirstOnly,
}

/// How to reach a provider.
#[derive(Clone, Debug)]
pub struct ProviderKeys {
    /// `PLAID_CLIENT_ID`, `MX_CLIENT_ID`.
    pub client_id: String,
    /// `PLAID_SECRET`, `MX_API_KEY`.
    pub secret: Secret,
    /// `PLAID_BASE_URL`, `MX_BASE_URL`, or the URL that `PLAID_ENV` or `MX_ENV` stands for.
    pub base_url: Url,
}

/// What is wrong with the settings, one line for each problem.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

/// Plaid's script, which must be loaded from Plaid (plaid.com/docs/link/web).
const PLAID_SCRIPT: &str = "https://cdn.plaid.com/link/v2/stable/link-initialize.js";
const SCRIPT_PATH: &str = "/link/v2/stable/link-initialize.js";

impl Config {
    /// Reads the settings from a source of variables. An empty variable counts as unset.
    ///
    /// # Errors
    /// Every invalid value at once, each in a line with the remedy.
    pub fn from_source(source: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        match Self::read_good(source) {
            (config, problems) if problems.is_empty() => Ok(config),
            (_, problems) => Err(ConfigError(problems)),
        }
    }

    /// Reads the valid settings. An invalid value counts as unset, and is reported in a line with the remedy. The
    /// result must not be used to serve.
    #[must_use]
    pub fn read_good(source: impl Fn(&str) -> Option<String>) -> (Self, Vec<String>) {
        let mut reader = Reader::new(&source);
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
        let (plaid, mx) = (reader.keys(&PLAID), reader.keys(&MX));
        let built_in_bank = plaid.is_none() && mx.is_none();
        let sign_up = reader.sign_up(built_in_bank);
        let (link_script, link_origin) = link_script(plaid.as_ref());
        let config = Self {
            listen,
            metrics_listen: reader.parsed(
                "PASSBOOK_METRICS_LISTEN",
                "an address and port like 127.0.0.1:9464",
            ),
            data_dir,
            public_url,
            key_file,
            sign_up,
            two_step_required: reader
                .choice(
                    "PASSBOOK_TWO_STEP",
                    &[("optional", false), ("required", true)],
                )
                .unwrap_or(false),
            network: Network::from_reader(&mut reader),
            hsts: reader.hsts(),
            api_origins: reader.origins(),
            api_requests_a_minute: reader
                .parsed("PASSBOOK_API_RATE", "a number of requests a minute, or 0")
                .unwrap_or(600),
            redirect_uri: reader.redirect_uri(),
            country_codes: reader.country_codes(),
            language: reader.language(),
            paid_refresh: reader
                .choice("PLAID_PAID_REFRESH", &[("off", false), ("on", true)])
                .unwrap_or(false),
            webhooks_to_private: reader
                .choice(
                    "PASSBOOK_WEBHOOKS_TO_PRIVATE",
                    &[("off", false), ("on", true)],
                )
                .unwrap_or(false),
            mx_webhook_password: reader.text("MX_WEBHOOK_PASSWORD").map(Secret::new),
            built_in_bank,
            rates: Rates::from_reader(&mut reader, built_in_bank),
            sign_in: SignIn::from_reader(&mut reader),
            backups: Backups::from_reader(&mut reader),
            mail: Mail::from_reader(&mut reader),
            plaid,
            mx,
            link_script,
            link_origin,
        };
        (config, reader.problems)
    }

    /// Returns the URL at which browsers reach Passbook, without a trailing slash. Without a public URL it is the URL
    /// for this machine, because a listener on all addresses has none of its own.
    #[must_use]
    pub fn base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.local_address()),
        }
    }

    /// Returns the address at which a program on this machine reaches the listener.
    #[must_use]
    pub fn local_address(&self) -> SocketAddr {
        let mut here = self.listen;
        if here.ip().is_unspecified() {
            here.set_ip(match here.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        here
    }

    /// Whether browsers use https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url
            .as_ref()
            .is_some_and(|url| url.scheme() == "https")
    }

    /// Returns the URL at which a provider can reach our webhooks. `None` on a loopback address, except for the
    /// built-in bank. MX's is for the operator only.
    #[must_use]
    pub fn webhook_url(&self, provider: &str) -> Option<String> {
        let reachable = self
            .public_url
            .as_ref()
            .is_some_and(|url| !is_loopback(url));
        let address = format!("{}/webhooks/{provider}", self.base_url());
        if self.built_in_bank {
            return Some(address);
        }
        // MX does not sign its webhooks, so its URL is a secret, derived from the password.
        let secret = match (provider, &self.mx_webhook_password) {
            ("mx", None) => return None,
            ("mx", Some(password)) => format!("/{}", webhook_path(password).expose()),
            _ => String::new(),
        };
        reachable.then(|| address + &secret)
    }
}

/// Returns the segment after `/webhooks/mx/` in the URL given to MX. It cannot be guessed without the password.
#[must_use]
pub fn webhook_path(password: &Secret) -> Secret {
    Secret::new(token_hash(&format!("webhooks of MX {}", password.expose())))
}

/// Returns the URL of Link's script, and the origin of its frame.
fn link_script(plaid: Option<&ProviderKeys>) -> (String, Option<String>) {
    match plaid {
        None => (format!("/sandbox{SCRIPT_PATH}"), None),
        Some(ProviderKeys { base_url, .. })
            if base_url
                .host_str()
                .is_some_and(|h| h.ends_with(".plaid.com")) =>
        {
            (
                PLAID_SCRIPT.to_owned(),
                Some("https://cdn.plaid.com".to_owned()),
            )
        }
        Some(ProviderKeys { base_url, .. }) => {
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
