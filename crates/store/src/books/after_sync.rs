//! Follow-up work of a successful sync, in its transaction.

use crate::books::sync_commit::SyncCommit;
use crate::books::transfers;
use crate::linking::{alerts, other_providers, relinks};
use crate::{StoreError, Tx};
use domain::connection::AlertKind;

/// Deletes outdated alerts, compares new rows of merged accounts, finds transfers between accounts, and checks new
/// accounts for matches.
pub(crate) async fn finish_sync(tx: &mut Tx, commit: &SyncCommit<'_>) -> Result<(), StoreError> {
    let id = commit.connection.id.as_str();
    let came = sqlx::query(
        "UPDATE account SET first_seen_at = $1 WHERE connection_id = $2 AND first_seen_at IS NULL",
    )
    .bind(commit.now.as_millisecond())
    .bind(id)
    .execute(&mut **tx)
    .await?
    .rows_affected();
    alerts::outdate(tx, id, commit.facts.consent_expires_at, commit.now).await?;
    relinks::compare_newer(tx, id).await?;
    transfers::find_transfers(tx, commit.connection.user_id.as_str()).await?;
    if came > 0 {
        if commit.connection.last_synced_at.is_some() {
            alerts::drop_kinds(tx, id, &[AlertKind::NewAccounts]).await?;
        }
        relinks::offer(tx, &commit.connection.user_id, id, commit.now).await?;
        other_providers::update_alerts(tx, &commit.connection.user_id, commit.now).await?;
    }
    Ok(())
}
