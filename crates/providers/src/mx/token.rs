//! The token that identifies a member at MX: its person and its id. MX's own keys give access to everything, so this
//! token alone gives access to nothing; it is sealed like any access token all the same.
//!
//! A link's token also carries our signature, and only a signed token becomes a connection. Otherwise a person who
//! knows the id of another person's member could present it as the result of their own link.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use domain::problem::{Problem, Reason};
use domain::secret::Secret;

/// A person and one of their members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// Our id of the person, which MX accepts in place of its own.
    pub person: &'a str,
    /// MX's id of the member.
    pub member: &'a str,
}

impl<'a> Token<'a> {
    /// Parses a token made by [`Token::sealed`] or [`Token::of_link`].
    ///
    /// # Errors
    /// [`Reason::KeyRefused`] for anything else.
    pub(super) fn parse(text: &'a Secret) -> Result<Self, Problem> {
        let (plain, _) = marked(text);
        let parts = plain.rsplit_once('/');
        let parts = parts.filter(|(person, member)| !person.is_empty() && is_guid(member));
        let (person, member) = parts.ok_or_else(|| Problem::ours(Reason::KeyRefused))?;
        Ok(Self { person, member })
    }

    /// Parses a token made by [`Token::of_link`] with the same key.
    ///
    /// # Errors
    /// [`Reason::KeyRefused`] for anything else.
    pub(super) fn read_of_link(text: &'a Secret, key: &hmac::Key) -> Result<Self, Problem> {
        let (plain, mark) = marked(text);
        let mark = mark.and_then(|mark| URL_SAFE_NO_PAD.decode(mark).ok());
        let genuine = mark.is_some_and(|mark| hmac::verify(key, plain.as_bytes(), &mark).is_ok());
        if !genuine {
            return Err(Problem::ours(Reason::KeyRefused));
        }
        Self::parse(text)
    }

    /// Returns the token as text with our signature.
    pub(super) fn of_link(self, key: &hmac::Key) -> Secret {
        let plain = self.sealed();
        let mark = hmac::sign(key, plain.expose().as_bytes());
        Secret::new([plain.expose(), ".", &URL_SAFE_NO_PAD.encode(mark)].concat())
    }

    /// Returns the token as text.
    pub(super) fn sealed(self) -> Secret {
        Secret::new([self.person, "/", self.member].concat())
    }

    /// Returns the ids in the order of MX's paths.
    pub(super) fn ids(self) -> [&'a str; 2] {
        [self.person, self.member]
    }
}

/// Splits a text from the signature at its end.
fn marked(text: &Secret) -> (&str, Option<&str>) {
    let text = text.expose();
    match text.rsplit_once('.') {
        Some((plain, mark)) if !mark.contains('/') => (plain, Some(mark)),
        _ => (text, None),
    }
}

/// Whether a text can be an id of MX, which is a prefix and a UUID. One with a slash would be parsed as another token.
pub(super) fn is_guid(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=100).contains(&text.len()) && text.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_whatever_the_person_is_called() {
        for person in ["01arz3ndektsv4rrffq69g5fav", "a/b", "a.b", "ü"] {
            let token = Token {
                person,
                member: "MBR-1",
            };
            assert_eq!(Token::parse(&token.sealed()), Ok(token));
        }
        for odd in ["", "/", "person/", "/MBR-1", "access-sandbox-1"] {
            let refusal = Token::parse(&Secret::new(odd)).expect_err(odd).reason;
            assert_eq!(refusal, Reason::KeyRefused);
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"one");
        let other = hmac::Key::new(hmac::HMAC_SHA256, b"two");
        let token = Token {
            person: "01arz3ndektsv4rrffq69g5fav",
            member: "MBR-1",
        };
        let link = token.of_link(&key);
        assert_eq!(Token::parse(&link), Ok(token));
        assert_eq!(Token::read_of_link(&link, &key), Ok(token));
        let forged = Secret::new(link.expose().replacen("MBR-1", "MBR-2", 1));
        for (text, key) in [(&link, &other), (&forged, &key), (&token.sealed(), &key)] {
            let refusal = Token::read_of_link(text, key).expect_err("no mark of ours");
            assert_eq!(refusal.reason, Reason::KeyRefused);
        }
        assert!(is_guid("MBR-7c6f361b-e582-15b6-60c0-358f12466b4b"));
        assert!(!is_guid("MBR/1") && !is_guid(""));
    }
}
