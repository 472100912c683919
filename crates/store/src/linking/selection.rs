//! The choice of accounts that a connection shares.

use jiff::Timestamp;

use crate::{StoreError, Tx};

/// Records which accounts are shared after a new choice. The provider lists all shared accounts; an empty list means
/// that it did not say, and changes nothing.
pub(crate) async fn record_selection(
    tx: &mut Tx,
    connection: &str,
    shared: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    if shared.is_empty() {
        return Ok(());
    }
    // Includes accounts closed in the last ten minutes: a sync requested by a webhook may have run before the browser
    // returned, and found them no longer listed.
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
