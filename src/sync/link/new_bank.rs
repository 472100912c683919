//! Turns a public token into a connection.
//!
//! A public token belongs to one bank and is exchanged once. A caller that presents it again, however often and with
//! whatever attempt, gets the outcome of that same token, and no token replaces another.
//!
//! A provider does not repeat the answer to an exchange. So the intent is stored first, with the token sealed, and a
//! program that was stopped in between tries again. If the provider has already exchanged the token, the attempt is
//! recorded as lost and the person is told. That gap cannot be closed on our side.

use serde_json::Value;
use tokio::sync::Mutex;

use super::super::SyncError;
use super::duplicates::{LooksLike, already_linked};
use super::exchange::{exchange, exchange_again};
use super::intent::{Wanted, intend, seal_token, written_down};
use super::{LinkOutcome, attempt, came_to};
use crate::context::Ctx;
use domain::attempt::{AttemptState, LinkAttempt, LinkPurpose};
use domain::id::LinkId;
use domain::link::LinkResult;
use domain::secret::{Secret, token_hash};
use domain::user::User;

/// Reads what the script of a provider's pane returned beside the public token. It comes from a browser or a program,
/// so what cannot be read is left out, and the provider is asked later.
#[must_use]
pub fn read_link_result(ctx: &Ctx, public_token: Secret, said: &Value) -> LinkResult {
    match ctx.providers.first_that(|can| can.script_link) {
        Ok(provider) => provider.read_link_result(public_token, said),
        Err(_) => LinkResult {
            public_token,
            ..LinkResult::default()
        },
    }
}

/// Links the public token that a program presents, from a Link session begun here or elsewhere. The token has no known
/// attempt, so it stands for itself. Idempotent. With `anyway`, a bank that looks like one that is already linked is
/// linked too.
///
/// # Errors
/// When the provider refuses the exchange.
pub async fn finish_link_of_program(
    ctx: &Ctx,
    user: &User,
    result: LinkResult,
    anyway: bool,
) -> Result<LinkOutcome, SyncError> {
    link_new_bank(ctx, user, None, &result.on_one_line(), anyway).await
}

/// Links a bank that looked already linked, because the person says that its accounts are different. Idempotent.
///
/// # Errors
/// [`SyncError::NotFound`] when the attempt is not this person's; the provider's refusal.
pub async fn link_anyway(ctx: &Ctx, user: &User, id: &LinkId) -> Result<LinkOutcome, SyncError> {
    let attempt = attempt(ctx, user, id).await?;
    if attempt.waits_for_choice()
        && let Some(result) = written_down(ctx, user, &attempt).await?
    {
        return link_new_bank(ctx, user, None, &result, true).await;
    }
    if let Some(outcome) = came_to(ctx, user, &attempt).await? {
        return Ok(outcome);
    }
    let resumed = resume(ctx, user, &attempt).await?;
    Ok(resumed.unwrap_or(LinkOutcome::Open))
}

/// Links the bank of a public token, unless it is already linked. `came_with` is the attempt that the token came with,
/// if known. With `anyway`, a bank that looks like one that is already linked is linked too.
pub(super) async fn link_new_bank(
    ctx: &Ctx,
    user: &User,
    came_with: Option<&LinkAttempt>,
    result: &LinkResult,
    anyway: bool,
) -> Result<LinkOutcome, SyncError> {
    let mark = token_hash(result.public_token.expose());
    // If the same token arrives twice at once, the second request waits and gets the outcome of the first.
    let _turn = turn_of(&mark).lock().await;
    if let Some(known) = ctx.store.link_of_token(&user.id, &mark).await? {
        if anyway && known.waits_for_choice() {
            return release(ctx, user, known, result).await;
        }
        let outcome = go_on(ctx, user, &known).await?;
        if let Some(other) = came_with.filter(|other| other.id != known.id) {
            let now = ctx.clock.now();
            ctx.store.follow_link(&other.id, &known.id, now).await?;
        }
        return Ok(outcome.unwrap_or(LinkOutcome::Open));
    }
    let provider = match came_with {
        Some(attempt) => ctx.providers.named(&attempt.provider)?,
        None => ctx.providers.first_that(|can| can.script_link)?,
    };
    let wanted = Wanted {
        result,
        mark: &mark,
        anyway,
    };
    if !anyway && let Some(looks_like) = already_linked(ctx, user, provider.name(), result).await? {
        return match came_with {
            Some(attempt) => hold(ctx, user, attempt, wanted, looks_like).await,
            // Nothing exists at the bank before the exchange, so dropping the token is enough.
            None => Ok(looks_like.outcome(None)),
        };
    }
    let attempt = intend(ctx, user, came_with, provider, wanted).await?;
    exchange(ctx, user, &attempt, result).await
}

/// Resumes an exchange that was begun and never finished. `None` when there is none.
pub(super) async fn resume(
    ctx: &Ctx,
    user: &User,
    begun: &LinkAttempt,
) -> Result<Option<LinkOutcome>, SyncError> {
    let Some(result) = written_down(ctx, user, begun).await? else {
        return Ok(None);
    };
    let mark = token_hash(result.public_token.expose());
    let _turn = turn_of(&mark).lock().await;
    // Another request may have finished it while this one waited.
    let attempt = attempt(ctx, user, &begun.id).await?;
    go_on(ctx, user, &attempt).await
}

/// Returns an attempt's outcome, or exchanges its token. `None` when it has neither.
async fn go_on(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
) -> Result<Option<LinkOutcome>, SyncError> {
    if attempt.state != AttemptState::Intended {
        return came_to(ctx, user, attempt).await;
    }
    let Some(result) = written_down(ctx, user, attempt).await? else {
        return Ok(None);
    };
    exchange_again(ctx, user, attempt, &result).await.map(Some)
}

/// Keeps the token, sealed and while it is valid, of a bank that seems to be already linked. If the person says that
/// the accounts are different, they need not log in at the bank again.
async fn hold(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    wanted: Wanted<'_>,
    looks_like: LooksLike,
) -> Result<LinkOutcome, SyncError> {
    let sealed = seal_token(ctx, user, attempt, wanted.result)?;
    let (intent, now) = (wanted.intent(attempt, &sealed), ctx.clock.now());
    let first = &looks_like.connection_id;
    let held = ctx.store.hold_token(&intent, first, now).await?;
    Ok(looks_like.outcome(held.then(|| attempt.id.clone())))
}

/// Exchanges a held token.
async fn release(
    ctx: &Ctx,
    user: &User,
    held: LinkAttempt,
    result: &LinkResult,
) -> Result<LinkOutcome, SyncError> {
    if !ctx.store.release_token(&held.id, ctx.clock.now()).await? {
        return Err(SyncError::NotFound);
    }
    let attempt = LinkAttempt {
        purpose: LinkPurpose::NewBankAnyway,
        state: AttemptState::Intended,
        ..held
    };
    exchange(ctx, user, &attempt, result).await
}

/// Returns the lock of a token. Two tokens can share a lock and then wait for each other needlessly. Memory is enough,
/// because only one process uses the database.
fn turn_of(mark: &str) -> &'static Mutex<()> {
    static TURNS: [Mutex<()>; 64] = [const { Mutex::const_new(()) }; 64];
    let sum: usize = mark.bytes().map(usize::from).sum();
    &TURNS[sum % TURNS.len()]
}
