//! Suspending people: nobody gets in as them and their banks are not synced, but nothing of theirs is deleted.

use jiff::Timestamp;

use crate::access::devices::{self, KnownHere};
use crate::access::end_access::end_access;
use crate::access::operators;
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, Tx};
use domain::activity::Event;
use domain::departure::Suspension;
use domain::id::UserId;

impl Store {
    /// Suspends a person on behalf of the admin `by`: ends their sessions and their programs' log-ins, and records that
    /// in their activity. Their API keys stay, but are refused meanwhile.
    pub async fn suspend(
        &self,
        user: &UserId,
        by: String,
        now: Timestamp,
    ) -> Result<Suspension, StoreError> {
        let mut tx = self.begin().await?;
        match standing(&mut tx, user).await? {
            None => return Ok(Suspension::Unknown),
            Some(Standing { demo: true, .. }) => return Ok(Suspension::Demo),
            Some(Standing {
                suspended: true, ..
            }) => return Ok(Suspension::Already),
            Some(_) => {}
        }
        if operators::is_last(&mut tx, user).await? {
            return Ok(Suspension::LastAdmin);
        }
        // The new version refuses a session or a family of tokens that is just being begun.
        sqlx::query(
            "UPDATE person SET suspended_at = $1, password_version = password_version + 1 WHERE id = $2",
        )
        .bind(now.as_millisecond())
        .bind(user.as_str())
        .execute(&mut *tx)
        .await?;
        end_access(&mut tx, user, "suspended", false, now.as_millisecond()).await?;
        devices::forget_others(&mut tx, user, &KnownHere::default()).await?;
        record(&mut tx, About::Person(user), &Event::Suspended { by }, now).await?;
        tx.commit().await?;
        Ok(Suspension::Done)
    }

    /// Ends a suspension on behalf of the admin `by`, and records that in the person's activity.
    pub async fn unsuspend(
        &self,
        user: &UserId,
        by: String,
        now: Timestamp,
    ) -> Result<Suspension, StoreError> {
        let mut tx = self.begin().await?;
        match standing(&mut tx, user).await? {
            None => return Ok(Suspension::Unknown),
            Some(Standing {
                suspended: false, ..
            }) => return Ok(Suspension::Already),
            Some(_) => {}
        }
        sqlx::query("UPDATE person SET suspended_at = NULL WHERE id = $1")
            .bind(user.as_str())
            .execute(&mut *tx)
            .await?;
        record(
            &mut tx,
            About::Person(user),
            &Event::Unsuspended { by },
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(Suspension::Done)
    }

    /// Whether a person's banks are not to be synced.
    pub async fn is_suspended(&self, user: &UserId) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM person WHERE id = $1 AND suspended_at IS NOT NULL)",
        )
        .bind(user.as_str())
        .fetch_one(&self.write)
        .await?)
    }
}

struct Standing {
    demo: bool,
    suspended: bool,
}

/// `None` if there is no such person, or they are being deleted.
async fn standing(tx: &mut Tx, user: &UserId) -> Result<Option<Standing>, StoreError> {
    let row: Option<(i64, Option<i64>)> = sqlx::query_as(
        "SELECT demo, suspended_at FROM person WHERE id = $1 AND leaving_at IS NULL",
    )
    .bind(user.as_str())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(demo, suspended_at)| Standing {
        demo: demo != 0,
        suspended: suspended_at.is_some(),
    }))
}
