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
    ("wrong_nonce", "wrong nonce"),
    ("no_nonce", "no nonce"),
    ("wrong_issuer", "wrong issuer"),
    ("wrong_audience", "issued to another app"),
    ("expired", "expired an hour ago"),
    ("wrong_at_hash", "the hash of another access token"),
    (
        "wrong_key",
        "signed with an unknown key under the right key's name",
    ),
    ("alg_none", "not signed"),
    (
        "hs256",
        "signed with HMAC, using the public key as the secret",
    ),
    ("unknown_kid", "an unpublished key ID"),
    ("no_email", "no email"),
    ("unverified", "unverified email"),
];
