//! A public token stands for one bank and is exchanged once. Whoever hands it over, however often and with
//! whatever attempt, is told what came of that very token; and no token takes the place of another.

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::super::pace::after;
use super::super::sealed::{open, seal};
use super::super::{LinkOutcome, SyncError};
use super::duplicates::{already_linked, linked_before};
use super::exchange::exchange;
use super::exit::without_result;
use super::{keep, link_attempt};
use crate::context::Ctx;
use domain::id::LinkId;
use domain::link::{LinkAttempt, LinkResult};
use domain::secret::token_hash;
use domain::user::User;
use store::Intent;

/// After so long, an exchange that nobody has finished is taken up again.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// A bank to be linked.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub result: &'a LinkResult,
    /// Whether somebody waits; else it is background work, which comes back by itself when it is cut short.
    pub attended: bool,
    /// Whether it is linked although it looks like a bank that is linked already.
    pub anyway: bool,
}

/// Links what Link has linked, unless it is linked already. `link` is the attempt that it came with, if it is
/// known.
pub(super) async fn link_new_bank(
    ctx: &Ctx,
    user: &User,
    link: Option<&LinkAttempt>,
    wanted: Wanted<'_>,
) -> Result<LinkOutcome, SyncError> {
    let mark = token_hash(wanted.result.public_token.expose());
    // The same token twice at once: the second waits for the first and finds what came of it.
    let _turn = turn_of(&mark).lock().await;
    if let Some(known) = ctx.store.link_of_token(&user.id, &mark).await? {
        if wanted.anyway && known.waits_for_choice() {
            return release(ctx, user, known, wanted.result).await;
        }
        let outcome = go_on(ctx, user, &known).await?;
        if let Some(link) = link.filter(|link| link.id != known.id) {
            let now = ctx.clock.now();
            ctx.store.end_link_like(&link.id, &known.id, now).await?;
        }
        return Ok(outcome.unwrap_or(LinkOutcome::Open));
    }
    if !wanted.anyway
        && let Some(outcome) = already_linked(ctx, user, wanted.result).await?
    {
        return match link {
            Some(link) => hold(ctx, user, link, wanted, &mark, outcome).await,
            // Before the exchange there is no Item at the bank: dropping the token is all it takes.
            None => Ok(outcome),
        };
    }
    let link = taken_up(ctx, user, link, wanted, &mark).await?;
    exchange(ctx, user, &link, wanted.result, false).await
}

/// Links a bank that looked like one that is linked already, because the person says that its accounts are
/// different. Done twice, it has the same result.
///
/// # Errors
/// [`SyncError::NotFound`] when the attempt is not this person's; the provider's refusal.
pub async fn link_anyway(ctx: &Ctx, user: &User, id: &LinkId) -> Result<LinkOutcome, SyncError> {
    let attempt = link_attempt(ctx, user, id).await?;
    if attempt.waits_for_choice()
        && let Some(result) = intended(ctx, user, &attempt).await?
    {
        let wanted = Wanted {
            result: &result,
            attended: true,
            anyway: true,
        };
        return link_new_bank(ctx, user, None, wanted).await;
    }
    if let Some(outcome) = came_to(ctx, user, &attempt).await? {
        return Ok(outcome);
    }
    let resumed = resume(ctx, user, id).await?;
    Ok(resumed.unwrap_or(LinkOutcome::Open))
}

/// Ends an attempt whose bank seems to be linked already. Its token is kept, sealed, while it is good: the person
/// may say that the accounts are different, and need not log in at the bank once more for that.
async fn hold(
    ctx: &Ctx,
    user: &User,
    link: &LinkAttempt,
    wanted: Wanted<'_>,
    mark: &str,
    outcome: LinkOutcome,
) -> Result<LinkOutcome, SyncError> {
    let LinkOutcome::AlreadyLinked {
        connection_id,
        institution,
        accounts,
        ..
    } = outcome
    else {
        return Ok(outcome);
    };
    let sealed = seal_token(ctx, user, link, wanted.result)?;
    let intent = intent(link, wanted, mark, &sealed, None);
    let now = ctx.clock.now();
    let held = ctx.store.hold_token(&intent, &connection_id, now).await?;
    Ok(LinkOutcome::AlreadyLinked {
        connection_id,
        institution,
        accounts,
        waiting: held.then(|| link.id.clone()),
    })
}

/// Exchanges a token that was held.
async fn release(
    ctx: &Ctx,
    user: &User,
    held: LinkAttempt,
    result: &LinkResult,
) -> Result<LinkOutcome, SyncError> {
    let look_after = after(ctx.clock.now(), LOOK_AFTER);
    if !ctx.store.release_token(&held.id, look_after).await? {
        return Err(SyncError::NotFound);
    }
    let link = LinkAttempt {
        links_anyway: true,
        linked_before_id: None,
        finished_at: None,
        ..held
    };
    exchange(ctx, user, &link, result, false).await
}

/// Goes on with an exchange that was begun and never finished; `None` when there is none.
pub(super) async fn resume(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
) -> Result<Option<LinkOutcome>, SyncError> {
    let attempt = link_attempt(ctx, user, id).await?;
    let Some(result) = intended(ctx, user, &attempt).await? else {
        return Ok(None);
    };
    let _turn = turn_of(&token_hash(result.public_token.expose()))
        .lock()
        .await;
    // While this waited, it may have been finished.
    let attempt = link_attempt(ctx, user, id).await?;
    go_on(ctx, user, &attempt).await
}

