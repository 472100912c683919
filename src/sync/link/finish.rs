//! The end of an attempt: with a result, by asking the provider what came of it, or without one.

use super::super::{LinkExit, LinkOutcome, SyncError};
use super::exchange::{link_new_bank, resume};
use super::{link_attempt, turn_of};
use crate::context::Ctx;
use crate::domain::id::{ConnectionId, LinkId};
use crate::domain::link::{LinkAttempt, LinkResult, LinkState};
use crate::domain::problem::Problem;
use crate::domain::user::User;
use crate::providers::plaid::{self, problem};
use crate::store::Repair;

/// Ends an attempt with what Link's script handed over. Done twice, it has the same result.
///
/// # Errors
/// When the attempt is not this person's, or the provider refuses the exchange.
pub async fn finish_link(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    result: LinkResult,
) -> Result<LinkOutcome, SyncError> {
    finish(ctx, user, id, &result, true).await
}

/// Ends a link that a program began here or elsewhere: it has a public token and what Link said, and nothing
/// that names the attempt. The newest one that is open is taken to be it, else one is noted now.
///
/// # Errors
/// As [`finish_link`].
pub async fn finish_link_of_program(
    ctx: &Ctx,
    user: &User,
    result: LinkResult,
) -> Result<LinkOutcome, SyncError> {
    let now = ctx.clock.now();
    let open = ctx.store.newest_open_link(&user.id, now).await?;
    if let Some(attempt) = open.filter(|attempt| attempt.connection_id.is_none()) {
        return finish_link(ctx, user, &attempt.id, result).await;
    }
    let id = LinkId::generate();
    let attempt = LinkAttempt {
        id: id.clone(),
        user_id: user.id.clone(),
        connection_id: None,
        chooses_accounts: false,
        // No token was asked for here, and no webhook names one that is no token.
        token: format!("none-{id}"),
        hosted_url: None,
        expires_at: now,
        result_id: None,
        finished_at: None,
        webhook_url: None,
        lost_at: None,
    };
    ctx.store.add_link(&attempt, now).await?;
    let outcome = finish_link(ctx, user, &id, result).await;
    if outcome.is_err() {
        ctx.store.end_link(&id, ctx.clock.now()).await?;
    }
    outcome
}

/// Ends an attempt by asking the provider what came of it (Hosted Link).
///
/// # Errors
/// As [`finish_link`].
pub async fn finish_hosted(ctx: &Ctx, user: &User, id: &LinkId) -> Result<LinkOutcome, SyncError> {
    finish_by_asking(ctx, user, id, true).await
}

/// Does for a person what their browser would have done: goes on with an exchange that was begun, else asks
/// the provider what came of the attempt. One that was left without a result stays open, because its owner
/// may open the provider's page again.
pub(in crate::sync) async fn finish_unasked(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
) -> Result<LinkOutcome, SyncError> {
    {
        let _turn = turn_of(id).lock().await;
        let attempt = link_attempt(ctx, user, id).await?;
        if let Some(outcome) = outcome_of(&attempt) {
            return Ok(outcome);
        }
        if let Some(outcome) = resume(ctx, user, &attempt).await? {
            return Ok(outcome);
        }
        if attempt.expires_at <= ctx.clock.now() {
            return Err(SyncError::NotFound);
        }
    }
    finish_by_asking(ctx, user, id, false).await
}

/// With `attended`, an attempt that was left without a result is over.
async fn finish_by_asking(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    attended: bool,
) -> Result<LinkOutcome, SyncError> {
    let attempt = link_attempt(ctx, user, id).await?;
    if let Some(outcome) = outcome_of(&attempt) {
        return Ok(outcome);
    }
    match ctx.providers.plaid.link_state(&attempt.token).await? {
        LinkState::Open => Ok(LinkOutcome::Open),
        LinkState::Exited(_) if !attended => Ok(LinkOutcome::Exited(None)),
        LinkState::Exited(problem) => {
            ctx.store.end_link(id, ctx.clock.now()).await?;
            let reason = problem.map(|p| sentence("Your bank", &p, &attempt));
            Ok(LinkOutcome::Exited(reason))
        }
        LinkState::Finished(results) => {
            let first = results.into_iter().next();
            if first.is_none() && attempt.connection_id.is_none() {
                return Ok(LinkOutcome::Exited(None));
            }
            finish(ctx, user, id, &first.unwrap_or_default(), attended).await
        }
    }
}

