//! Changing passwords.

use jiff::Timestamp;

use crate::access::devices::{self, KnownHere};
use crate::access::end_access::end_access;
use crate::access::identities;
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, Tx};
use domain::activity::Event;
use domain::identity::usual_name;
use domain::user::User;

/// A new password and what its change leaves in place.
#[derive(Clone)]
pub struct NewPassword {
    /// The hash as a PHC string.
    pub hash: String,
    /// Whether API keys are revoked too.
    pub keys: bool,
    /// Whether identity providers are disconnected too.
    pub identities: bool,
    /// The device and the address that stay known.
    pub here: KnownHere,
}

impl Store {
    /// Changes a person's password. In the same transaction, ends their token families and sessions, forgets other
    /// devices and addresses, and, if requested, revokes API keys and disconnects identities. Records all of it in
    /// the person's activity. `false`, without changes, if the password has changed since this person was read.
    pub async fn change_password(
        &self,
        user: &User,
        new: &NewPassword,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        if !replace(&mut tx, user, new, now).await? {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// Does the work of [`Store::change_password`] inside a transaction.
pub(crate) async fn replace(
    tx: &mut Tx,
    user: &User,
    new: &NewPassword,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = sqlx::query(
        "UPDATE person SET password_hash = $1, password_version = password_version + 1
         WHERE id = $2 AND password_version = $3",
    )
    .bind(&new.hash)
    .bind(user.id.as_str())
    .bind(user.password_version)
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    devices::forget_others(tx, &user.id, &new.here).await?;
    let at = now.as_millisecond();
    let keys = end_access(tx, &user.id, "password", new.keys, at).await?;
    let ended = keys.into_iter().map(|name| Event::KeyDeleted { name });
    let identities = match new.identities {
        true => identities::remove_all(tx, &user.id).await?,
        false => Vec::new(),
    };
    let disconnected = identities.into_iter().map(|(provider, issuer)| {
        let name = usual_name(provider, &issuer);
        Event::IdentityDisconnected { name }
    });
    let changed = std::iter::once(Event::PasswordChanged);
    for event in changed.chain(ended).chain(disconnected) {
        record(tx, About::Person(&user.id), &event, now).await?;
    }
    Ok(true)
}