/// What an attempt that is finished already came to.
pub(super) async fn came_to(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
) -> Result<Option<LinkOutcome>, SyncError> {
    if attempt.finished_at.is_none() {
        return Ok(None);
    }
    if let Some(first) = &attempt.linked_before_id {
        let waiting = attempt.waits_for_choice().then(|| attempt.id.clone());
        return linked_before(ctx, user, first.clone(), waiting)
            .await
            .map(Some);
    }
    Ok(Some(
        match (&attempt.result_id, &attempt.connection_id, attempt.lost_at) {
            (Some(id), None, _) => LinkOutcome::Linked(id.clone()),
            (Some(id), Some(_), _) => LinkOutcome::Repaired(id.clone()),
            (None, _, Some(_)) => LinkOutcome::Lost,
            (None, ..) => without_result(attempt, None),
        },
    ))
}

/// What came of an attempt, or comes of the token that it is to exchange; `None` when there is neither.
async fn go_on(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
) -> Result<Option<LinkOutcome>, SyncError> {
    if let Some(outcome) = came_to(ctx, user, attempt).await? {
        return Ok(Some(outcome));
    }
    match intended(ctx, user, attempt).await? {
        Some(result) => exchange(ctx, user, attempt, &result, true).await.map(Some),
        None => Ok(None),
    }
}

/// The attempt that is to exchange this token, with the intent written down: the one that it came with, or,
/// when that has another token or is over, one of its own.
async fn taken_up(
    ctx: &Ctx,
    user: &User,
    link: Option<&LinkAttempt>,
    wanted: Wanted<'_>,
    mark: &str,
) -> Result<LinkAttempt, SyncError> {
    let chosen = |link: LinkAttempt| LinkAttempt {
        links_anyway: wanted.anyway,
        ..link
    };
    if let Some(link) = link
        && intend(ctx, user, link, wanted, mark).await?
    {
        return Ok(chosen(link.clone()));
    }
    let link = own_attempt(ctx, user).await?;
    // Work that is done unattended comes back for the attempt that it was asked for, not for this one.
    let attended = Wanted {
        attended: true,
        ..wanted
    };
    if !intend(ctx, user, &link, attended, mark).await? {
        return Err(SyncError::NotFound);
    }
    Ok(chosen(link))
}

/// An attempt for a token that comes from a program, or from a session that gave more than one.
async fn own_attempt(ctx: &Ctx, user: &User) -> Result<LinkAttempt, SyncError> {
    let now = ctx.clock.now();
    let attempt = LinkAttempt {
        id: LinkId::generate(),
        user_id: user.id.clone(),
        connection_id: None,
        chooses_accounts: false,
        // None was asked for here.
        token: None,
        hosted_url: None,
        expires_at: now,
        result_id: None,
        linked_before_id: None,
        finished_at: None,
        webhook_url: None,
        lost_at: None,
        links_anyway: false,
        has_token: false,
    };
    keep(ctx, &attempt).await?;
    Ok(attempt)
}

/// `false` when the attempt is not free for it.
async fn intend(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    wanted: Wanted<'_>,
    mark: &str,
) -> Result<bool, SyncError> {
    let sealed = seal_token(ctx, user, attempt, wanted.result)?;
    let look_after = wanted.attended.then(|| after(ctx.clock.now(), LOOK_AFTER));
    let intent = intent(attempt, wanted, mark, &sealed, look_after);
    Ok(ctx.store.intend_exchange(&intent).await?)
}

fn intent<'a>(
    attempt: &'a LinkAttempt,
    wanted: Wanted<'a>,
    mark: &'a str,
    sealed: &'a [u8],
    look_after: Option<Timestamp>,
) -> Intent<'a> {
    Intent {
        link: &attempt.id,
        token_hash: mark,
        sealed_public_token: sealed,
        institution_id: wanted.result.institution_id.as_deref(),
        institution_name: wanted.result.institution_name.as_deref(),
        links_anyway: wanted.anyway,
        look_after,
    }
}

fn seal_token(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    result: &LinkResult,
) -> Result<Vec<u8>, SyncError> {
    let (token, row, owner) = (&result.public_token, &attempt.id, &user.id);
    Ok(seal(ctx, token, row.as_str(), owner.as_str())?)
}

async fn intended(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
) -> Result<Option<LinkResult>, SyncError> {
    let Some((sealed, institution_id, institution_name)) =
        ctx.store.intended_exchange(&attempt.id).await?
    else {
        return Ok(None);
    };
    let public_token = open(ctx, &sealed, attempt.id.as_str(), user.id.as_str())?;
    Ok(Some(LinkResult {
        public_token,
        institution_id,
        institution_name,
        accounts: Vec::new(),
    }))
}

/// The lock of a token. Two tokens may share one; then one of them waits for nothing. One process has the
/// database to itself, so its memory is the place.
fn turn_of(mark: &str) -> &'static Mutex<()> {
    static TURNS: [Mutex<()>; 64] = [const { Mutex::const_new(()) }; 64];
    let sum: usize = mark.bytes().map(usize::from).sum();
    &TURNS[sum % TURNS.len()]
}
