//! Deleting people. A person's connections are ended at their providers first, through the same outbox as any unlinking
//! (`unlinks`); the row and everything that hangs on it go with the last of them.

use jiff::Timestamp;

use crate::access::devices::{self, KnownHere};
use crate::access::end_access::end_access;
use crate::access::operators;
use crate::linking::{transitions, unlinks};
use crate::{Store, StoreError, Tx};
use domain::attempt::{Stage, Step};
use domain::departure::Departure;
use domain::id::{LinkId, UserId};
use domain::job::JobKind;

impl Store {
    /// Begins to delete a person, in one transaction: ends all their access and their webhooks, deletes what is kept of
    /// earlier connections, and asks for the end of the others. Who has none left is deleted at once.
    pub async fn leave(&self, user: &UserId, now: Timestamp) -> Result<Departure, StoreError> {
        let mut tx = self.begin().await?;
        let demo: Option<bool> =
            sqlx::query_scalar("SELECT demo FROM person WHERE id = $1 AND leaving_at IS NULL")
                .bind(user.as_str())
                .fetch_optional(&mut *tx)
                .await?;
        match demo {
            None => return Ok(Departure::Unknown),
            Some(true) => return Ok(Departure::Demo),
            Some(false) => {}
        }
        if operators::is_last(&mut tx, user).await? && has_others(&mut tx, user).await? {
            return Ok(Departure::LastAdmin);
        }
        end_everything(&mut tx, user, now).await?;
        delete_endpoints(&mut tx, user).await?;
        leave_attempts(&mut tx, user, now).await?;
        delete_ended(&mut tx, user).await?;
        unlink_all(&mut tx, user, now).await?;
        let gone = delete_if_free(&mut tx, user).await?;
        tx.commit().await?;
        Ok(match gone {
            true => Departure::Gone,
            false => Departure::Waiting,
        })
    }

    /// Deletes every person who is leaving and of whom nothing is left at a provider. Returns how many there were.
    pub async fn delete_free_of_banks(&self) -> Result<usize, StoreError> {
        let leaving: Vec<String> =
            sqlx::query_scalar("SELECT id FROM person WHERE leaving_at IS NOT NULL")
                .fetch_all(&self.read)
                .await?;
        let mut deleted = 0;
        for id in leaving.iter().filter_map(|id| UserId::parse(id)) {
            let mut tx = self.begin().await?;
            deleted += usize::from(delete_if_free(&mut tx, &id).await?);
            tx.commit().await?;
        }
        Ok(deleted)
    }
}

/// Asks for the end of a connection that has just been stored, if its person is leaving: an exchange was under way.
pub(crate) async fn unlink_if_leaving(
    tx: &mut Tx,
    user: &UserId,
    connection: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if is_leaving(tx, user).await? {
        unlinks::ask(tx, user, connection, false, now).await?;
    }
    Ok(())
}

/// Deletes a person who is leaving, unless a provider still has to confirm the end of a connection, or is exchanging a
/// token for one. `false` if nothing was deleted.
pub(crate) async fn delete_if_free(tx: &mut Tx, user: &UserId) -> Result<bool, StoreError> {
    let free: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM person WHERE id = $1 AND leaving_at IS NOT NULL)
             AND NOT EXISTS (SELECT 1 FROM connection WHERE person_id = $1 AND unlinked_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM link_attempt WHERE person_id = $1 AND state = $2)",
    )
    .bind(user.as_str())
    .bind(Stage::Intended.as_str())
    .fetch_one(&mut **tx)
    .await?;
    if !free {
        return Ok(false);
    }
    // Without the head, the triggers write nothing about the rows that go.
    sqlx::query("DELETE FROM feed_head WHERE person_id = $1")
        .bind(user.as_str())
        .execute(&mut **tx)
        .await?;
    delete_ended(tx, user).await?;
    for statement in [
        "DELETE FROM job WHERE lease_until IS NULL AND subject IN (SELECT id FROM link_attempt WHERE person_id = $1)",
        "DELETE FROM person WHERE id = $1",
        // It refers to no person, and its trigger may have written about the other side of a transfer.
        "DELETE FROM transfer_search WHERE person_id = $1",
    ] {
        sqlx::query(statement)
            .bind(user.as_str())
            .execute(&mut **tx)
            .await?;
    }
    // The search index keeps deleted words until it is merged.
    sqlx::query("INSERT INTO transaction_words (transaction_words) VALUES ('optimize')")
        .execute(&mut **tx)
        .await?;
    Ok(true)
}

