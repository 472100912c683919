//! Scopes and lifetimes: what a credential allows, and for how long.

/// One permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Read everything.
    Read,
    /// Request a sync.
    Sync,
    /// Link and unlink banks, and edit own values of transactions.
    Manage,
}

impl Scope {
    /// Every scope, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Read, Self::Sync, Self::Manage];

    /// The identifier in the database, in forms and in the API's description.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Sync => "sync",
            Self::Manage => "manage",
        }
    }

    /// The inverse of [`Scope::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    held: [bool; 3],
}

impl Scopes {
    /// Whether every scope in `self` is also in `those`.
    #[must_use]
    pub fn are_within(self, those: Self) -> bool {
        Scope::ALL
            .into_iter()
            .all(|scope| !self.has(scope) || those.has(scope))
    }

    /// Every scope: the rights of a person who logs in.
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.into_iter().collect()
    }

    /// Whether the set contains a scope.
    #[must_use]
    pub fn has(self, scope: Scope) -> bool {
        self.held[scope as usize]
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// The words, separated by spaces.
    #[must_use]
    pub fn words(self) -> String {
        let held = Scope::ALL.into_iter().filter(|scope| self.has(*scope));
        held.map(Scope::word).collect::<Vec<_>>().join(" ")
    }

    /// The inverse of [`Scopes::words`]; unknown words are ignored.
    #[must_use]
    pub fn from_words(words: &str) -> Self {
        words
            .split_whitespace()
            .filter_map(Scope::from_word)
            .collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut set = Self::default();
        for scope in scopes {
            set.held[scope as usize] = true;
        }
        set
    }
}

/// How long an API key is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyLifetime {
    /// 30 days.
    Days30,
    /// 90 days.
    Days90,
    /// 365 days.
    Year,
    /// Until it is deleted.
    Unlimited,
}

impl KeyLifetime {
    /// Every lifetime, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Days30, Self::Days90, Self::Year, Self::Unlimited];

    /// The lifetime in days; `None` if it does not end.
    #[must_use]
    pub fn days(self) -> Option<i64> {
        match self {
            Self::Days30 => Some(30),
            Self::Days90 => Some(90),
            Self::Year => Some(365),
            Self::Unlimited => None,
        }
    }

    /// The value in forms.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Days30 => "30",
            Self::Days90 => "90",
            Self::Year => "365",
            Self::Unlimited => "never",
        }
    }

    /// The inverse of [`KeyLifetime::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lasts| lasts.word() == word)
    }
}

/// How many log-ins and credentials of a person are valid at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Browser sessions.
    pub browsers: i64,
    /// Programs with tokens.
    pub programs: i64,
    /// API keys.
    pub keys: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_one_of_those_in_the_form() {
        for lasts in KeyLifetime::ALL {
            assert_eq!(KeyLifetime::from_word(lasts.word()), Some(lasts));
        }
        for other in ["", "0", "31", "-1", "Never", "99999999999999999999"] {
            assert_eq!(KeyLifetime::from_word(other), None, "{other}");
        }
    }

    #[test]
    fn words_come_back_and_unknown_ones_allow_nothing() {
        let some: Scopes = [Scope::Manage, Scope::Read].into_iter().collect();
        assert_eq!(some.words(), "read manage");
        assert_eq!(Scopes::from_words("read manage"), some);
        assert!(!some.has(Scope::Sync));
        assert!(Scopes::from_words("admin *").is_empty());
        assert_eq!(Scopes::all().words(), "read sync manage");
    }
}
