//! From the button to the connection: beginning, finishing and leaving Link.

mod duplicates;
mod exchange;
mod finish;

use tokio::sync::Mutex;

pub(super) use duplicates::retire_duplicate;
pub(super) use finish::finish_unasked;
pub use finish::{
    exit_link, finish_hosted, finish_link, finish_link_of_program, words_while_linking,
};

use super::{LinkPurpose, SyncError};
use crate::context::Ctx;
use crate::domain::id::{ConnectionId, LinkId};
use crate::domain::link::LinkAttempt;
use crate::domain::secret::Secret;
use crate::domain::user::User;
use crate::providers::plaid::{LinkTokenRequest, problem};

/// Begins to link: asks the provider for a token. With `hosted`, for a page of the provider's too
/// (browsers without scripts), which comes back to `/link/{id}/return`.
///
/// # Errors
/// When the connection is not this person's, or the provider refuses.
pub async fn begin_link(
    ctx: &Ctx,
    user: &User,
    purpose: LinkPurpose,
    hosted: bool,
) -> Result<LinkAttempt, SyncError> {
    let id = LinkId::generate();
    let (connection_id, chooses_accounts) = match purpose {
        LinkPurpose::NewBank => (None, false),
        LinkPurpose::Repair(connection) => (Some(connection), false),
        LinkPurpose::AddAccounts(connection) => (Some(connection), true),
    };
    let repair = match &connection_id {
        Some(connection) => Some(token_of(ctx, user, connection).await?),
        None => None,
    };
    let hosted_return = hosted.then(|| format!("{}/link/{id}/return", ctx.config.base_url()));
    let wanted = LinkTokenRequest {
        person: user.id.as_str(),
        repair: repair.as_ref(),
        choose_accounts: chooses_accounts,
        hosted_return: hosted_return.as_deref(),
    };
    let token = ctx.providers.plaid.create_link_token(&wanted).await?;
    let attempt = LinkAttempt {
        id,
        user_id: user.id.clone(),
        connection_id,
        chooses_accounts,
        token: token.token,
        hosted_url: token.hosted_url,
        expires_at: token.expires_at,
        result_id: None,
        finished_at: None,
        webhook_url: Some(ctx.config.webhook_url().unwrap_or_default()),
        lost_at: None,
    };
    ctx.store.add_link(&attempt, ctx.clock.now()).await?;
    Ok(attempt)
}

/// The attempt with this id, if it is this person's; finished or not.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn link_attempt(ctx: &Ctx, user: &User, id: &LinkId) -> Result<LinkAttempt, SyncError> {
    ctx.store
        .link(&user.id, id)
        .await?
        .ok_or(SyncError::NotFound)
}

/// The newest attempt of this person that is not finished: what an OAuth return goes on with.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn latest_attempt(ctx: &Ctx, user: &User) -> Result<LinkAttempt, SyncError> {
    ctx.store
        .newest_open_link(&user.id, ctx.clock.now())
        .await?
        .ok_or(SyncError::NotFound)
}

/// The lock of an attempt. Two attempts may share one; then one of them waits for nothing. One process has
/// the database to itself, so its memory is the place.
fn turn_of(id: &LinkId) -> &'static Mutex<()> {
    static TURNS: [Mutex<()>; 64] = [const { Mutex::const_new(()) }; 64];
    let sum: usize = id.as_str().bytes().map(usize::from).sum();
    &TURNS[sum % TURNS.len()]
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
    if connection.user_id != user.id || connection.unlink_asked_at.is_some() {
        return Err(SyncError::NotFound);
    }
    let token = ctx.vault.unseal(&sealed, id.as_str(), user.id.as_str());
    Ok(token.map_err(|_| problem("INVALID_INPUT", "KEY_DOES_NOT_OPEN", None))?)
}
