//! One-time messages from a form to the page that it redirects to. They are kept sealed in the session, never in a URL.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::error::PageError;
use crate::auth::{FieldProblem, sealed_session};
use crate::context::Ctx;
use domain::own::Mistake;
use domain::text::one_line;

const KEY: &str = "flash";
/// The longest input that is kept for the form, in characters; the rest is cut.
const LONGEST_TYPED: usize = 1000;
/// The same for the admin's field of up to ten redirect addresses of the greatest length.
const LONGEST_OF_OPERATOR: usize = 11_000;
/// The same for input of a person who is not logged in, in bytes: no email address is longer (RFC 5321, 4.5.3.1).
const LONGEST_OF_STRANGER: usize = 254;

/// A one-time message from a form to the next page.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flash {
    /// The typed values by field, to fill the form in again. Never a secret.
    pub typed: BTreeMap<String, String>,
    /// The problems, each with its field; an empty field name means the form as a whole.
    pub problems: Vec<(String, String)>,
    /// A notice for the top of the next page.
    pub notice: Option<Notice>,
    /// The id of the webhook whose secret the next page shows once.
    pub secret_of: Option<String>,
    /// A new key, shown once.
    pub shown_once: Option<String>,
    /// The address that the next page leads to: an app with its authorization code, or an identity provider.
    pub leads_to: Option<String>,
    /// Whether the person has just logged in at the bank again, so the next page need not ask for it.
    pub repaired: bool,
    /// The bank that was about to be linked a second time.
    pub already_linked: Option<AlreadyLinked>,
}

/// A notice at the top of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The message. Its last line, if it has more than one, quotes a code and request id.
    pub text: String,
    /// Whether it reports a failure.
    pub wrong: bool,
    /// The id of the edit of many transactions that can be undone.
    #[serde(default)]
    pub undo: Option<String>,
}

/// A bank that the person tried to link although it is linked already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlreadyLinked {
    /// The existing connection's id.
    pub connection_id: String,
    /// Its institution's name.
    pub institution: String,
    /// The names of the accounts that are the same.
    pub accounts: Vec<String>,
    /// The attempt that waits for the person to say that these are different accounts; `None` if there is none.
    #[serde(default)]
    pub waiting: Option<String>,
}

/// Leaves out the key and the address that a flash may carry.
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
    /// Returns a flash with a notice.
    #[must_use]
    pub fn notice(text: impl Into<String>) -> Self {
        Self::with_message(text.into(), false)
    }

    /// Returns a flash with a notice of an edit of many transactions, which can be undone if it has an id.
    #[must_use]
    pub fn undoable(text: String, undo: Option<String>) -> Self {
        let wrong = false;
        Self {
            notice: Some(Notice { text, wrong, undo }),
            ..Self::default()
        }
    }

    /// Returns a flash that reports a failure.
    #[must_use]
    pub fn trouble(text: impl Into<String>) -> Self {
        Self::with_message(text.into(), true)
    }

    /// Returns a flash for a rejected form. Typed values keep their line breaks but lose other control characters.
    #[must_use]
    pub fn for_refused_form(typed: &[(&str, &str)], problems: Vec<FieldProblem>) -> Self {
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

    /// Returns a flash for a form that the ledger rejected.
    #[must_use]
    pub fn for_mistakes(typed: &[(&str, &str)], mistakes: Vec<Mistake>) -> Self {
        let problem = |(field, message)| FieldProblem { field, message };
        Self::for_refused_form(typed, mistakes.into_iter().map(problem).collect())
    }

    /// Returns a flash for a rejected form of a person who is not logged in. Such flashes are kept short: control
    /// characters, which grow sixfold in storage, are left out too.
    #[must_use]
    pub fn refused_to_stranger(typed: &[(&str, &str)], problems: Vec<FieldProblem>) -> Self {
        let mut flash = Self::for_refused_form(typed, problems);
        for value in flash.typed.values_mut() {
            value.retain(|c| !c.is_control());
            value.truncate(value.floor_char_boundary(LONGEST_OF_STRANGER));
        }
        flash
    }

    /// Adds an admin's field that may be longer than other fields.
    #[must_use]
    pub fn and_long(mut self, field: &str, value: &str) -> Self {
        let typed = cleaned(value, LONGEST_OF_OPERATOR);
        self.typed.insert(field.to_owned(), typed);
        self
    }

    /// Returns the value typed into a field; empty if there is none.
    #[must_use]
    pub fn typed(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", String::as_str)
    }

    /// Returns the problem of a field, if it has one.
    #[must_use]
    pub fn problem(&self, field: &str) -> Option<&str> {
        self.problems
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, message)| message.as_str())
    }

    /// Stores this flash for the next page.
    ///
    /// # Errors
    /// When the session cannot be stored.
    pub async fn leave(&self, ctx: &Ctx, session: &Session) -> Result<(), PageError> {
        Ok(sealed_session::put(ctx, session, KEY, self).await?)
    }

    /// Takes the flash out of the session. Returns an empty one if there is none or the vault's key has changed since.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn take(ctx: &Ctx, session: &Session) -> Result<Self, PageError> {
        let flash: Option<Self> = sealed_session::take(ctx, session, KEY).await?;
        Ok(flash.unwrap_or_default())
    }

    fn with_message(text: String, wrong: bool) -> Self {
        Self {
            notice: Some(Notice {
                text,
                wrong,
                undo: None,
            }),
            ..Self::default()
        }
    }
}

/// Removes control characters except line breaks, and cuts the text to `longest` characters.
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
        let left = Flash::for_refused_form(&[("first_name", "Ada <b>")], problems);
        let text = serde_json::to_string(&left).expect("JSON");
        let taken: Flash = serde_json::from_str(&text).expect("a flash");
        assert_eq!(taken, left);
        assert_eq!(taken.typed("first_name"), "Ada <b>");
        assert_eq!(taken.problem("email"), Some("Enter your email address."));
        assert_eq!(taken.problem("first_name"), None);
    }
}
