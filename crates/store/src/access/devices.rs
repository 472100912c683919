//! Known devices and addresses, from which a person has logged in before. Times are Unix milliseconds.

use jiff::Timestamp;

use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, Tx, mail};
use domain::activity::{Event, Visit};
use domain::id::UserId;
use domain::mail::MailKind;
use domain::user::User;

/// The kind of a known origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownKind {
    /// A device, by the hash of its token.
    Device,
    /// An address, by its hash.
    Address,
}

impl KnownKind {
    fn word(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Address => "address",
        }
    }

    /// How many are kept per person; the least recently used ones are deleted.
    fn most(self) -> i64 {
        match self {
            Self::Device => 20,
            Self::Address => 50,
        }
    }
}

impl Store {
    /// Whether the account was logged in to from this origin after `since`. The account need not exist.
    pub async fn is_known(
        &self,
        account: &str,
        kind: KnownKind,
        hash: &str,
        since: i64,
    ) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM known_origin
                 WHERE person_id = $1 AND kind = $2 AND hash = $3 AND last_used_at > $4)",
        )
        .bind(account)
        .bind(kind.word())
        .bind(hash)
        .bind(since)
        .fetch_one(&self.read)
        .await?)
    }

    /// Records that a person logged in from an origin. Does nothing if their password has changed since `user` was
    /// read.
    pub async fn record_known(
        &self,
        user: &User,
        kind: KnownKind,
        hash: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        write_known(&mut tx, user, kind, hash, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Records a log-in: the address, an entry in the person's activity and, from a device that is not `known`, a mail,
    /// in one transaction. Does nothing if their password has changed since `user` was read.
    pub async fn record_log_in(
        &self,
        user: &User,
        address: &str,
        visit: Visit,
        known: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let at = now.as_millisecond();
        if write_known(&mut tx, user, KnownKind::Address, address, at).await? {
            let event = Event::SignedIn(visit.clone());
            record(&mut tx, About::Person(&user.id), &event, now).await?;
            if !known {
                let facts = [
                    ("browser", visit.browser.as_str()),
                    ("address", &visit.address),
                ];
                let kind = MailKind::NewLogIn;
                mail::notify(&mut tx, user.id.as_str(), kind, &facts, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Writes an origin inside a transaction; `false` if the password has changed since the person was read.
async fn write_known(
    tx: &mut Tx,
    user: &User,
    kind: KnownKind,
    hash: &str,
    now: i64,
) -> Result<bool, StoreError> {
    // Origins used while the clock was ahead would outlast the ones used now and displace them.
    sqlx::query(
        "UPDATE known_origin SET last_used_at = $1 WHERE person_id = $2 AND last_used_at > $1",
    )
    .bind(now)
    .bind(user.id.as_str())
    .execute(&mut **tx)
    .await?;
    let written = sqlx::query(
        "INSERT INTO known_origin (person_id, kind, hash, created_at, last_used_at)
         SELECT id, $2, $3, $4, $4 FROM person WHERE id = $1 AND password_version = $5
         ON CONFLICT (person_id, kind, hash) DO UPDATE SET last_used_at = excluded.last_used_at",
    )
    .bind(user.id.as_str())
    .bind(kind.word())
    .bind(hash)
    .bind(now)
    .bind(user.password_version)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "DELETE FROM known_origin WHERE person_id = $1 AND kind = $2 AND hash NOT IN
             (SELECT hash FROM known_origin WHERE person_id = $1 AND kind = $2
              ORDER BY CASE WHEN hash = $3 THEN 0 ELSE 1 END, last_used_at DESC LIMIT $4)",
    )
    .bind(user.id.as_str())
    .bind(kind.word())
    .bind(hash)
    .bind(kind.most())
    .execute(&mut **tx)
    .await?;
    Ok(written.rows_affected() > 0)
}

/// The origin of the current request, which stays known when all others are forgotten.
#[derive(Clone, Debug, Default)]
pub struct KnownHere {
    /// The hash of its device token; empty if none.
    pub device: String,
    /// The hash of its address.
    pub address: String,
}

/// Deletes, inside a transaction, all known origins of a person but these two.
pub(crate) async fn forget_others(
    tx: &mut Tx,
    user: &UserId,
    here: &KnownHere,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM known_origin WHERE person_id = $1
         AND NOT (kind = 'device' AND hash = $2) AND NOT (kind = 'address' AND hash = $3)",
    )
    .bind(user.as_str())
    .bind(&here.device)
    .bind(&here.address)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
