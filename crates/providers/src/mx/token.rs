//! What stands for a connection at MX: whose it is, and which. MX's own keys open everything, so this opens nothing by
//! itself; it is sealed like any access token all the same.

use domain::problem::{Problem, Reason};
use domain::secret::Secret;

/// A person and one of their members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// Our id of the person, which MX takes in place of its own.
    pub person: &'a str,
    /// MX's id of the member.
    pub member: &'a str,
}

impl<'a> Token<'a> {
    /// Reads what [`Token::sealed`] made.
    ///
    /// # Errors
    /// [`Reason::KeyRefused`] for anything else.
    pub(super) fn read(text: &'a Secret) -> Result<Self, Problem> {
        let parts = text.expose().rsplit_once('/');
        let parts = parts.filter(|(person, member)| !person.is_empty() && !member.is_empty());
        let (person, member) = parts.ok_or_else(|| Problem::ours(Reason::KeyRefused))?;
        Ok(Self { person, member })
    }

    /// The text of it.
    pub(super) fn sealed(self) -> Secret {
        Secret::new([self.person, "/", self.member].concat())
    }

    /// The ids, in the order of MX's paths.
    pub(super) fn ids(self) -> [&'a str; 2] {
        [self.person, self.member]
    }
}

/// Whether a text can be an id of MX's: they are a prefix and a UUID. One with a slash would be read back as another.
pub(super) fn is_guid(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=100).contains(&text.len()) && text.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_whatever_the_person_is_called() {
        for person in ["01arz3ndektsv4rrffq69g5fav", "a/b", "ü"] {
            let token = Token {
                person,
                member: "MBR-1",
            };
            assert_eq!(Token::read(&token.sealed()), Ok(token));
        }
        for odd in ["", "/", "person/", "/MBR-1", "access-sandbox-1"] {
            let refusal = Token::read(&Secret::new(odd)).expect_err(odd).reason;
            assert_eq!(refusal, Reason::KeyRefused);
        }
        assert!(is_guid("MBR-7c6f361b-e582-15b6-60c0-358f12466b4b"));
        assert!(!is_guid("MBR/1") && !is_guid(""));
    }
}
