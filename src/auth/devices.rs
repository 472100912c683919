//! Where a person has logged in from: devices, known by a random token in a cookie, and addresses.
//!
//! A known device or address grants no access: the password is checked all the same. It only decides which counters an
//! attempt falls under (`throttle`).

use jiff::SignedDuration;

use super::AuthError;
use super::digest::{hash, random_code};
use crate::context::Ctx;
use domain::activity::Visit;
use domain::secret::Secret;
use domain::user::User;
use store::KnownKind;

/// How long a device stays known after its last log-in.
pub const DEVICE_LASTS: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How long an address stays known after the last log-in from it.
const ADDRESS_LASTS: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Where a log-in attempt on an account comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A device that has logged in to the account, by the hash of its token.
    Device(String),
    /// An address from which the account has been logged in to.
    KnownAddress,
    /// Anywhere else.
    Stranger,
}

/// Returns the device token for a person who has just logged in: the one that the browser sent if it is theirs, else a
/// new one. A token that was not issued to this person is never reused, because another person may know it.
///
/// # Errors
/// When the machine's randomness fails.
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
        .record_known(user, KnownKind::Device, &hash, now)
        .await?;
    Ok(token)
}

/// Returns where a log-in attempt comes from. `account` is a person's id, or a name that no person has. Both do the
/// same work, so that the time taken does not tell them apart.
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

/// What a person has logged in with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Through<'a> {
    /// A browser, with the token of its device cookie.
    Browser(Option<&'a Secret>),
    /// A program. It has no cookies; only a known address can vouch for it.
    Program,
}

/// Records a log-in, for the person's activity and so that the device and address are known next time. One from a device
/// that is not known is told to the person.
pub(super) async fn logged_in(
    ctx: &Ctx,
    user: &User,
    visit: &Visit,
    through: Through<'_>,
) -> Result<(), AuthError> {
    let (account, address) = (user.id.as_str(), visit.address.as_str());
    let known = match through {
        Through::Browser(device) => {
            let origin = origin(ctx, account, device, address).await?;
            matches!(origin, Origin::Device(_))
        }
        Through::Program => origin(ctx, account, None, address).await? != Origin::Stranger,
    };
    let hash = address_hash(ctx, account, address);
    let now = ctx.clock.now();
    let noted = ctx
        .store
        .record_log_in(user, &hash, visit.clone(), known, now);
    Ok(noted.await?)
}

/// Records the address of a person whose device is known.
pub(super) async fn logged_in_from(ctx: &Ctx, user: &User, address: &str) -> Result<(), AuthError> {
    let hash = address_hash(ctx, user.id.as_str(), address);
    let now = ctx.clock.now().as_millisecond();
    Ok(ctx
        .store
        .record_known(user, KnownKind::Address, &hash, now)
        .await?)
}

/// Hashes a device token for storage.
pub(super) fn token_hash(token: &Secret) -> String {
    hash(token.expose().as_bytes())
}

/// Hashes an account's address for storage. The hash is keyed, because there are few enough addresses to try them all.
/// After a change of the key no address is known until its next log-in.
pub(super) fn address_hash(ctx: &Ctx, account: &str, address: &str) -> String {
    let name = format!("address of {account}: {address}");
    ctx.vault.fingerprint(name.as_bytes())
}
