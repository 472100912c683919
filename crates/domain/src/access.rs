//! What lets in to a person's books, and what a program may do with them.

/// One thing that may be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Look at everything.
    Read,
    /// Ask for a sync.
    Sync,
    /// Link and unlink banks, and write one's own words on transactions.
    Manage,
}

impl Scope {
    /// Every scope, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Read, Self::Sync, Self::Manage];

    /// The word in the database, in forms and in the API's description.
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
    /// Whether each of these is among those.
    #[must_use]
    pub fn are_within(self, those: Self) -> bool {
        Scope::ALL
            .into_iter()
            .all(|scope| !self.has(scope) || those.has(scope))
    }

    /// All that there are: what a person has who logs in.
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.into_iter().collect()
    }

    /// Whether a scope is among them.
    #[must_use]
    pub fn has(self, scope: Scope) -> bool {
        self.held[scope as usize]
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// The words with spaces between them.
    #[must_use]
    pub fn words(self) -> String {
        let held = Scope::ALL.into_iter().filter(|scope| self.has(*scope));
        held.map(Scope::word).collect::<Vec<_>>().join(" ")
    }

    /// The inverse of [`Scopes::words`]; unknown words allow nothing.
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

/// How long a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyLifetime {
    /// A month.
    Days30,
    /// A quarter.
    Days90,
    /// A year.
    Year,
    /// Until it is deleted.
    Unlimited,
}

impl KeyLifetime {
    /// Every lifetime, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Days30, Self::Days90, Self::Year, Self::Unlimited];

    /// In days; `None` for no end.
    #[must_use]
    pub fn days(self) -> Option<i64> {
        match self {
            Self::Days30 => Some(30),
            Self::Days90 => Some(90),
            Self::Year => Some(365),
            Self::Unlimited => None,
        }
    }

    /// The word in forms.
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

/// How much is logged in as a person at a moment.
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
