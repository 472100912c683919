//! The simulated identity providers, and the ways in which their tokens can be false.

/// A simulated identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityProvider {
    /// Google: OpenID Connect, and birthdays through its People API.
    Google,
    /// Any other OpenID Connect provider.
    Oidc,
    /// Facebook: OAuth 2.0 and the Graph API.
    Facebook,
}

impl IdentityProvider {
    /// Every provider with its name in the API and its display name.
    pub const ALL: [(Self, &str, &str); 3] = [
        (Self::Google, "google", "Google"),
        (Self::Oidc, "oidc", "OpenID Connect"),
        (Self::Facebook, "facebook", "Facebook"),
    ];

    /// Returns the provider with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|one| one.1 == name).map(|one| one.0)
    }

    /// Its name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        let one = Self::ALL.iter().find(|one| one.0 == self);
        one.map_or("", |one| one.1)
    }

    /// Its display name.
    #[must_use]
    pub fn words(self) -> &'static str {
        let one = Self::ALL.iter().find(|one| one.0 == self);
        one.map_or("", |one| one.2)
    }

    /// Returns the codes of `FALSE_TOKENS` that apply to this provider: all, or for Facebook only those without an ID
    /// token.
    #[must_use]
    pub fn false_tokens(self) -> Vec<&'static str> {
        let all = FALSE_TOKENS.iter().map(|one| one.0);
        all.filter(|code| self != Self::Facebook || *code == "no_email")
            .collect()
    }
}

/// Whether a text is a version of Facebook's Graph API, such as `v26.0`.
pub(crate) fn is_graph_version(text: &str) -> bool {
    let is_number = |text: &str| {
        (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts = text
        .strip_prefix('v')
        .and_then(|version| version.split_once('.'));
    parts.is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

/// The ways in which an ID token can be false: the `error_code` that selects one, and its description. The last two
/// also apply to everything else that the provider says about the person.
pub const FALSE_TOKENS: [(&str, &str); 12] = [
    ("wrong_nonce", "another nonce"),
    ("no_nonce", "no nonce"),
    ("wrong_issuer", "another issuer"),
    ("wrong_audience", "for another program"),
    ("expired", "expired an hour ago"),
    ("wrong_at_hash", "the hash of another access token"),
    (
        "wrong_key",
        "signed with a key that nobody knows, under the name of the right one",
    ),
    ("alg_none", "not signed"),
    ("hs256", "signed by HMAC, with the public key as its secret"),
    ("unknown_kid", "the name of a key that is not told of"),
    ("no_email", "no e-mail address"),
    ("unverified", "an e-mail address that is not verified"),
];
