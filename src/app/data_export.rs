//! The export of everything that a person has here: the file's name, and its body while it is read. What is in it is
//! decided in `ledger/archive.rs`.

use axum::Extension;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream::try_unfold;
use tower_sessions::Session;

use super::error::{PageError, failed};
use crate::auth;
use crate::context::Ctx;
use crate::ledger::{self, Archive, LedgerError};
use domain::user::User;

/// The path of the page that offers the file.
pub const PAGE: &str = "/settings/export";
/// The file's address.
pub const ARCHIVE: &str = "/settings/export/passbook.tar.gz";
/// The header that names the file.
const FILE_NAME: &str = "attachment; filename=\"passbook.tar.gz\"";

/// Streams everything of a person as one compressed archive. A person who has not confirmed that it's them is led to
/// the page, which asks.
pub async fn everything(
    Extension(user): Extension<User>,
    Extension(ctx): Extension<Ctx>,
    session: Session,
) -> Result<Response, PageError> {
    if !auth::is_confirmed(&ctx, &session).await? {
        return Ok(Redirect::to(PAGE).into_response());
    }
    let archive = ledger::archive(&ctx, &user).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/gzip"),
        (header::CONTENT_DISPOSITION, FILE_NAME),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, sent(archive)).into_response())
}

/// Returns a body that makes the archive piece by piece as the connection has room. After an error the connection is
/// cut, so that no client takes the part for the whole.
fn sent(archive: Archive) -> Body {
    Body::from_stream(try_unfold(archive, async |mut archive| {
        match archive.piece().await {
            Ok(piece) => Ok(piece.map(|piece| (piece, archive))),
            Err(LedgerError::TooSlow) => {
                tracing::info!("a download was cut, because its reader was too slow");
                Err(PageError::Failed)
            }
            Err(error) => Err(failed(&error)),
        }
    }))
}
