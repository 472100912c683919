//! Providers whose wire the bank speaks, and what can be false in what they say.

/// A provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityProvider {
    /// Google: OpenID Connect, and birthdays through its People API.
    Google,
    /// Any other OpenID Connect provider.
    Oidc,
    /// Facebook: OAuth 2.0 and its Graph.
    Facebook,
}

impl IdentityProvider {
    /// Every provider with its name in the API, and what people call it.
    pub const ALL: [(Self, &str, &str); 3] = [
        (Self::Google, "google", "Google"),
        (Self::Oidc, "oidc", "OpenID Connect"),
        (Self::Facebook, "facebook", "Facebook"),
    ];

    /// The provider of this name.
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

    /// What people call it.
    #[must_use]
    pub fn words(self) -> &'static str {
        let one = Self::ALL.iter().find(|one| one.0 == self);
        one.map_or("", |one| one.2)
    }

    /// What can be false in what this one hands over for a code: all of `FALSE_TOKENS`, or what needs no ID token.
    #[must_use]
    pub fn false_tokens(self) -> Vec<&'static str> {
        let all = FALSE_TOKENS.iter().map(|one| one.0);
        all.filter(|code| self != Self::Facebook || *code == "no_email")
            .collect()
    }
}

/// Whether this is a version of Facebook's Graph: `v26.0`.
pub(crate) fn is_graph_version(text: &str) -> bool {
    let is_number = |text: &str| {
        (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts = text
        .strip_prefix('v')
        .and_then(|version| version.split_once('.'));
    parts.is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

/// What is false in an ID token: the `error_code` that asks for it, and what it does. The last two are true of all that
/// the provider then says of the person.
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
