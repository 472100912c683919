//! What a person sees of MX's side of the built-in bank: the Connect widget, and a bank's own window.
//!
//! An address opens once and leads to pages under a key that nobody can guess. Every page is a form that posts to
//! itself and comes back by GET, and works without scripts; with them, whoever opened it is told what happens, in
//! MX's messages.

mod fields;
mod messages;
mod oauth;
mod pages;
mod telling;
#[cfg(test)]
mod tests;
mod widget;
mod words;

pub(crate) use fields::picture;

use axum::extract::{DefaultBodyLimit, Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use routes::Routes;

use crate::bank::{Bank, BankError, WindowSession};
use crate::link::answers::Answers;
use crate::link::headers;

/// A `user_custom` file of 64 KiB may grow threefold as a form.
const BODY_LIMIT: usize = 256 * 1024;

/// The pages, relative to the bank's `faces_url`.
pub fn router(bank: Bank) -> Routes {
    Routes::new()
        .get("/mx/connect/{token}", enter)
        .get("/mx/oauth/{token}", enter)
        .get("/mx/session/{key}", show)
        .post("/mx/session/{key}", take)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(bank)
}

/// Why there is no page.
enum NoPage {
    /// There is nothing here, or no longer.
    Gone(Bank),
    /// The bank failed.
    Failed(Bank, BankError),
}

impl IntoResponse for NoPage {
    fn into_response(self) -> Response {
        use axum::http::StatusCode;
        let (status, bank, heading) = match self {
            Self::Gone(bank) => (StatusCode::NOT_FOUND, bank, "This page is gone"),
            Self::Failed(bank, error) => {
                tracing::error!(%error, "the built-in bank could not show a page");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    bank,
                    "Something went wrong",
                )
            }
        };
        let page = pages::notice(&bank, heading);
        (status, headers::in_any_pane(page)).into_response()
    }
}

/// `GET /mx/connect/{token}` and `GET /mx/oauth/{token}`: opens once.
async fn enter(State(bank): State<Bank>, Path(token): Path<String>) -> Result<Response, NoPage> {
    let key = bank.enter_window(&token).await;
    let key = key.map_err(|error| NoPage::Failed(bank.clone(), error))?;
    let key = key.ok_or_else(|| NoPage::Gone(bank.clone()))?;
    Ok(Redirect::to(&path(&bank, &key)).into_response())
}

/// `GET /mx/session/{key}`.
async fn show(State(bank): State<Bank>, Path(key): Path<String>) -> Result<Response, NoPage> {
    let mut session = session(&bank, &key).await?;
    let html = if session.record.is_widget {
        widget::page(&bank, &mut session).await
    } else {
        oauth::page(&bank, &session).await
    };
    let html = html.map_err(|error| failed(&bank, error))?;
    saved(&bank, &session).await?;
    Ok(if session.record.is_widget {
        headers::in_any_pane(html)
    } else {
        headers::on_its_own(html)
    })
}

/// `POST /mx/session/{key}`.
async fn take(
    State(bank): State<Bank>,
    Path(key): Path<String>,
    Form(answers): Form<Answers>,
) -> Result<Response, NoPage> {
    let mut session = session(&bank, &key).await?;
    let done = if session.record.is_widget {
        widget::take(&bank, &mut session, &answers).await
    } else {
        oauth::take(&bank, &mut session, &answers).await
    };
    match done {
        Ok(()) => {}
        Err(BankError::Refused(refusal)) => session.record.trouble = Some(refusal.message),
        Err(error) => return Err(NoPage::Failed(bank, error)),
    }
    saved(&bank, &session).await?;
    Ok(Redirect::to(&path(&bank, &key)).into_response())
}

async fn session(bank: &Bank, key: &str) -> Result<WindowSession, NoPage> {
    let found = bank.window(key).await;
    let found = found.map_err(|error| NoPage::Failed(bank.clone(), error))?;
    found.ok_or_else(|| NoPage::Gone(bank.clone()))
}

async fn saved(bank: &Bank, session: &WindowSession) -> Result<(), NoPage> {
    let saved = bank.save_window(session).await;
    saved.map_err(|error| NoPage::Failed(bank.clone(), error))
}

/// A member that was deleted meanwhile is gone; anything else is the bank's fault.
fn failed(bank: &Bank, error: BankError) -> NoPage {
    match error {
        BankError::Refused(_) => NoPage::Gone(bank.clone()),
        error => NoPage::Failed(bank.clone(), error),
    }
}

/// The path in front of every address here; empty when the bank is at the root.
fn base(bank: &Bank) -> &str {
    bank.faces_url().path().trim_end_matches('/')
}

fn path(bank: &Bank, key: &str) -> String {
    format!("{}/mx/session/{key}", base(bank))
}
