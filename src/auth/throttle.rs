//! Slowing guesses down: counted in the database before the password is looked at, so that parallel guesses
//! and restarts gain nothing. An account's guesses are counted for each address that they come from, and that
//! count is short; over all addresses there is room for a hundred, so that a stranger who knows an e-mail
//! address cannot keep its owner out.

use super::AuthError;
use super::digest::hash;
use crate::context::Ctx;
use crate::domain::activity::{Event, Visit};
use crate::domain::id::UserId;
use crate::store::WaitUntil;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// An attempt that has been counted.
pub(super) struct Attempt {
    account: String,
    account_there: String,
    address: String,
}

/// Counts an attempt at an account: a person's id, or the name that was tried when nobody has it.
///
/// # Errors
/// [`AuthError::Throttled`] when there were too many.
pub(super) async fn attempt(ctx: &Ctx, account: &str, address: &str) -> Result<Attempt, AuthError> {
    let attempt = Attempt {
        account: hash(format!("account {account}").as_bytes()),
        account_there: hash(format!("account {account} from {address}").as_bytes()),
        address: hash(format!("address {address}").as_bytes()),
    };
    let keys: [(&str, WaitUntil); 3] = [
        (&attempt.account_there, wait_of_account_there),
        (&attempt.account, wait_of_account),
        (&attempt.address, wait_of_address),
    ];
    count(ctx, &keys).await?;
    Ok(attempt)
}

/// Counts somebody who signs up: each costs a hash, and tells whether an address is known.
///
/// # Errors
/// [`AuthError::Throttled`] when there were too many from there.
pub(super) async fn sign_up(ctx: &Ctx, address: &str) -> Result<(), AuthError> {
    let key = hash(format!("sign-up {address}").as_bytes());
    count(ctx, &[(&key, wait_of_sign_up)]).await
}

async fn count(ctx: &Ctx, keys: &[(&str, WaitUntil)]) -> Result<(), AuthError> {
    let now = ctx.clock.now().as_millisecond();
    let counted = ctx.store.count_attempt(keys, now, now - DAY).await?;
    counted.map_err(|wait| AuthError::Throttled {
        retry_after: u64::try_from(wait).unwrap_or(0).div_ceil(1000).max(1),
    })
}

/// Takes back what was counted for an attempt that was right. The address keeps its failures: else a
/// thief could clear them by logging in as himself.
pub(super) async fn succeeded(ctx: &Ctx, attempt: &Attempt) -> Result<(), AuthError> {
    ctx.store.clear_attempts(&attempt.account_there).await?;
    ctx.store.clear_attempts(&attempt.account).await?;
    ctx.store.uncount_attempt(&attempt.address).await?;
    Ok(())
}

/// Tells a person that somebody was not let in as them. Nobody's account costs a write as well, so that how long
/// it takes does not tell whether there is one.
pub(super) async fn failed(
    ctx: &Ctx,
    attempt: &Attempt,
    person: Option<&UserId>,
    visit: &Visit,
) -> Result<(), AuthError> {
    let event = Event::NotLetIn(visit.clone());
    let note = person.map(|id| (id, &event));
    let now = ctx.clock.now();
    Ok(ctx
        .store
        .attempt_failed(&attempt.account_there, note, now)
        .await?)
}

/// Until when an account has to wait after so many attempts from one address.
fn wait_of_account_there(attempts: i64, last: i64) -> i64 {
    last + doubling(attempts, 5)
}

/// The same from everywhere: a hundred failures in a row are the most that NIST SP 800-63B-4 (3.2.2) allows
/// before an account has to be slowed down for everybody.
fn wait_of_account(attempts: i64, last: i64) -> i64 {
    last + doubling(attempts, 100)
}

/// An address may be a household or an office.
fn wait_of_address(attempts: i64, last: i64) -> i64 {
    last + doubling(attempts, 30)
}

/// Twenty a day from one place are a school; more are a script.
fn wait_of_sign_up(attempts: i64, last: i64) -> i64 {
    last + doubling(attempts, 20)
}

/// Nothing for the first few; then 15 seconds, doubling, at most a quarter of an hour.
fn doubling(attempts: i64, free: i64) -> i64 {
    if attempts < free {
        return 0;
    }
    let doublings = u32::try_from(attempts - free).unwrap_or(u32::MAX).min(6);
    (15_000_i64 << doublings).min(15 * MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_quarter_of_an_hour() {
        assert_eq!(doubling(4, 5), 0);
        assert_eq!(doubling(5, 5), 15_000);
        assert_eq!(doubling(7, 5), 60_000);
        assert_eq!(doubling(1_000, 5), 15 * MINUTE);
    }
}
