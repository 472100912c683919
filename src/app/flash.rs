//! What a form says to the page it goes back to, once: kept in the session, sealed, and never in a URL.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::error::PageError;
use crate::auth::{FieldProblem, sealed_session};
use crate::context::Ctx;
use domain::text::one_line;

const KEY: &str = "flash";
/// What is longer was not typed by a person who wants it back, and is not kept for them.
const LONGEST_TYPED: usize = 1000;
/// A field of an operator's takes ten addresses, as long as they may be.
const LONGEST_OF_OPERATOR: usize = 11_000;
/// Of a stranger less is kept, in bytes: no e-mail address is longer (RFC 5321, 4.5.3.1).
const LONGEST_OF_STRANGER: usize = 254;

/// A one-time message from a form to the next page.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flash {
    /// What was typed, by field, so that nobody types it twice. Never a secret.
    pub typed: BTreeMap<String, String>,
    /// What is wrong, by field; under the empty name what is wrong with the form as a whole.
    pub problems: Vec<(String, String)>,
    /// Something to be told at the top of the next page.
    pub notice: Option<Notice>,
    /// The webhook whose secret the next page is to show, this once.
    pub secret_of: Option<String>,
    /// A key that was just made, to be shown this once.
    pub shown_once: Option<String>,
    /// Where the next page leads: to the app that wanted to be let in, with a code that is good for a minute.
    pub leads_to: Option<String>,
    /// Whether the person has just logged in at the bank again, so that the next page need not ask for it.
    pub repaired: bool,
    /// The bank that was about to be linked a second time.
    pub already_linked: Option<AlreadyLinked>,
}

/// A sentence at the top of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether it tells of something that did not work.
    pub wrong: bool,
}

/// A bank that is linked already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlreadyLinked {
    /// The connection there is.
    pub connection_id: String,
    /// Its institution.
    pub institution: String,
    /// The names of the accounts that are the same.
    pub accounts: Vec<String>,
    /// The attempt that waits for the person to say that these are different accounts, if one does.
    #[serde(default)]
    pub waiting: Option<String>,
}

/// Without the key that it may carry.
impl std::fmt::Debug for Flash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flash")
            .field("typed", &self.typed)
            .field("problems", &self.problems)
            .field("notice", &self.notice)
            .field("already_linked", &self.already_linked)
            .finish_non_exhaustive()
    }
}

impl Flash {
    /// A flash that only tells something.
    #[must_use]
    pub fn notice(text: impl Into<String>) -> Self {
        Self::told(text.into(), false)
    }

    /// A flash that tells what did not work.
    #[must_use]
    pub fn trouble(text: impl Into<String>) -> Self {
        Self::told(text.into(), true)
    }

    /// A flash for a form that was refused. What was typed comes back as text of several lines, without characters
    /// that are orders to whatever shows them.
    #[must_use]
    pub fn refused(typed: &[(&str, &str)], problems: Vec<FieldProblem>) -> Self {
        Self {
            typed: typed
                .iter()
                .map(|(name, value)| ((*name).to_owned(), cleaned(value, LONGEST_TYPED)))
                .collect(),
            problems: problems
                .into_iter()
                .map(|problem| (problem.field.to_owned(), problem.message))
                .collect(),
            ..Self::default()
        }
    }

    /// A flash for a form that a stranger sent. It is stored for nobody in particular, so it is kept short: control
    /// characters, which grow sixfold when they are stored, are left out too.
    #[must_use]
    pub fn refused_to_stranger(typed: &[(&str, &str)], problems: Vec<FieldProblem>) -> Self {
        let mut flash = Self::refused(typed, problems);
        for value in flash.typed.values_mut() {
            value.retain(|c| !c.is_control());
            value.truncate(value.floor_char_boundary(LONGEST_OF_STRANGER));
        }
        flash
    }

    /// The same with a field in which an operator types more than other people do.
    #[must_use]
    pub fn and_long(mut self, field: &str, value: &str) -> Self {
        let typed = cleaned(value, LONGEST_OF_OPERATOR);
        self.typed.insert(field.to_owned(), typed);
        self
    }

    /// What was typed into a field.
    #[must_use]
    pub fn typed(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", String::as_str)
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn problem(&self, field: &str) -> Option<&str> {
        self.problems
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, message)| message.as_str())
    }

    /// Leaves this flash for the next page.
    ///
    /// # Errors
    /// When the session cannot be stored.
    pub async fn leave(&self, ctx: &Ctx, session: &Session) -> Result<(), PageError> {
        Ok(sealed_session::put(ctx, session, KEY, self).await?)
    }

    /// Takes the flash away; the page after this one gets an empty one, and so does this page if the key has changed
    /// since.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn take(ctx: &Ctx, session: &Session) -> Result<Self, PageError> {
        let flash: Option<Self> = sealed_session::take(ctx, session, KEY).await?;
        Ok(flash.unwrap_or_default())
    }

    fn told(text: String, wrong: bool) -> Self {
        Self {
            notice: Some(Notice { text, wrong }),
            ..Self::default()
        }
    }
}

/// Text of several lines without characters that are orders, and no longer than this.
fn cleaned(value: &str, longest: usize) -> String {
    let lines: Vec<String> = value.lines().map(one_line).collect();
    lines.join("\n").chars().take(longest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_as_it_was() {
        let problems = vec![FieldProblem {
            field: "email",
            message: "Enter your email address.".into(),
        }];
        let left = Flash::refused(&[("first_name", "Ada <b>")], problems);
        let text = serde_json::to_string(&left).expect("JSON");
        let taken: Flash = serde_json::from_str(&text).expect("a flash");
        assert_eq!(taken, left);
        assert_eq!(taken.typed("first_name"), "Ada <b>");
        assert_eq!(taken.problem("email"), Some("Enter your email address."));
        assert_eq!(taken.problem("first_name"), None);
    }
}
