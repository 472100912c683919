//! Settings of the identity providers that people can log in with.

use url::Url;

use super::is_loopback;
use super::reader::Reader;
use domain::secret::Secret;

/// The settings of identity providers. A provider is offered only if it is set up.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// `GOOGLE_…`.
    pub google: Option<Google>,
    /// `FACEBOOK_…`.
    pub facebook: Option<Facebook>,
    /// `OIDC_…`.
    pub oidc: Option<Oidc>,
}

/// A client that is registered with an identity provider.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: Secret,
}

/// Google.
#[derive(Clone, Debug)]
pub struct Google {
    /// `GOOGLE_CLIENT_ID`, `GOOGLE_CLIENT_SECRET`.
    pub client: ClientCredentials,
    /// `GOOGLE_BIRTHDAY`: whether to ask for the date of birth.
    pub birthday: bool,
    /// `GOOGLE_ISSUER`.
    pub issuer: Option<Url>,
    /// `GOOGLE_PEOPLE_URL`: the People API.
    pub people: Option<Url>,
}

/// Facebook.
#[derive(Clone, Debug)]
pub struct Facebook {
    /// `FACEBOOK_CLIENT_ID`, `FACEBOOK_CLIENT_SECRET`.
    pub client: ClientCredentials,
    /// `FACEBOOK_BIRTHDAY`: whether to ask for the date of birth.
    pub birthday: bool,
    /// `FACEBOOK_GRAPH_VERSION`.
    pub version: Option<String>,
    /// `FACEBOOK_SITE_URL`.
    pub site: Option<Url>,
    /// `FACEBOOK_GRAPH_URL`.
    pub graph: Option<Url>,
}

/// Another OpenID Connect issuer.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// `OIDC_CLIENT_ID`, `OIDC_CLIENT_SECRET`.
    pub client: ClientCredentials,
    /// `OIDC_ISSUER`, exactly as in its discovery document.
    pub issuer: String,
    /// `OIDC_NAME`: the name that people see.
    pub name: String,
    /// `OIDC_CLIENT_AUTH`: how the client secret is sent; `None` follows the issuer's discovery document.
    pub secret_in: Option<SecretIn>,
}

/// How a client secret is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretIn {
    /// `client_secret_basic`.
    Header,
    /// `client_secret_post`.
    Form,
}

const LONGEST_NAME: usize = 40;

impl SignIn {
    /// Whether no provider is set up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.google.is_none() && self.facebook.is_none() && self.oidc.is_none()
    }

    pub(super) fn from_reader(reader: &mut Reader<'_>) -> Self {
        let of_google = ["GOOGLE_BIRTHDAY", "GOOGLE_ISSUER", "GOOGLE_PEOPLE_URL"];
        let of_facebook = [
            "FACEBOOK_BIRTHDAY",
            "FACEBOOK_GRAPH_VERSION",
            "FACEBOOK_SITE_URL",
            "FACEBOOK_GRAPH_URL",
        ];
        let google = reader.client(["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"], &of_google);
        let facebook = reader.client(
            ["FACEBOOK_CLIENT_ID", "FACEBOOK_CLIENT_SECRET"],
            &of_facebook,
        );
        let oidc = reader.client(
            ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"],
            &["OIDC_ISSUER", "OIDC_NAME", "OIDC_CLIENT_AUTH"],
        );
        Self {
            google: google.map(|client| Google {
                client,
                birthday: reader.birthday("GOOGLE_BIRTHDAY"),
                issuer: reader.safe_url("GOOGLE_ISSUER"),
                people: reader.safe_url("GOOGLE_PEOPLE_URL"),
            }),
            facebook: facebook.map(|client| Facebook {
                client,
                birthday: reader.birthday("FACEBOOK_BIRTHDAY"),
                version: reader.graph_version(),
                site: reader.safe_url("FACEBOOK_SITE_URL"),
                graph: reader.safe_url("FACEBOOK_GRAPH_URL"),
            }),
            oidc: oidc.and_then(|client| reader.oidc(client)),
        }
    }
}

impl Reader<'_> {
    /// Reads a client's id and secret. `more` names settings that have no meaning without them.
    fn client(&mut self, [id, secret]: [&str; 2], more: &[&str]) -> Option<ClientCredentials> {
        match (self.text(id), self.text(secret)) {
            (Some(client_id), Some(secret)) => Some(ClientCredentials {
                client_id,
                client_secret: Secret::new(secret),
            }),
            (None, None) => {
                if let Some(set) = more.iter().find(|name| self.text(name).is_some()) {
                    self.problems.push(format!(
                        "{set} is set, but {id} and {secret} are not. Set both, or remove {set}."
                    ));
                }
                None
            }
            (first, _) => {
                let (set, missing) = match first {
                    Some(_) => (id, secret),
                    None => (secret, id),
                };
                self.problems.push(format!(
                    "{set} is set, but {missing} is not. Set both, or neither."
                ));
                None
            }
        }
    }

    fn birthday(&mut self, name: &str) -> bool {
        let choices = [("on", true), ("off", false)];
        self.choice(name, &choices).unwrap_or(false)
    }

    /// Reads a URL that secrets are sent to: https, except on this machine.
    fn safe_url(&mut self, name: &str) -> Option<Url> {
        let wanted = "an address like https://id.example.org, without a query (http works for this machine only)";
        let url: Url = self.parsed(name, wanted)?;
        let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        let plain = url.has_host() && url.query().is_none() && url.fragment().is_none();
        if !(safe && plain) {
            self.complain(name, wanted);
        }
        (safe && plain).then_some(url)
    }

    fn graph_version(&mut self) -> Option<String> {
        let version = self.text("FACEBOOK_GRAPH_VERSION")?;
        let number = version.strip_prefix('v').and_then(|it| it.split_once('.'));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !number.is_some_and(|(major, minor)| digits(major) && digits(minor)) {
            self.complain("FACEBOOK_GRAPH_VERSION", "a version like v26.0");
        }
        Some(version)
    }

    fn oidc(&mut self, client: ClientCredentials) -> Option<Oidc> {
        if self.text("OIDC_ISSUER").is_none() {
            self.problems.push(
                "OIDC_CLIENT_ID is set, but OIDC_ISSUER is not. Set it to the issuer’s address, like https://id.example.org.".into(),
            );
        }
        let url = self.safe_url("OIDC_ISSUER")?;
        let host = url.host_str().unwrap_or_default();
        let name = self.text("OIDC_NAME").unwrap_or_else(|| host.to_owned());
        if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            let wanted =
                format!("at most {LONGEST_NAME} characters, because it is shown on a button");
            self.complain("OIDC_NAME", &wanted);
        }
        let choices = [("basic", SecretIn::Header), ("post", SecretIn::Form)];
        Some(Oidc {
            client,
            // Kept as typed, because parsing would add a slash at the end.
            issuer: self.text("OIDC_ISSUER")?,
            secret_in: self.choice("OIDC_CLIENT_AUTH", &choices),
            name,
        })
    }
}
