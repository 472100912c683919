//! Slows down guesses. Attempts are counted in the database before the password is checked, so neither parallel guesses
//! nor a restart gain anything.
//!
//! Which counters an attempt falls under depends on where it comes from ([`Origin`]). Strangers share the account's
//! counters: five guesses from each address, and a hundred from everywhere. A device or an address that the account has
//! logged in from is counted separately, so that strangers cannot lock the owner out; its own counter limits what a
//! stolen device cookie or a neighbor at the same address can try.

use super::AuthError;
use super::devices::Origin;
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::id::UserId;
use domain::network::networks;
use store::Counter;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Free guesses at an account from one address, device or known address.
const OF_ACCOUNT_THERE: i64 = 5;
/// Free guesses at an account from all strangers. A hundred failures in a row are the most that NIST SP 800-63B-4
/// (3.2.2) allows before an account has to be slowed down for everyone.
const OF_ACCOUNT: i64 = 100;
/// Free guesses at all accounts from an address, which may be a household or an office.
const OF_ADDRESS: i64 = 30;
/// Free codes of two-step verification from all strangers, who have the password already. Together with the wait that
/// follows, a guesser gets about a hundred tries a day at one in 333,333.
const OF_CODE: i64 = 20;
/// Free attempts at each step of resetting an account's password, from all strangers.
const OF_RESET: i64 = 20;
/// Free sign-ups from an address. Twenty a day from one place is a school; more is a script.
const OF_SIGN_UP: i64 = 20;
/// Free log-ins as the demo person from an address. They need no password, but each leaves a session and an entry in the
/// activity.
const OF_DEMO: i64 = 60;

/// An attempt that has been counted.
pub(super) struct Attempt {
    /// Counters that a correct password clears.
    account: Vec<Counter>,
    /// Counters that a correct password reduces by one attempt.
    address: Vec<Counter>,
}

/// Counts an attempt on an account: a person's id, or the name that was tried when no person has it.
///
/// # Errors
/// [`AuthError::Throttled`] when there were too many.
pub(super) async fn attempt(
    ctx: &Ctx,
    account: &str,
    address: &str,
    origin: &Origin,
) -> Result<Attempt, AuthError> {
    let by_address = || by_network(ctx, "address", address, OF_ADDRESS);
    let attempt = match origin {
        // A device counts for one account only, so its own counter is enough.
        Origin::Device(token_hash) => Attempt {
            account: vec![counter(
                ctx,
                &format!("device {token_hash}"),
                OF_ACCOUNT_THERE,
            )],
            address: Vec::new(),
        },
        Origin::KnownAddress => Attempt {
            account: vec![counter(
                ctx,
                &format!("known address of {account}: {address}"),
                OF_ACCOUNT_THERE,
            )],
            address: by_address(),
        },
        Origin::Stranger => {
            let there = format!("account {account} from");
            let mut counters = by_network(ctx, &there, address, OF_ACCOUNT_THERE);
            counters.push(counter(ctx, &format!("account {account}"), OF_ACCOUNT));
            Attempt {
                account: counters,
                address: by_address(),
            }
        }
    };
    let all: Vec<&Counter> = attempt.account.iter().chain(&attempt.address).collect();
    count(ctx, &all).await?;
    Ok(attempt)
}

/// Counts an attempt at a person's code of two-step verification.
///
/// # Errors
/// [`AuthError::Throttled`] when there were too many.
pub(super) async fn code(
    ctx: &Ctx,
    account: &str,
    address: &str,
    origin: &Origin,
) -> Result<Attempt, AuthError> {
    let counters = match origin {
        Origin::Device(token_hash) => {
            let there = format!("code from device {token_hash}");
            vec![counter(ctx, &there, OF_ACCOUNT_THERE)]
        }
        Origin::KnownAddress => {
            let there = format!("code of {account} from known address {address}");
            vec![counter(ctx, &there, OF_ACCOUNT_THERE)]
        }
        Origin::Stranger => {
            let there = format!("code of {account} from");
            let mut counters = by_network(ctx, &there, address, OF_ACCOUNT_THERE);
            counters.push(counter(ctx, &format!("code of {account}"), OF_CODE));
            counters
        }
    };
    count(ctx, &counters.iter().collect::<Vec<_>>()).await?;
    Ok(Attempt {
        account: counters,
        address: Vec::new(),
    })
}

