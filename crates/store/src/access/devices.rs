//! The devices and addresses that a person has logged in from.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use crate::oversight::activity::{About, note};
use crate::{Store, StoreError};
use domain::activity::{Event, Visit};
use domain::id::UserId;
use domain::user::User;

/// A kind of place to log in from.
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

    /// How many are kept of a person; the ones that were used last.
    fn most(self) -> i64 {
        match self {
            Self::Device => 20,
            Self::Address => 50,
        }
    }
}

impl Store {
    /// Whether an account was logged in to from there after a moment. The account need not exist.
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

    /// Notes that a person logged in from there. Nothing is noted when their password has been changed since this
    /// person was read.
    pub async fn note_known(
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

    /// Notes that a person logged in: the address that they came from, and an entry in their activity, in one
    /// transaction. Neither when their password has been changed since this person was read.
    pub async fn note_log_in(
        &self,
        user: &User,
        address: &str,
        visit: Visit,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let at = now.as_millisecond();
        if write_known(&mut tx, user, KnownKind::Address, address, at).await? {
            let event = Event::SignedIn(visit);
            note(&mut tx, About::Person(&user.id), &event, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Whether it was written, inside a transaction: not when the password has been changed since the person was read.
async fn write_known(
    tx: &mut Transaction<'static, Sqlite>,
    user: &User,
    kind: KnownKind,
    hash: &str,
    now: i64,
) -> Result<bool, StoreError> {
    // What was used while the clock was ahead would outlast and push out what is used now.
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

/// What stays known of a person when everything else is forgotten: where the request comes from that asks for it.
#[derive(Clone, Debug, Default)]
pub struct KnownHere {
    /// The hash of its device; empty for none.
    pub device: String,
    /// The hash of its address.
    pub address: String,
}

/// Forgets, inside a transaction, every device and address of a person but these two.
pub(crate) async fn forget_others(
    tx: &mut Transaction<'static, Sqlite>,
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
