//! A public token stands for one bank and is exchanged once. Whoever hands it over, however often and with
//! whatever attempt, is told what came of that very token; and no token takes the place of another.

use jiff::SignedDuration;
use tokio::sync::Mutex;

use super::super::pace::after;
use super::super::sealed::{open, seal};
use super::super::{LinkOutcome, SyncError};
use super::duplicates::{already_linked, linked_before};
use super::exchange::exchange;
use super::{keep, link_attempt};
use crate::context::Ctx;
use crate::domain::id::LinkId;
use crate::domain::link::{LinkAttempt, LinkResult};
use crate::domain::secret::{Secret, token_hash};
use crate::domain::user::User;
use crate::store::Intent;

/// After so long, an exchange that nobody has finished is taken up again.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// Links what Link has linked, unless it is linked already. `link` is the attempt that it came with, if it is
/// known. Without `attended` it is the background work that does it, which comes back by itself when it is
/// cut short.
pub(super) async fn link_new_bank(
    ctx: &Ctx,
    user: &User,
    link: Option<&LinkAttempt>,
    result: &LinkResult,
    attended: bool,
) -> Result<LinkOutcome, SyncError> {
    let mark = token_hash(&result.public_token);
    // The same token twice at once: the second waits for the first and finds what came of it.
    let _turn = turn_of(&mark).lock().await;
    if let Some(known) = ctx.store.link_of_token(&user.id, &mark).await? {
        let outcome = go_on(ctx, user, &known).await?;
        if let Some(link) = link.filter(|link| link.id != known.id) {
            let now = ctx.clock.now();
            ctx.store.end_link_like(&link.id, &known.id, now).await?;
        }
        return Ok(outcome.unwrap_or(LinkOutcome::Open));
    }
    if let Some(outcome) = already_linked(ctx, user, result).await? {
        // Before the exchange there is no Item at the bank: dropping the token is all it takes.
        if let Some(link) = link {
            ctx.store.leave_link(&link.id, ctx.clock.now()).await?;
        }
        return Ok(outcome);
    }
    let link = taken_up(ctx, user, link, result, &mark, attended).await?;
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
    let _turn = turn_of(&token_hash(&result.public_token)).lock().await;
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
        return linked_before(ctx, user, first.clone()).await.map(Some);
    }
    Ok(Some(
        match (&attempt.result_id, &attempt.connection_id, attempt.lost_at) {
            (Some(id), None, _) => LinkOutcome::Linked(id.clone()),
            (Some(id), Some(_), _) => LinkOutcome::Repaired(id.clone()),
            (None, _, Some(_)) => LinkOutcome::Lost,
            (None, ..) => LinkOutcome::Exited(None),
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
    result: &LinkResult,
    mark: &str,
    attended: bool,
) -> Result<LinkAttempt, SyncError> {
    if let Some(link) = link
        && intend(ctx, user, link, result, mark, attended).await?
    {
        return Ok(link.clone());
    }
    let link = own_attempt(ctx, user).await?;
    // Work that is done unattended comes back for the attempt that it was asked for, not for this one.
    if !intend(ctx, user, &link, result, mark, true).await? {
        return Err(SyncError::NotFound);
    }
    Ok(link)
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
    };
    keep(ctx, &attempt).await?;
    Ok(attempt)
}

/// `false` when the attempt is not free for it.
async fn intend(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    result: &LinkResult,
    mark: &str,
    attended: bool,
) -> Result<bool, SyncError> {
    let token = Secret::new(result.public_token.clone());
    let sealed = seal(ctx, &token, attempt.id.as_str(), user.id.as_str())?;
    let intent = Intent {
        link: &attempt.id,
        token_hash: mark,
        sealed_public_token: &sealed,
        institution_id: result.institution_id.as_deref(),
        institution_name: result.institution_name.as_deref(),
        look_after: attended.then(|| after(ctx.clock.now(), LOOK_AFTER)),
    };
    Ok(ctx.store.intend_exchange(&intent).await?)
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
    let token = open(ctx, &sealed, attempt.id.as_str(), user.id.as_str())?;
    Ok(Some(LinkResult {
        public_token: token.expose().to_owned(),
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
