//! Where a person has logged in from: devices by a random token in a cookie, and addresses.
//!
//! Being known opens nothing: the password is checked all the same. It only decides which counters hold the
//! attempt back (`throttle`).

use jiff::SignedDuration;

use super::AuthError;
use super::digest::{hash, random_code};
use crate::context::Ctx;
use domain::activity::Visit;
use domain::secret::Secret;
use domain::user::User;
use store::KnownKind;

/// How long a device is known after it was last logged in on.
pub const DEVICE_LASTS: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How long an address is known after somebody last logged in from it.
const ADDRESS_LASTS: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Where an attempt at an account comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A device that has logged in to the account; the hash of its token.
    Device(String),
    /// An address from which somebody has logged in to the account.
    KnownAddress,
    /// Anywhere else.
    Stranger,
}

/// Gives a person who has just logged in the token of their device: the one that the browser showed if it is theirs,
/// else a new one. A token that was not given out for this person is never taken over: somebody else may know it.
///
/// # Errors
/// When the database or the machine's randomness fails.
pub async fn remember(
    ctx: &Ctx,
    user: &User,
    shown: Option<&Secret>,
    address: &str,
) -> Result<Secret, AuthError> {
    let token = match (origin(ctx, user.id.as_str(), shown, address).await?, shown) {
        (Origin::Device(_), Some(shown)) => shown.clone(),
        _ => Secret::new(random_code().map_err(|_| AuthError::Busy)?),
    };
    let (hash, now) = (token_hash(&token), ctx.clock.now().as_millisecond());
    ctx.store
        .note_known(user, KnownKind::Device, &hash, now)
        .await?;
    Ok(token)
}

/// Where an attempt at an account comes from. `account` is a person's id, or a name that nobody has: the same is
/// done for both, so that the time it takes does not tell them apart.
pub(super) async fn origin(
    ctx: &Ctx,
    account: &str,
    device: Option<&Secret>,
    address: &str,
) -> Result<Origin, AuthError> {
    let (device, address) = (
        device.map(token_hash).unwrap_or_default(),
        address_hash(ctx, account, address),
    );
    let now = ctx.clock.now().as_millisecond();
    let is_known = async |kind, hash: &str, lasts: SignedDuration| {
        let since = now - i64::try_from(lasts.as_millis()).unwrap_or(0);
        ctx.store.is_known(account, kind, hash, since).await
    };
    let known_device = is_known(KnownKind::Device, &device, DEVICE_LASTS).await?;
    let known_address = is_known(KnownKind::Address, &address, ADDRESS_LASTS).await?;
    Ok(match (known_device, known_address) {
        (true, _) => Origin::Device(device),
        (false, true) => Origin::KnownAddress,
        (false, false) => Origin::Stranger,
    })
}

/// Notes that a person has logged in, for their activity and for the next time that they come from there.
pub(super) async fn logged_in(ctx: &Ctx, user: &User, visit: &Visit) -> Result<(), AuthError> {
    let hash = address_hash(ctx, user.id.as_str(), &visit.address);
    let now = ctx.clock.now();
    let noted = ctx.store.note_log_in(user, &hash, visit.clone(), now);
    Ok(noted.await?)
}

/// Notes that a person who is known comes from an address.
pub(super) async fn logged_in_from(ctx: &Ctx, user: &User, address: &str) -> Result<(), AuthError> {
    let hash = address_hash(ctx, user.id.as_str(), address);
    let now = ctx.clock.now().as_millisecond();
    Ok(ctx
        .store
        .note_known(user, KnownKind::Address, &hash, now)
        .await?)
}

/// How a device is stored.
pub(super) fn token_hash(token: &Secret) -> String {
    hash(token.expose().as_bytes())
}

/// How an address of an account is stored: keyed, because there are few enough addresses to try them all. After a
/// change of the key no address is known until its next log-in.
pub(super) fn address_hash(ctx: &Ctx, account: &str, address: &str) -> String {
    let name = format!("address of {account}: {address}");
    ctx.vault.fingerprint(name.as_bytes())
}
