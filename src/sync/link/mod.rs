//! From the button to the connection: beginning, finishing and leaving Link.

mod duplicates;
mod exchange;
mod exit;
mod finish;
mod metadata;
mod token;

pub(super) use duplicates::retire_duplicate;
pub use exit::exit_link;
pub(super) use finish::finish_unasked;
pub use finish::{finish_hosted, finish_link, finish_link_of_program};
pub use metadata::read_link_result;
pub use token::link_anyway;

use super::sealed::{access_token, open, seal};
use super::{LinkPurpose, SyncError};
use crate::context::Ctx;
use domain::id::{ConnectionId, LinkId};
use domain::link::LinkAttempt;
use domain::problem::{Problem, Remedy};
use domain::secret::{Secret, token_hash};
use domain::user::User;
use providers::plaid::LinkTokenRequest;
use store::NewLink;

/// Begins to link: asks the provider for a token. With `hosted`, how the person's browser reaches Passbook, for a page
/// of the provider's too (browsers without scripts), which comes back to `/link/{id}/return` there.
///
/// # Errors
/// When the connection is not this person's, or the provider refuses.
pub async fn begin_link(
    ctx: &Ctx,
    user: &User,
    purpose: LinkPurpose,
    hosted: Option<&str>,
) -> Result<LinkAttempt, SyncError> {
    let id = LinkId::generate();
    let links_anyway = purpose == LinkPurpose::NewBankAnyway;
    let (connection_id, chooses_accounts) = match purpose {
        LinkPurpose::NewBank | LinkPurpose::NewBankAnyway => (None, false),
        LinkPurpose::Repair(connection) => (Some(connection), false),
        LinkPurpose::AddAccounts(connection) => (Some(connection), true),
    };
    let repair = match &connection_id {
        Some(connection) => Some(token_of(ctx, user, connection).await?),
        None => None,
    };
    let hosted_return = hosted.map(|here| format!("{here}/link/{id}/return"));
    let wanted = LinkTokenRequest {
        person: user.id.as_str(),
        repair: repair.as_ref(),
        choose_accounts: chooses_accounts,
        hosted_return: hosted_return.as_deref(),
    };
    let token = ctx.providers.plaid.create_link_token(&wanted).await;
    let token = token.map_err(not_begun)?;
    let attempt = LinkAttempt {
        id,
        user_id: user.id.clone(),
        connection_id,
        chooses_accounts,
        token: Some(token.token),
        hosted_url: token.hosted_url.map(|url| match hosted {
            Some(here) => reached_at(ctx, url, here),
            None => url,
        }),
        expires_at: token.expires_at,
        result_id: None,
        linked_before_id: None,
        finished_at: None,
        webhook_url: Some(ctx.config.webhook_url().unwrap_or_default()),
        lost_at: None,
        links_anyway,
        has_token: false,
    };
    keep(ctx, &attempt).await?;
    Ok(attempt)
}

/// The page of the built-in bank, which is one of ours and does not know how this person's browser reaches us.
fn reached_at(ctx: &Ctx, url: Secret, here: &str) -> Secret {
    let ours = ctx.config.base_url();
    match url.expose().strip_prefix(ours.as_str()) {
        Some(path) if ctx.config.built_in_bank => Secret::new(format!("{here}{path}")),
        _ => url,
    }
}

/// Keeps an attempt that has just begun, with what opens Link sealed.
async fn keep(ctx: &Ctx, attempt: &LinkAttempt) -> Result<(), SyncError> {
    let (row, owner) = (attempt.id.as_str(), attempt.user_id.as_str());
    let sealed = |secret: &Option<Secret>| {
        let sealed = secret.as_ref().map(|secret| seal(ctx, secret, row, owner));
        sealed.transpose()
    };
    let (sealed_token, sealed_hosted_url) = (sealed(&attempt.token)?, sealed(&attempt.hosted_url)?);
    let hash = attempt.token.as_ref();
    let hash = hash.map(|token| token_hash(token.expose()));
    let new = NewLink {
        link: attempt,
        token_hash: hash.as_deref(),
        sealed_token: sealed_token.as_deref(),
        sealed_hosted_url: sealed_hosted_url.as_deref(),
    };
    Ok(ctx.store.add_link(&new, ctx.clock.now()).await?)
}

/// The attempt with its link token and the provider's page, as far as they are still kept.
async fn opened(ctx: &Ctx, attempt: LinkAttempt) -> Result<LinkAttempt, SyncError> {
    let (row, owner) = (attempt.id.as_str(), attempt.user_id.as_str());
    let sealed = ctx.store.sealed_link(&attempt.user_id, &attempt.id).await?;
    let secret = |sealed: Option<Vec<u8>>| {
        let secret = sealed.map(|sealed| open(ctx, &sealed, row, owner));
        secret.transpose()
    };
    Ok(LinkAttempt {
        token: secret(sealed.sealed_token)?,
        hosted_url: secret(sealed.sealed_hosted_url)?,
        ..attempt
    })
}

/// Nothing comes back for a token that could not be made; whoever asked for it has to.
fn not_begun(refusal: Problem) -> Problem {
    let message = match refusal.remedy() {
        Remedy::Retry | Remedy::Restart => {
            "could not be reached just now. Nothing was begun. Begin again in a minute."
        }
        Remedy::Wait => "does not answer at the moment. Nothing was begun. Begin again later.",
        _ => refusal.words_while_linking(),
    };
    Problem {
        message: message.to_owned(),
        ..refusal
    }
}

/// The attempt with this id, if it is this person's; finished or not. With what opens Link, for the page that
/// opens it.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn attempt_to_open(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
) -> Result<LinkAttempt, SyncError> {
    let attempt = link_attempt(ctx, user, id).await?;
    opened(ctx, attempt).await
}

/// The same without what opens Link.
async fn link_attempt(ctx: &Ctx, user: &User, id: &LinkId) -> Result<LinkAttempt, SyncError> {
    ctx.store
        .link(&user.id, id)
        .await?
        .ok_or(SyncError::NotFound)
}

/// The newest attempt of this person that is not finished, with what opens Link: an OAuth return goes on with it.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn latest_attempt(ctx: &Ctx, user: &User) -> Result<LinkAttempt, SyncError> {
    let newest = ctx
        .store
        .newest_open_link(&user.id, ctx.clock.now())
        .await?;
    opened(ctx, newest.ok_or(SyncError::NotFound)?).await
}

/// The key to a connection of this person's that is linked.
pub(super) async fn token_of(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
) -> Result<Secret, SyncError> {
    let (connection, sealed, _) = ctx
        .store
        .connection_to_sync(id)
        .await?
        .ok_or(SyncError::NotFound)?;
    if connection.user_id != user.id {
        return Err(SyncError::NotFound);
    }
    if connection.unlink_asked_at.is_some() {
        return Err(SyncError::NoLongerLinked);
    }
    Ok(access_token(ctx, &connection, &sealed)?)
}
