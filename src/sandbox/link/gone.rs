//! When a page cannot be shown.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::{Link, headers, pages};
use crate::sandbox::bank::BankError;

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
            Self::Unknown => (
                StatusCode::NOT_FOUND,
                Notice(
                    "This page is gone",
                    "It was used already, or it never was. Go back to where you came from and start again.",
                ),
            ),
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                Notice(
                    "This address is not complete",
                    "Go back to where you came from and start again.",
                ),
            ),
            Self::Bank(error) => {
                tracing::error!(%error, "the built-in bank could not show a page");
                let words = "Nothing is lost. Please load this page again in a moment.";
                (StatusCode::INTERNAL_SERVER_ERROR, Notice("Something went wrong", words))
            }
        };
        (status, Extension(notice)).into_response()
    }
}

/// What to write on the page; an error does not know where the pages lie, so `draw` makes it.
#[derive(Clone, Copy)]
struct Notice(&'static str, &'static str);

/// Gives a failed answer its page.
pub(super) async fn draw(State(link): State<Link>, response: Response) -> Response {
    match response.extensions().get::<Notice>() {
        Some(Notice(heading, words)) => {
            let html = pages::ends::gone(link.base(), heading, words);
            (response.status(), headers::on_its_own(html)).into_response()
        }
        None => response,
    }
}
