//! The browser side of MX's wire: the Connect widget, and an institution's own log-in site.
//!
//! An address opens once and leads to pages under an unguessable key. Every page is a form that posts to itself and
//! redirects to GET, and works without scripts. With scripts, the page also sends MX's messages to the window that
//! opened it.

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

/// The largest body in bytes: a `user_custom` file of 64 KiB may triple in size as a form.
const BODY_LIMIT: usize = 256 * 1024;

/// Returns the routes, relative to the bank's `faces_url`.
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
    /// There is no such page, or it is gone.
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

/// Answers `GET /mx/connect/{token}` and `GET /mx/oauth/{token}`; each address opens once.
async fn enter(State(bank): State<Bank>, Path(token): Path<String>) -> Result<Response, NoPage> {
    let key = bank.enter_window(&token).await;
    let key = key.map_err(|error| NoPage::Failed(bank.clone(), error))?;
    let key = key.ok_or_else(|| NoPage::Gone(bank.clone()))?;
    Ok(Redirect::to(&path(&bank, &key)).into_response())
}

/// Answers `GET /mx/session/{key}`.
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

/// Answers `POST /mx/session/{key}`.
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

/// A refusal means that the member was deleted in the meantime; any other error is the bank's.
fn failed(bank: &Bank, error: BankError) -> NoPage {
    match error {
        BankError::Refused(_) => NoPage::Gone(bank.clone()),
        error => NoPage::Failed(bank.clone(), error),
    }
}

/// The path prefix of every address here; empty when the bank is at the root.
fn base(bank: &Bank) -> &str {
    bank.faces_url().path().trim_end_matches('/')
}

fn path(bank: &Bank, key: &str) -> String {
    format!("{}/mx/session/{key}", base(bank))
}
