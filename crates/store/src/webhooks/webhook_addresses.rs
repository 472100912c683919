//! Where providers send webhooks, connection by connection: what each was last told.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use crate::{Store, StoreError, jobs};
use domain::connection::Lease;
use domain::id::ConnectionId;
use domain::job::JobKind;
use domain::webhook::{Notice, NoticeKind};

impl Store {
    /// Asks for every linked connection to be told where webhooks go, unless it was told so last; how many.
    /// Connections that have ended for good at the provider are left alone.
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

    /// Notes what the provider has confirmed.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`]; when the database fails.
    pub async fn note_webhook_told(
        &self,
        lease: &Lease,
        id: &ConnectionId,
        url: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
        // The acknowledgement may have come before the answer; it was to this address then.
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

/// Notes that a provider has said, to the new address, that it uses it. That is as good as its answer.
pub(crate) async fn acknowledged(
    tx: &mut Transaction<'static, Sqlite>,
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
