//! What a form says to the page it goes back to, once: kept in the session, never in a URL. It is sealed, because it
//! may hold a key that was just made, an invitation, or a password that was typed into the wrong field.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::error::{PageError, failed};
use crate::auth::FieldProblem;
use crate::context::Ctx;
use domain::secret::Secret;
use domain::text::one_line;

const KEY: &str = "flash";
/// What it is sealed for. Not for its session, whose id may change before the next page.
const SEALED_FOR: (&str, &str) = ("flash", "browser_session");
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
        let text = serde_json::to_string(self).map_err(|error| failed(&error))?;
        let (row, owner) = SEALED_FOR;
        let sealed = ctx.vault.seal(&Secret::new(text), row, owner);
        let sealed = sealed.map_err(|error| failed(&error))?;
        keep(session, &STANDARD.encode(sealed)).await
    }

    /// Takes the flash away; the page after this one gets an empty one, and so does this page if the key has changed
    /// since.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn take(ctx: &Ctx, session: &Session) -> Result<Self, PageError> {
        let Some(sealed) = remove(session).await? else {
            return Ok(Self::default());
        };
        let sealed = STANDARD.decode(sealed).unwrap_or_default();
        let (row, owner) = SEALED_FOR;
        let open = ctx.vault.unseal(&sealed, row, owner).ok();
        let flash = open.and_then(|open| serde_json::from_str(open.expose()).ok());
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

async fn keep(session: &Session, sealed: &str) -> Result<(), PageError> {
    Ok(session.insert(KEY, sealed).await?)
}

async fn remove(session: &Session) -> Result<Option<String>, PageError> {
    // Looked for first: a removal counts as a change even where nothing was, and a session that changed is
    // written, with every page that anybody looks at.
    if session.get_value(KEY).await?.is_none() {
        return Ok(None);
    }
    Ok(session.remove(KEY).await?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tower_sessions::session::{Id, Record};
    use tower_sessions::{SessionStore, session_store};

    use super::*;

    /// A session that was never saved keeps what it holds in memory, so nothing is asked of its store.
    #[derive(Debug)]
    struct NoStore;

    #[async_trait::async_trait]
    impl SessionStore for NoStore {
        async fn save(&self, _: &Record) -> session_store::Result<()> {
            Ok(())
        }
        async fn load(&self, _: &Id) -> session_store::Result<Option<Record>> {
            Ok(None)
        }
        async fn delete(&self, _: &Id) -> session_store::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn is_taken_once() {
        let session = Session::new(None, Arc::new(NoStore), None);
        keep(&session, "sealed").await.expect("it is stored");
        let taken = remove(&session).await.expect("it is read");
        assert_eq!(taken.as_deref(), Some("sealed"));
        assert_eq!(remove(&session).await.expect("it is read"), None);
    }

    #[test]
    fn what_was_typed_comes_back_as_it_was() {
        let problems = vec![FieldProblem {
            field: "email",
            message: "Enter your e-mail address.".into(),
        }];
        let left = Flash::refused(&[("first_name", "Ada <b>")], problems);
        let text = serde_json::to_string(&left).expect("JSON");
        let taken: Flash = serde_json::from_str(&text).expect("a flash");
        assert_eq!(taken, left);
        assert_eq!(taken.typed("first_name"), "Ada <b>");
        assert_eq!(taken.problem("email"), Some("Enter your e-mail address."));
        assert_eq!(taken.problem("first_name"), None);
    }

    #[tokio::test]
    async fn a_page_without_one_writes_no_session() {
        let session = Session::new(None, Arc::new(NoStore), None);
        assert_eq!(remove(&session).await.expect("it is read"), None);
        assert!(!session.is_modified());

        keep(&session, "sealed").await.expect("it is stored");
        assert!(session.is_modified());
    }
}
