//! Routes that are not pages: institution logos, the exports (`csv_export.rs`, `data_export.rs`), and the return from
//! Hosted Link.

use axum::Extension;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use routes::Routes;
use tower_sessions::Session;

use super::csv_export::transactions_as_csv;
use super::data_export::{ARCHIVE, everything};
use super::error::PageError;
use super::forms::linking;
use super::opened_from;
use crate::context::Ctx;
use crate::{ledger, sync};
use domain::id::LinkId;
use domain::user::User;

/// Returns the routes that are not pages.
pub fn router() -> Routes {
    Routes::new()
        .get("/logo/{institution_id}", logo)
        .get("/link/{id}/return", link_return)
        .get("/transactions.csv", transactions_as_csv)
        .get(ARCHIVE, everything)
}

/// Serves an institution's logo as PNG.
pub async fn logo(
    Extension(user): Extension<User>,
    Extension(ctx): Extension<Ctx>,
    Path(institution_id): Path<String>,
) -> Result<Response, PageError> {
    let png = ledger::logo(&ctx, &user, &institution_id).await?;
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "private, max-age=86400"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, png).into_response())
}

/// Handles the return from Hosted Link. It can be opened twice, so it asks for the attempt's result and repeats
/// nothing.
pub async fn link_return(
    Extension(user): Extension<User>,
    Extension(ctx): Extension<Ctx>,
    session: Session,
    Path(id): Path<String>,
) -> Result<Redirect, PageError> {
    let id = LinkId::parse(&id).ok_or(PageError::NotFound)?;
    let outcome = sync::finish_hosted(&ctx, &user, &id).await;
    let next = linking::after(outcome, &id, opened_from::load(&session).await?)?;
    next.flash.leave(&ctx, &session).await?;
    Ok(Redirect::to(&next.path))
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status: StatusCode = self.status();
        let mut response = (status, self.heading()).into_response();
        if self == Self::ExportUnderWay {
            let soon = HeaderValue::from_static("30");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        // Lets the renderer tell this error from others with the same status.
        response.extensions_mut().insert(self);
        response
    }
}
