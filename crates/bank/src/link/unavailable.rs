//! Errors that leave a request without a page.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::bank::BankError;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum Gone {
    /// There is no such session, page or picture. A wrong key gives the same response.
    #[error("not found")]
    Unknown,
    /// The `origin` parameter is missing or invalid, or the `Referer` contradicts it.
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

/// The text of the error page. An error does not know the pages' base path, so `draw::gone` renders the page.
#[derive(Clone, Copy)]
pub(super) struct Notice {
    pub(super) heading: &'static str,
    pub(super) words: &'static str,
    /// The error code that `onExit` receives in the pop-up, so that the person can always close it.
    pub(super) code: &'static str,
}
