//! The CSV export: the file's name, and its body while it is read. Its columns are in `ledger/export.rs`.

use axum::Extension;
use axum::body::Body;
use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream::try_unfold;

use super::error::{PageError, failed};
use super::parts::filter;
use crate::context::Ctx;
use crate::ledger;
use crate::ledger::view::Filter;
use crate::ledger::{Export, LedgerError};
use domain::user::User;

/// The header that names the file.
const FILE_NAME: &str = "attachment; filename=\"transactions.csv\"";

/// Streams the transactions that match a filter as a CSV file. An invalid filter redirects to the list, which says what
/// is wrong with it.
pub async fn transactions_as_csv(
    Extension(user): Extension<User>,
    Extension(ctx): Extension<Ctx>,
    Query(filter): Query<Filter>,
) -> Result<Response, PageError> {
    let export = match ledger::export(&ctx, &user, &filter).await {
        Err(LedgerError::Form(_)) => {
            return Ok(Redirect::to(&filter::address(&filter)).into_response());
        }
        export => export?,
    };
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, FILE_NAME),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, sent(export)).into_response())
}

/// Returns a body that reads the export page by page as the connection has room. After an error the connection is cut,
/// so that no client takes the part for the whole.
fn sent(export: Export) -> Body {
    Body::from_stream(try_unfold(export, async |mut export| {
        match export.page().await {
            Ok(page) => Ok(page.map(|page| (page, export))),
            Err(LedgerError::TooSlow) => {
                tracing::info!("a download was cut, because its reader was too slow");
                Err(PageError::Failed)
            }
            Err(error) => Err(failed(&error)),
        }
    }))
}
