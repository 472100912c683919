//! From a public token to a connection.
//!
//! A public token stands for one bank and is exchanged once. Whoever hands it over, however often and with whatever
//! attempt, is told what came of that very token; and no token takes the place of another.
//!
//! A provider exchanges a token once, and nobody can ask it for what it gave. So the intent is written down first, the
//! token sealed: a program that was stopped in between tries again, and where the provider has exchanged it already,
//! the attempt is kept as lost and the person told. That gap cannot be closed from here.

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

/// Reads what the script of a provider's pane handed over beside the public token. It comes from a browser or a
/// program: what cannot be read is left out, and the provider is asked for the truth later.
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

/// Links what a program hands over: a public token and what Link said, of a session that was begun here or
/// elsewhere. Nothing names its attempt, so the token stands for itself. Done twice, it has the same result. With
/// `anyway`, a bank that looks like one that is linked is linked all the same.
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

/// Links a bank that looked like one that is linked already, because the person says that its accounts are
/// different. Done twice, it has the same result.
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

/// Links what a provider's pane or page has linked, unless it is linked already. `came_with` is the attempt that the
/// token came with, if it is known; with `anyway`, a bank that looks like one that is linked is linked all the same.
pub(super) async fn link_new_bank(
    ctx: &Ctx,
    user: &User,
    came_with: Option<&LinkAttempt>,
    result: &LinkResult,
    anyway: bool,
) -> Result<LinkOutcome, SyncError> {
    let mark = token_hash(result.public_token.expose());
    // The same token twice at once: the second waits for the first and finds what came of it.
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
            // Before the exchange there is nothing at the bank: dropping the token is all it takes.
            None => Ok(looks_like.outcome(None)),
        };
    }
    let attempt = intend(ctx, user, came_with, provider, wanted).await?;
    exchange(ctx, user, &attempt, result).await
}

/// Goes on with an exchange that was begun and never finished; `None` when there is none.
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
    // While this waited, it may have been finished.
    let attempt = attempt(ctx, user, &begun.id).await?;
    go_on(ctx, user, &attempt).await
}

/// What came of an attempt, or comes of the token that it is to exchange; `None` when there is neither.
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

/// Keeps the token of a bank that seems to be linked already, sealed, while it is good: the person may say that the
/// accounts are different, and need not log in at the bank once more for that.
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

/// Exchanges a token that was held.
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

/// The lock of a token. Two tokens may share one; then one of them waits for nothing. One process has the
/// database to itself, so its memory is the place.
fn turn_of(mark: &str) -> &'static Mutex<()> {
    static TURNS: [Mutex<()>; 64] = [const { Mutex::const_new(()) }; 64];
    let sum: usize = mark.bytes().map(usize::from).sum();
    &TURNS[sum % TURNS.len()]
}
