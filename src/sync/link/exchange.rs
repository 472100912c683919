//! From the public token to the connection.
//!
//! A provider exchanges a public token once, and nobody can ask it for what it gave. So the intent is written down
//! first, the token sealed: a program that was stopped in between tries again, and where the provider has
//! exchanged it already, the attempt is kept as lost and the person told. That gap cannot be closed from here.

use super::super::sealed::seal;
use super::super::{LinkOutcome, SyncError};
use super::duplicates::{linked_before, retire_duplicate};
use crate::context::Ctx;
use domain::id::ConnectionId;
use domain::link::{LinkAttempt, LinkResult};
use domain::problem::{Grant, Problem, Reason};
use domain::user::User;
use providers::plaid::{self, Key};
use store::{NewConnection, StoreError};

/// Exchanges and keeps; `begun` when it was tried before and the answer was not kept.
pub(super) async fn exchange(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    result: &LinkResult,
    begun: bool,
) -> Result<LinkOutcome, SyncError> {
    let token = result.public_token.expose();
    match ctx.providers.plaid.exchange(token).await {
        Ok(grant) => keep(ctx, user, attempt, result, &grant).await,
        Err(refusal) if begun && refusal.reason == Reason::TokenUsed => {
            tracing::error!(attempt = %attempt.id, user = %user.id, institution = result.institution_id,
                request_id = refusal.request_id, "a public token was exchanged and the answer never kept: \
                the provider may hold an item that nobody has the key to");
            ctx.store.lose_link(&attempt.id, ctx.clock.now()).await?;
            Ok(LinkOutcome::Lost)
        }
        Err(refusal) => {
            if !may_have_worked(&refusal) {
                ctx.store.drop_intent(&attempt.id).await?;
            }
            Err(refusal.into())
        }
    }
}

/// Whether the provider may have done it although no answer says so.
fn may_have_worked(refusal: &Problem) -> bool {
    refusal.remedy().passes()
}

async fn keep(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    result: &LinkResult,
    grant: &Grant,
) -> Result<LinkOutcome, SyncError> {
    let connection = ConnectionId::generate();
    let sealed = seal(
        ctx,
        &grant.access_token,
        connection.as_str(),
        user.id.as_str(),
    )?;
    let new = NewConnection {
        id: &connection,
        user_id: &user.id,
        link_id: &attempt.id,
        provider: plaid::NAME,
        item_id: &grant.item_id,
        institution_id: result.institution_id.as_deref(),
        institution_name: result.institution_name.as_deref().unwrap_or("Your bank"),
        sealed_token: &sealed,
        webhook_url: attempt.webhook_url.as_deref(),
        linked_anyway: attempt.links_anyway,
        now: ctx.clock.now(),
    };
    match ctx.store.add_connection(&new).await {
        Ok(()) => {
            tracing::info!(user = %user.id, connection = %connection, institution = result.institution_id, "linked");
            ctx.work.notify_one();
            after_linking(ctx, user, attempt, connection, grant).await
        }
        Err(StoreError::Taken(_)) => taken(ctx, user, attempt, grant).await,
        Err(error) => Err(error.into()),
    }
}

/// The provider gave another key to a connection that is linked already. Ending it there would end both.
async fn taken(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    grant: &Grant,
) -> Result<LinkOutcome, SyncError> {
    let now = ctx.clock.now();
    let first = ctx
        .store
        .connection_of_item(&user.id, plaid::NAME, &grant.item_id)
        .await?;
    if let Some(first) = first {
        ctx.store
            .end_as_linked_before(&attempt.id, &first, now)
            .await?;
        return linked_before(ctx, user, first, None).await;
    }
    ctx.store.drop_intent(&attempt.id).await?;
    ctx.store.leave_link(&attempt.id, now).await?;
    Err(Problem::ours(Reason::TokenUsed).into())
}

/// What can be known only now: whether it is the same as another, and whether our address has changed since
/// the attempt began. Neither may undo the link: the first sync and the next start look again.
async fn after_linking(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    id: ConnectionId,
    grant: &Grant,
) -> Result<LinkOutcome, SyncError> {
    if attempt.webhook_url.as_deref() != Some(ctx.config.webhook_url().as_deref().unwrap_or("")) {
        super::super::request_webhook_moves(ctx).await?;
    }
    if !attempt.links_anyway && ctx.store.has_lasting_ids(&user.id, &id).await? {
        let key = Key {
            token: &grant.access_token,
            connection: &id,
        };
        let connection = ctx.store.connection(&user.id, &id).await?;
        if let (Some(connection), Ok(accounts)) =
            (connection, ctx.providers.plaid.accounts(key).await)
            && let Some(first) = retire_duplicate(ctx, &connection, &accounts).await?
        {
            let now = ctx.clock.now();
            ctx.store
                .end_as_linked_before(&attempt.id, &first, now)
                .await?;
            return linked_before(ctx, user, first, None).await;
        }
    }
    Ok(LinkOutcome::Linked(id))
}
