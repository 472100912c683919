//! The panel: the bank's own pages, on which a person makes it misbehave. They need no scripts.
//!
//! The panel does what `/misbehave/…` does and nothing else. The code that mounts it authenticates visitors and puts a
//! [`Visitor`] into the request's extensions; without one there is no panel. A visitor who is not an operator sees and
//! changes only their own Items, and neither the bank's time nor its key.

mod actions;
mod form;
mod journal;
mod needs;
mod pages;
mod subject;
mod visitor;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use routes::Routes;

use crate::bank::{Bank, BankError};
use needs::{NoPage, Panel};
use subject::Subject;
pub use visitor::Visitor;

/// The largest body in bytes; a form of the panel is small.
const BODY_LIMIT: usize = 64 * 1024;

/// Returns the panel's routes, relative to the bank's `faces_url`.
pub fn router(bank: Bank) -> Routes {
    let panel = Panel {
        bank,
        journal: Arc::default(),
    };
    Routes::new()
        .get("/", home)
        .get("/items/{id}", item)
        .get("/members/{guid}", member)
        .post("/do/{*deed}", actions::take)
        .get("/panel.css", style)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(panel)
}

impl IntoResponse for NoPage {
    fn into_response(self) -> Response {
        match self {
            // A removed Item gets the same response as one that never existed.
            Self::Unknown | Self::Bank(BankError::Refused(_)) => {
                (StatusCode::NOT_FOUND, html(pages::nothing())).into_response()
            }
            Self::Bank(error) => {
                tracing::error!(%error, "the built-in bank could not show its panel");
                (StatusCode::INTERNAL_SERVER_ERROR, html(pages::failed())).into_response()
            }
        }
    }
}

async fn home(
    State(panel): State<Panel>,
    visitor: Option<Extension<Visitor>>,
) -> Result<Response, NoPage> {
    let Extension(visitor) = visitor.ok_or(NoPage::Unknown)?;
    Ok(html(pages::home(&panel, &visitor, None).await?).into_response())
}

async fn item(
    State(panel): State<Panel>,
    visitor: Option<Extension<Visitor>>,
    Path(id): Path<String>,
) -> Result<Response, NoPage> {
    let Extension(visitor) = visitor.ok_or(NoPage::Unknown)?;
    let view = visitor
        .item(&panel.bank, &id)
        .await?
        .ok_or(NoPage::Unknown)?;
    let subject = Subject::Item(Box::new(view));
    Ok(html(subject.page(&panel, &visitor, None).await?).into_response())
}

async fn member(
    State(panel): State<Panel>,
    visitor: Option<Extension<Visitor>>,
    Path(guid): Path<String>,
) -> Result<Response, NoPage> {
    let Extension(visitor) = visitor.ok_or(NoPage::Unknown)?;
    let view = visitor
        .member(&panel.bank, &guid)
        .await?
        .ok_or(NoPage::Unknown)?;
    Ok(html(pages::member(&panel, &view, None).await?).into_response())
}

async fn style() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=300"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("panel.css")).into_response()
}

/// Returns a page without scripts that must not be framed.
fn html(document: String) -> impl IntoResponse {
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'";
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, document)
}
