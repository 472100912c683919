//! The page of an error response, which has no body of its own.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::trouble::Trouble;
use super::unavailable::Notice;
use super::{Link, headers, outcome, pages};

/// Replaces an error response with its page.
pub(super) async fn gone(State(link): State<Link>, response: Response) -> Response {
    let Some(notice) = response.extensions().get::<Notice>() else {
        return response;
    };
    let exit = outcome::exit_without_session(&Trouble::new(notice.code, None));
    let message = pages::message_without_session(&exit);
    let html = pages::ends::gone(link.base(), notice.heading, notice.words, message);
    (response.status(), headers::in_any_pane(html)).into_response()
}
