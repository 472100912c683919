//! When a page cannot be shown.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::bank::BankError;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum Gone {
    /// No such session, page or picture; someone else's answers alike.
    #[error("not found")]
    Unknown,
    /// The address was not made by the script.
    #[error("bad request")]
    Malformed,
    /// The bank failed.
    #[error(transparent)]
    Bank(#[from] BankError),
}

impl IntoResponse for Gone {
    fn into_response(self) -> Response {
        let (status, notice) = match self {
            Self::Unknown => (StatusCode::NOT_FOUND, UNKNOWN),
            Self::Malformed => (StatusCode::BAD_REQUEST, MALFORMED),
            Self::Bank(error) => {
                tracing::error!(%error, "the built-in bank could not show a page");
                (StatusCode::INTERNAL_SERVER_ERROR, FAILED)
            }
        };
        (status, Extension(notice)).into_response()
    }
}

const UNKNOWN: Notice = Notice {
    heading: "This page is gone",
    words: "This link has expired or was already used. Go back and start again.",
    code: "INVALID_LINK_TOKEN",
};

const MALFORMED: Notice = Notice {
    heading: "This link is incomplete",
    words: "Go back and start again.",
    code: "INVALID_LINK_TOKEN",
};

const FAILED: Notice = Notice {
    heading: "Something went wrong",
    words: "Nothing is lost. Please reload this page in a moment.",
    code: "INTERNAL_SERVER_ERROR",
};

/// What to write on the page; an error does not know where the pages lie, so `draw::gone` makes it.
#[derive(Clone, Copy)]
pub(super) struct Notice {
    pub(super) heading: &'static str,
    pub(super) words: &'static str,
    /// What `onExit` is told when the page stands in a pane, so that nobody is left in front of it.
    pub(super) code: &'static str,
}