/// Deletes what is known of a connection outside of its row, if its person is leaving. Calls stay for the admin's
/// figures, but no longer say which connection they were about.
pub(crate) async fn forget_traces(
    tx: &mut Tx,
    user: &UserId,
    connection: &str,
) -> Result<(), StoreError> {
    if !is_leaving(tx, user).await? {
        return Ok(());
    }
    for statement in [
        "UPDATE provider_call SET connection_id = NULL WHERE connection_id = $1",
        "DELETE FROM webhook_delivery WHERE connection_id = $1",
        // A run that is under way ends by itself; its record names a connection that no longer exists.
        "DELETE FROM job WHERE subject = $1 AND lease_until IS NULL",
    ] {
        sqlx::query(statement)
            .bind(connection)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

async fn is_leaving(tx: &mut Tx, user: &UserId) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM person WHERE id = $1 AND leaving_at IS NOT NULL)",
    )
    .bind(user.as_str())
    .fetch_one(&mut **tx)
    .await?)
}

/// Whether anyone else has signed up. Not the demo person, who needs no admin.
async fn has_others(tx: &mut Tx, user: &UserId) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM person WHERE id <> $1 AND leaving_at IS NULL AND demo = 0)",
    )
    .bind(user.as_str())
    .fetch_one(&mut **tx)
    .await?)
}

async fn end_everything(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<(), StoreError> {
    // The new version refuses a session or a family of tokens that is just being begun.
    sqlx::query(
        "UPDATE person SET leaving_at = $1, operator_since = NULL, password_version = password_version + 1
         WHERE id = $2",
    )
    .bind(now.as_millisecond())
    .bind(user.as_str())
    .execute(&mut **tx)
    .await?;
    end_access(tx, user, "left", true, now.as_millisecond()).await?;
    devices::forget_others(tx, user, &KnownHere::default()).await
}

async fn delete_endpoints(tx: &mut Tx, user: &UserId) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM job WHERE kind = $1 AND subject IN (SELECT id FROM outbound_endpoint WHERE person_id = $2)",
    )
    .bind(JobKind::Notify.as_str())
    .bind(user.as_str())
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM outbound_endpoint WHERE person_id = $1")
        .bind(user.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends the attempts that wait for the person. One whose token is being exchanged goes on, because only its connection
/// can be ended at the provider.
async fn leave_attempts(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<(), StoreError> {
    let waiting: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM link_attempt WHERE person_id = $1 AND finished_at IS NULL AND state <> $2",
    )
    .bind(user.as_str())
    .bind(Stage::Intended.as_str())
    .fetch_all(&mut **tx)
    .await?;
    for id in waiting.iter().filter_map(|id| LinkId::parse(id)) {
        transitions::take(tx, Step::Leave, &id, now).await?;
    }
    Ok(())
}

/// Deletes the connections whose end the providers have confirmed, with the rows that were kept.
async fn delete_ended(tx: &mut Tx, user: &UserId) -> Result<(), StoreError> {
    let ended: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM connection WHERE person_id = $1 AND unlinked_at IS NOT NULL",
    )
    .bind(user.as_str())
    .fetch_all(&mut **tx)
    .await?;
    for id in ended {
        forget_traces(tx, user, &id).await?;
        sqlx::query("DELETE FROM connection WHERE id = $1")
            .bind(&id)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

async fn unlink_all(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<(), StoreError> {
    let linked: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM connection WHERE person_id = $1 AND unlink_asked_at IS NULL",
    )
    .bind(user.as_str())
    .fetch_all(&mut **tx)
    .await?;
    for id in linked {
        unlinks::ask(tx, user, &id, false, now).await?;
    }
    // Nothing is kept of those whose end was asked for before, either.
    sqlx::query("UPDATE connection SET unlink_keeps_rows = 0 WHERE person_id = $1")
        .bind(user.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
