//! The error of a page or form: a status, and words that reveal nothing internal.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use leptos_axum::ResponseOptions;
use serde::{Deserialize, Serialize};

use crate::auth::AuthError;
use crate::ledger::LedgerError;
use crate::mail::MailError;
use crate::operator::OperatorError;
use crate::outgoing_webhooks::NotifyError;
use crate::sync::SyncError;

/// Why there is no page. It reveals nothing that the person may not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PageError {
    /// The request has no logged-in user.
    #[error("log in first")]
    NotLoggedIn,
    /// The thing does not exist, or belongs to another person.
    #[error("not found")]
    NotFound,
    /// The person has unlinked the bank.
    #[error("no longer linked")]
    NoLongerLinked,
    /// The request cannot be parsed.
    #[error("the request cannot be read")]
    Unreadable,
    /// The same person is already downloading a file.
    #[error("another export is under way")]
    ExportUnderWay,
    /// The provider refused or is unavailable.
    #[error("the bank does not answer")]
    BankAway,
    /// An internal error, written to the log.
    #[error("something went wrong here")]
    Failed,
}

impl PageError {
    /// Returns the HTTP status for this error.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::NotLoggedIn => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NoLongerLinked => StatusCode::CONFLICT,
            Self::Unreadable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::ExportUnderWay => StatusCode::TOO_MANY_REQUESTS,
            Self::BankAway => StatusCode::BAD_GATEWAY,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns a heading for the person.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::NotLoggedIn => "Log in first",
            Self::NotFound => "Page not found",
            Self::NoLongerLinked => "This bank is no longer linked",
            Self::Unreadable => "We couldn’t read that",
            Self::ExportUnderWay => "Only one download at a time",
            Self::BankAway => "Your bank isn’t responding",
            Self::Failed => "Something went wrong",
        }
    }

    /// Returns what to do, in a sentence or two.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::NotLoggedIn => "You need to log in to see this page.",
            Self::NotFound => {
                "Check the address. The page may have been removed; your data is safe."
            }
            Self::NoLongerLinked => {
                "Your earlier data is under Accounts. To get new transactions, link the bank again."
            }
            Self::Unreadable => "Go back and try again. Nothing was changed.",
            Self::ExportUnderWay => {
                "Your transactions are still being downloaded. Wait until that’s finished, or cancel it, and try again."
            }
            Self::BankAway => "Nothing is lost. Try again in a few minutes.",
            Self::Failed => "The problem was logged. Your data is safe; please try again.",
        }
    }

    /// Sets the response's status to this error's, and returns the error.
    ///
    /// In leptos 0.8 errors carry no status: every failing server function answers 500 unless the status is set by
    /// hand.
    #[must_use]
    pub fn raised(self) -> Self {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.set_status(self.status());
        }
        self
    }
}

impl FromServerFnError for PageError {
    type Encoder = JsonEncoding;

    /// The framework's messages name our types and fields, so they go only to the log.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // `Deserialization` is a body that is too large or ended early.
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::Unreadable.raised(),
            other => failed(&other),
        }
    }
}

impl From<LedgerError> for PageError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::NotFound => Self::NotFound.raised(),
            // Form handlers report mistakes themselves; anywhere else the request was not readable.
            LedgerError::Form(_) => Self::Unreadable.raised(),
            LedgerError::ExportUnderWay => Self::ExportUnderWay.raised(),
            LedgerError::TooSlow
            | LedgerError::Csv(_)
            | LedgerError::File(_)
            | LedgerError::Store(_) => failed(&error),
        }
    }
}

impl From<SyncError> for PageError {
    fn from(error: SyncError) -> Self {
        match error {
            // No page offers this before the bank is linked.
            SyncError::NotFound | SyncError::NotLinkedYet => Self::NotFound.raised(),
            SyncError::NoLongerLinked => Self::NoLongerLinked.raised(),
            SyncError::Provider(_) => Self::BankAway.raised(),
            SyncError::Store(_) => failed(&error),
        }
    }
}

impl From<NotifyError> for PageError {
    fn from(error: NotifyError) -> Self {
        match error {
            NotifyError::NotFound => Self::NotFound.raised(),
            // Form handlers report mistakes themselves; anywhere else no person typed the input.
            NotifyError::Form(_) => Self::Unreadable.raised(),
            NotifyError::Secret | NotifyError::Store(_) => failed(&error),
        }
    }
}

impl From<OperatorError> for PageError {
    fn from(error: OperatorError) -> Self {
        match error {
            OperatorError::NotFound => Self::NotFound.raised(),
            OperatorError::Store(_) | OperatorError::Apps(_) => failed(&error),
        }
    }
}

impl From<AuthError> for PageError {
    fn from(error: AuthError) -> Self {
        failed(&error)
    }
}

impl From<MailError> for PageError {
    fn from(error: MailError) -> Self {
        failed(&error)
    }
}

impl From<tower_sessions::session::Error> for PageError {
    fn from(error: tower_sessions::session::Error) -> Self {
        failed(&error)
    }
}

/// Logs an error once, at this boundary, and hides its message from the person.
pub fn failed(error: &(dyn std::error::Error + 'static)) -> PageError {
    tracing::error!(error, "a page failed");
    PageError::Failed.raised()
}
