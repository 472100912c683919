//! Detects the same bank linked through two providers. Neither provider knows of the other, so only names, digits and
//! types can be compared.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sqlx::FromRow;

use crate::linking::alerts;
use crate::{StoreError, Tx};
use domain::connection::{Alert, AlertKind};
use domain::id::UserId;
use domain::search::fold;

/// An open account of a linked connection.
#[derive(FromRow)]
struct Open {
    connection_id: String,
    provider: String,
    institution_name: String,
    name: String,
    mask: String,
    kind: String,
}

impl Open {
    /// Whether two accounts look like the same one through two providers.
    fn looks_like(&self, other: &Self) -> bool {
        self.provider != other.provider
            && self.mask == other.mask
            && self.kind == other.kind
            && fold(&self.institution_name) == fold(&other.institution_name)
            && fold(&self.name) == fold(&other.name)
    }
}

/// Leaves an alert on the newer of two connections that look like the same bank, and deletes alerts that no longer
/// apply. An alert that the person has put off stays put off.
pub(crate) async fn update_alerts(
    tx: &mut Tx,
    user: &UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Oldest connection first. Accounts without digits are left out, because missing digits prove nothing.
    let open: Vec<Open> = sqlx::query_as(
        "SELECT a.connection_id, c.provider, c.institution_name, a.name, TRIM(a.mask) AS mask, a.kind
         FROM account a JOIN connection c ON c.id = a.connection_id
         WHERE a.person_id = $1 AND a.closed_at IS NULL AND c.unlink_asked_at IS NULL AND TRIM(COALESCE(a.mask, '')) <> ''
         ORDER BY c.created_at, c.id",
    )
    .bind(user.as_str())
    .fetch_all(&mut **tx)
    .await?;
    let twice = |at: usize| open[..at].iter().any(|older| older.looks_like(&open[at]));
    let twice = (0..open.len()).filter(|at| twice(*at));
    let twice: BTreeSet<&str> = twice.map(|at| open[at].connection_id.as_str()).collect();
    let noted: Vec<String> = sqlx::query_scalar(
        "SELECT n.connection_id FROM connection_note n JOIN connection c ON c.id = n.connection_id
         WHERE c.person_id = $1 AND n.kind = $2",
    )
    .bind(user.as_str())
    .bind(AlertKind::OtherProvider.as_str())
    .fetch_all(&mut **tx)
    .await?;
    for id in noted.iter().filter(|id| !twice.contains(id.as_str())) {
        alerts::drop_kinds(tx, id, &[AlertKind::OtherProvider]).await?;
    }
    for id in twice {
        if !noted.iter().any(|known| known == id) {
            alerts::put(tx, id, &other_provider_alert(now)).await?;
        }
    }
    Ok(())
}

fn other_provider_alert(now: Timestamp) -> Alert {
    Alert {
        kind: AlertKind::OtherProvider,
        subject: String::new(),
        account: None,
        told_at: now,
        ends_at: None,
        reason: None,
    }
}