/// Counts an attempt at resetting an account's password: `what` is one of its two steps, and `account` a person's id, or
/// the address that was tried when no person has it.
///
/// # Errors
/// [`AuthError::Throttled`] when there were too many.
pub(super) async fn reset(
    ctx: &Ctx,
    what: &str,
    account: &str,
    address: &str,
    origin: &Origin,
) -> Result<Attempt, AuthError> {
    let attempt = match origin {
        Origin::Device(token_hash) => Attempt {
            account: vec![counter(
                ctx,
                &format!("{what} from device {token_hash}"),
                OF_ACCOUNT_THERE,
            )],
            address: Vec::new(),
        },
        Origin::KnownAddress => Attempt {
            account: vec![counter(
                ctx,
                &format!("{what} of {account} from known address {address}"),
                OF_ACCOUNT_THERE,
            )],
            address: by_network(ctx, what, address, OF_ADDRESS),
        },
        Origin::Stranger => {
            let there = format!("{what} of {account} from");
            let mut counters = by_network(ctx, &there, address, OF_ACCOUNT_THERE);
            counters.push(counter(ctx, &format!("{what} of {account}"), OF_RESET));
            Attempt {
                account: counters,
                address: by_network(ctx, what, address, OF_ADDRESS),
            }
        }
    };
    let all: Vec<&Counter> = attempt.account.iter().chain(&attempt.address).collect();
    count(ctx, &all).await?;
    Ok(attempt)
}

/// Counts a sign-up: each costs a hash, and reveals whether an address is known.
///
/// # Errors
/// [`AuthError::Throttled`] when there were too many from this network.
pub(super) async fn sign_up(ctx: &Ctx, address: &str) -> Result<(), AuthError> {
    let counters = by_network(ctx, "sign-up", address, OF_SIGN_UP);
    count(ctx, &counters.iter().collect::<Vec<_>>()).await
}

/// Counts a log-in as the demo person.
///
/// # Errors
/// [`AuthError::Throttled`] when there were too many from this network.
pub(super) async fn demo(ctx: &Ctx, address: &str) -> Result<(), AuthError> {
    let counters = by_network(ctx, "demo", address, OF_DEMO);
    count(ctx, &counters.iter().collect::<Vec<_>>()).await
}

async fn count(ctx: &Ctx, counters: &[&Counter]) -> Result<(), AuthError> {
    let now = ctx.clock.now().as_millisecond();
    let counted = ctx.store.count_attempt(counters, doubling, now, now - DAY);
    counted.await?.map_err(|wait| AuthError::Throttled {
        retry_after: u64::try_from(wait).unwrap_or(0).div_ceil(1000).max(1),
    })
}

/// Takes back the count of a successful attempt. The address keeps its failures; otherwise a thief could clear them by
/// logging in to an account of their own.
pub(super) async fn succeeded(ctx: &Ctx, attempt: &Attempt) -> Result<(), AuthError> {
    Ok(ctx
        .store
        .attempt_succeeded(&attempt.account, &attempt.address)
        .await?)
}

/// Takes back the count of an attempt whose password was not checked because the queue was full. A flood must not use
/// up the guesses of a person who knows the password.
pub(super) async fn not_made(ctx: &Ctx, attempt: &Attempt) -> Result<(), AuthError> {
    let all: Vec<Counter> = [&attempt.account[..], &attempt.address[..]].concat();
    Ok(ctx.store.attempt_succeeded(&[], &all).await?)
}

/// Records a wrong password as `event` in the activity of the account's owner. A name that no person has costs a write
/// too, so that the time taken does not reveal whether there is an account.
pub(super) async fn failed(
    ctx: &Ctx,
    attempt: &Attempt,
    person: Option<&UserId>,
    event: &Event,
) -> Result<(), AuthError> {
    let note = person.map(|id| (id, event));
    let now = ctx.clock.now();
    Ok(ctx
        .store
        .attempt_failed(&attempt.account, note, now)
        .await?)
}

/// Notes a throttled log-in, for the operator and for the account's owner. It is written later, together with others
/// ([`write_throttled`]): the response takes no longer when the account exists, and a flood of attempts writes nothing.
pub(super) fn throttled(ctx: &Ctx, person: Option<&UserId>, visit: &Visit) {
    tracing::info!(address = visit.address, "a log-in was throttled");
    ctx.store.record_throttled(person, visit, ctx.clock.now());
}

/// Writes the log-ins that were throttled since the last call.
///
/// # Errors
/// When the database fails; the next call then writes them.
pub async fn write_throttled(ctx: &Ctx) -> Result<(), AuthError> {
    Ok(ctx.store.write_throttled(ctx.clock.now()).await?)
}

/// Returns one counter for each network that the address is in.
fn by_network(ctx: &Ctx, what: &str, address: &str, free: i64) -> Vec<Counter> {
    networks(address)
        .into_iter()
        .map(|network| {
            counter(
                ctx,
                &format!("{what} {}", network.name),
                free * network.share,
            )
        })
        .collect()
}

/// Makes a counter with a keyed name, because the text typed into the name field may be a password.
fn counter(ctx: &Ctx, name: &str, free: i64) -> Counter {
    Counter {
        key_hash: ctx.vault.fingerprint(name.as_bytes()),
        free,
    }
}

/// Returns how long to wait, in milliseconds: 0 for the free attempts, then 15 seconds, doubling up to a quarter of an
/// hour.
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
