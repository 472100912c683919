//! The webhook URL that a provider was last given for each connection.

use jiff::Timestamp;

use crate::{Store, StoreError, Tx, jobs};
use domain::connection::Lease;
use domain::id::ConnectionId;
use domain::job::JobKind;
use domain::webhook::{Notice, NoticeKind};

impl Store {
    /// Requests a job for every linked connection whose webhook URL is not the wanted one. Returns how many there
    /// were. Connections that have ended for good at the provider are skipped.
    pub async fn request_webhook_moves(
        &self,
        provider: &str,
        wanted: Option<&str>,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let mut tx = self.begin().await?;
        let moved: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM connection WHERE provider = $1 AND unlink_asked_at IS NULL
                 AND (webhook_url IS NULL OR webhook_url <> $2) AND COALESCE(problem_remedy, '') <> 'relink'",
        )
        .bind(provider)
        .bind(wanted.unwrap_or_default())
        .fetch_all(&mut *tx)
        .await?;
        for id in &moved {
            jobs::request(&mut tx, JobKind::Webhook, id, now).await?;
        }
        tx.commit().await?;
        Ok(moved.len())
    }

    /// Records the URL that the provider has confirmed.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`].
    pub async fn record_webhook_told(
        &self,
        lease: &Lease,
        id: &ConnectionId,
        url: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
        // The acknowledgement may have arrived, at this URL, before the provider's response.
        sqlx::query(
            "UPDATE connection SET webhook_url = $1,
                 webhook_acknowledged_at = CASE WHEN webhook_url = $1 THEN webhook_acknowledged_at ELSE NULL END
             WHERE id = $2",
        )
        .bind(url.unwrap_or_default())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Records a provider's notice that it uses a new URL; it counts as confirmation.
pub(crate) async fn acknowledged(
    tx: &mut Tx,
    connection: &str,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (NoticeKind::WebhookUpdateAcknowledged, Some(url)) = (notice.kind, &notice.new_webhook_url)
    else {
        return Ok(());
    };
    sqlx::query(
        "UPDATE connection SET webhook_url = $1, webhook_acknowledged_at = $2 WHERE id = $3",
    )
    .bind(url)
    .bind(now.as_millisecond())
    .bind(connection)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
