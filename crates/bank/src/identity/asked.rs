//! An authorization request in the address that a program sends a browser to (RFC 6749, 4.1.1; OpenID Connect Core 1.0,
//! 3.1.2.1), and the addresses that lead back.

use url::Url;

use crate::bank::{IdentityProvider, SignIn};

/// The fields of the query, with their maximum lengths in bytes.
const FIELDS: [(&str, usize); 12] = [
    ("client_id", 255),
    ("redirect_uri", 2048),
    ("response_type", 64),
    ("response_mode", 64),
    ("scope", 1024),
    ("state", 4096),
    ("nonce", 512),
    ("code_challenge", 128),
    ("code_challenge_method", 16),
    ("prompt", 64),
    ("request", 4096),
    ("request_uri", 2048),
];
/// The errors that can be chosen on the page: the code that goes back, and its label.
pub(super) const ERRORS: [(&str, &str); 3] = [
    ("server_error", "error: server_error"),
    ("temporarily_unavailable", "error: temporarily_unavailable"),
    ("unheard_of", "an unknown error"),
];
/// The other faults that can be chosen for what goes back.
pub(super) const WRONG: [(&str, &str); 4] = [
    ("other_state", "a code with the wrong state"),
    ("no_state", "a code with no state"),
    ("wrong_code", "a code that was never issued"),
    ("no_code", "neither code nor error"),
];

/// Why a request is refused without asking the person.
#[derive(Debug)]
pub(super) enum Stop {
    /// There is no valid address to return to, so the message is shown here.
    Here(&'static str),
    /// The error goes back to the program, at this address.
    Back(String),
}

/// A valid authorization request.
#[derive(Debug)]
pub(super) struct Asked {
    provider: IdentityProvider,
    sign_in: SignIn,
    redirect: Url,
    state: Option<String>,
}

impl Asked {
    /// Parses a request. The client id and the redirect address are checked first; an error in them is shown only to
    /// the browser (RFC 6749, 4.1.2.1).
    pub(super) fn parse(provider: IdentityProvider, query: &str) -> Result<Self, Stop> {
        let fields = Fields::parse(query);
        let client_id = fields.once("client_id").ok().flatten();
        let client_id = client_id.ok_or(Stop::Here(
            "This link doesn’t say which app it is for: client_id is missing.",
        ))?;
        let redirect_uri = fields.once("redirect_uri").ok().flatten();
        let redirect = redirect_uri.as_deref().and_then(redirect);
        let (Some(redirect_uri), Some(redirect)) = (redirect_uri, redirect) else {
            return Err(Stop::Here(
                "This link doesn’t say where to return to: redirect_uri must be a full http or https URL without \
                 a fragment.",
            ));
        };
        let mut asked = Self {
            provider,
            sign_in: SignIn {
                client_id,
                redirect_uri,
                ..SignIn::default()
            },
            redirect,
            state: fields.once("state").unwrap_or_default(),
        };
        match asked.fill(&fields) {
            Ok(()) => Ok(asked),
            Err((error, words)) => Err(Stop::Back(asked.failed(error, words))),
        }
    }

    fn fill(&mut self, fields: &Fields) -> Result<(), (&'static str, &'static str)> {
        let field = |name| {
            fields
                .once(name)
                .map_err(|()| ("invalid_request", "a parameter is repeated or too long"))
        };
        field("state")?;
        let is_facebook = self.provider == IdentityProvider::Facebook;
        match field("response_type")?.as_deref() {
            Some("code") => {}
            // Facebook's default.
            None if is_facebook => {}
            None => return Err(("invalid_request", "response_type is missing")),
            Some(_) => return Err(("unsupported_response_type", "only code is supported")),
        }
        if field("response_mode")?.is_some_and(|mode| mode != "query") {
            return Err((
                "invalid_request",
                "only the response mode query is supported",
            ));
        }
        if field("request")?.is_some() {
            return Err(("request_not_supported", "request objects are not supported"));
        }
        if field("request_uri")?.is_some() {
            return Err((
                "request_uri_not_supported",
                "request objects are not supported",
            ));
        }
        if field("prompt")?.is_some_and(|prompt| prompt == "none") {
            return Err(("login_required", "the user must log in each time"));
        }
        self.sign_in.scope = match field("scope")? {
            Some(scope) => scope,
            None if is_facebook => "public_profile".to_owned(),
            None => return Err(("invalid_scope", "scope is missing")),
        };
        self.sign_in.nonce = field("nonce")?;
        self.sign_in.code_challenge = field("code_challenge")?;
        let method = field("code_challenge_method")?;
        match (&self.sign_in.code_challenge, method.as_deref()) {
            (None, None) => Ok(()),
            (Some(challenge), Some("S256")) if is_challenge(challenge) => Ok(()),
            (Some(_), Some("S256")) => {
                Err(("invalid_request", "code_challenge is not a SHA-256 hash"))
            }
            _ => Err((
                "invalid_request",
                "only the code challenge method S256 is supported",
            )),
        }
    }