async fn finish(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    result: &LinkResult,
    attended: bool,
) -> Result<LinkOutcome, SyncError> {
    // The same form sent twice at once: the second waits for the first and finds the attempt finished. A
    // public token is good for one exchange.
    let _turn = turn_of(id).lock().await;
    let attempt = link_attempt(ctx, user, id).await?;
    if let Some(outcome) = outcome_of(&attempt) {
        return Ok(outcome);
    }
    match &attempt.connection_id {
        Some(connection) => repaired(ctx, &attempt, connection, result).await,
        None => link_new_bank(ctx, user, &attempt, result, attended).await,
    }
}

/// Ends an attempt that led to nothing.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn exit_link(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    exit: LinkExit,
) -> Result<LinkOutcome, SyncError> {
    let attempt = link_attempt(ctx, user, id).await?;
    if let Some(outcome) = outcome_of(&attempt) {
        return Ok(outcome);
    }
    ctx.store.end_link(id, ctx.clock.now()).await?;
    if exit.error_code.is_empty() {
        return Ok(LinkOutcome::Exited(None));
    }
    let name = if exit.institution.is_empty() {
        "Your bank"
    } else {
        &exit.institution
    };
    // Both come from the browser and go back to it: only what can be a code or a number stays.
    let request_id = Some(plain(&exit.request_id)).filter(|id| !id.is_empty());
    let problem = problem("", &plain(&exit.error_code), request_id);
    Ok(LinkOutcome::Exited(Some(sentence(
        name, &problem, &attempt,
    ))))
}

/// What an attempt that is finished already came to.
fn outcome_of(attempt: &LinkAttempt) -> Option<LinkOutcome> {
    attempt.finished_at?;
    Some(
        match (&attempt.result_id, &attempt.connection_id, attempt.lost_at) {
            (Some(id), None, _) => LinkOutcome::Linked(id.clone()),
            (Some(id), Some(_), _) => LinkOutcome::Repaired(id.clone()),
            (None, _, Some(_)) => LinkOutcome::Lost,
            (None, ..) => LinkOutcome::Exited(None),
        },
    )
}

/// In update mode nothing is exchanged: the connection keeps its key.
async fn repaired(
    ctx: &Ctx,
    attempt: &LinkAttempt,
    connection: &ConnectionId,
    result: &LinkResult,
) -> Result<LinkOutcome, SyncError> {
    let shared: Vec<String> = result
        .accounts
        .iter()
        .map(|account| account.provider_id.clone())
        .collect();
    let repair = Repair {
        link: &attempt.id,
        connection,
        chose_accounts: attempt.chooses_accounts,
        shared: &shared,
    };
    ctx.store.end_repair(&repair, ctx.clock.now()).await?;
    ctx.work.notify_one();
    Ok(LinkOutcome::Repaired(connection.clone()))
}

fn sentence(institution: &str, problem: &Problem, attempt: &LinkAttempt) -> String {
    tracing::info!(attempt = %attempt.id, code = problem.code, request_id = problem.request_id,
        "a link was left with an error");
    let quoted: String = institution.chars().take(80).collect();
    let end = match attempt.connection_id {
        None => "No bank was linked.",
        Some(_) => "Nothing has changed here.",
    };
    let number = problem
        .request_id
        .as_ref()
        .map_or(String::new(), |id| format!(", request {id}"));
    let words = words_while_linking(problem);
    format!("{quoted} {words} {end} ({}{number})", problem.code)
}

/// What happened on the way to a link and what to do, to stand after the institution's name.
#[must_use]
pub fn words_while_linking(problem: &Problem) -> &'static str {
    plaid::words_while_linking(problem.remedy, &problem.code)
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-')
        .take(64)
        .collect()
}
