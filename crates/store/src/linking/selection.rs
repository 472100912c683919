//! Which accounts of a connection are shared.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use crate::StoreError;

/// After accounts were chosen anew the provider tells all that are shared; without a word from it nothing is
/// known.
pub(crate) async fn note_selection(
    tx: &mut Transaction<'static, Sqlite>,
    connection: &str,
    shared: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    if shared.is_empty() {
        return Ok(());
    }
    // A sync that a webhook asked for may have come before the browser, and found them listed no more.
    sqlx::query(
        "UPDATE account SET unshared_at = $1 WHERE connection_id = $2
         AND (closed_at IS NULL OR closed_at > $3)",
    )
    .bind(now.as_millisecond())
    .bind(connection)
    .bind(now.as_millisecond() - 600_000)
    .execute(&mut **tx)
    .await?;
    for provider_id in shared {
        sqlx::query(
            "UPDATE account SET unshared_at = NULL WHERE connection_id = $1 AND provider_id = $2",
        )
        .bind(connection)
        .bind(provider_id)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