    pub(super) fn sign_in(&self) -> SignIn {
        self.sign_in.clone()
    }

    /// The program as a person can recognize it: the origin of its redirect address.
    pub(super) fn site(&self) -> String {
        self.redirect.origin().ascii_serialization()
    }

    /// The program's client id, shortened and stripped for display.
    pub(super) fn client_id(&self) -> String {
        let shown = self
            .sign_in
            .client_id
            .chars()
            .filter(char::is_ascii_graphic);
        shown.take(100).collect()
    }

    /// Returns the address for a person who agreed, with the fault named `wrong`, one of `WRONG`.
    pub(super) fn agreed(&self, code: &str, wrong: &str) -> String {
        let mut fields = match wrong {
            "no_code" => Vec::new(),
            "wrong_code" => vec![("code", "4/0Anever-given")],
            _ => vec![("code", code)],
        };
        if self.provider == IdentityProvider::Google {
            fields.extend([
                ("scope", self.sign_in.scope.as_str()),
                ("authuser", "0"),
                ("prompt", "consent"),
            ]);
        }
        let state = match wrong {
            "no_state" => None,
            "other_state" => Some("another-state"),
            _ => self.state.as_deref(),
        };
        self.back(&fields, state)
    }

    /// Returns the address for a person who declined.
    pub(super) fn denied(&self) -> String {
        let fields: &[(&str, &str)] = match self.provider {
            IdentityProvider::Facebook => &[
                ("error", "access_denied"),
                ("error_code", "200"),
                ("error_description", "Permissions error"),
                ("error_reason", "user_denied"),
            ],
            _ => &[("error", "access_denied")],
        };
        self.back(fields, self.state.as_deref())
    }

    /// Returns the address with an error chosen on the page.
    pub(super) fn ordered(&self, error: &str) -> Option<String> {
        let (error, _) = ERRORS.iter().find(|one| one.0 == error)?;
        Some(self.failed(error, "Simulated error."))
    }

    fn failed(&self, error: &str, words: &str) -> String {
        let fields = [("error", error), ("error_description", words)];
        self.back(&fields, self.state.as_deref())
    }

    /// Keeps the redirect address's own query (RFC 6749, 3.1.2).
    fn back(&self, fields: &[(&str, &str)], state: Option<&str>) -> String {
        let mut to = self.redirect.clone();
        let state = state.map(|state| ("state", state));
        to.query_pairs_mut()
            .extend_pairs(fields)
            .extend_pairs(state);
        if self.provider == IdentityProvider::Facebook {
            // Facebook does append this fragment.
            to.set_fragment(Some("_=_"));
        }
        to.into()
    }
}

/// The fields of the query.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn parse(query: &str) -> Self {
        Self(
            url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// Returns a field: `None` when it is empty or absent, `Err` when it is repeated (RFC 6749, 3.1) or too long.
    fn once(&self, name: &str) -> Result<Option<String>, ()> {
        let most = FIELDS
            .iter()
            .find(|one| one.0 == name)
            .map_or(0, |one| one.1);
        let mut all = self.0.iter().filter(|(key, _)| key == name);
        let (first, second) = (all.next(), all.next());
        match (first, second) {
            (_, Some(_)) => Err(()),
            (Some((_, value)), None) if value.len() > most => Err(()),
            (first, None) => Ok(first
                .map(|(_, value)| value.clone())
                .filter(|value| !value.is_empty())),
        }
    }
}

/// Parses an absolute http or https address without a fragment (RFC 6749, 3.1.2).
fn redirect(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let names_nobody = url.username().is_empty() && url.password().is_none();
    // `http:host` is not absolute, though browsers accept it.
    let is_whole =
        text.contains("://") && !text.contains(|c: char| c.is_control() || c.is_whitespace());
    (is_web && names_nobody && is_whole && url.fragment().is_none()).then_some(url)
}

/// Whether a text is a SHA-256 hash in base64url (RFC 7636, 4.2).
fn is_challenge(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}
