//! Exchanges public tokens, and checks what is known only afterwards.

use super::super::SyncError;
use super::super::sealed::seal;
use super::LinkOutcome;
use super::duplicates::{linked_before, retire_duplicate};
use crate::context::Ctx;
use domain::attempt::LinkAttempt;
use domain::id::ConnectionId;
use domain::link::LinkResult;
use domain::problem::{Grant, Problem, Reason};
use domain::user::User;
use providers::Key;
use store::{NewConnection, StoreError};

/// Exchanges an attempt's public token, which has been stored before, and keeps the new connection.
pub(super) async fn exchange(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    result: &LinkResult,
) -> Result<LinkOutcome, SyncError> {
    let provider = ctx.providers.named(&attempt.provider)?;
    match provider.exchange(&result.public_token).await {
        Ok(grant) => keep(ctx, user, attempt, result, &grant).await,
        Err(refusal) => exchange_refused(ctx, attempt, refusal).await,
    }
}

/// Repeats an exchange that was begun before and whose answer was not kept.
pub(super) async fn exchange_again(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    result: &LinkResult,
) -> Result<LinkOutcome, SyncError> {
    let provider = ctx.providers.named(&attempt.provider)?;
    match provider.exchange(&result.public_token).await {
        Ok(grant) => keep(ctx, user, attempt, result, &grant).await,
        Err(refusal) if refusal.reason == Reason::TokenUsed => {
            tracing::error!(attempt = %attempt.id, user = %user.id, institution = result.institution_id,
                request_id = refusal.request_id, "a public token was exchanged and the answer never kept: \
                the provider may hold a connection that nobody has the key to");
            ctx.store.lose_link(&attempt.id, ctx.clock.now()).await?;
            Ok(LinkOutcome::Lost)
        }
        Err(refusal) => exchange_refused(ctx, attempt, refusal).await,
    }
}

/// Marks the token as refused, unless the refusal is temporary: then the provider may have exchanged it all the same.
async fn exchange_refused(
    ctx: &Ctx,
    attempt: &LinkAttempt,
    refusal: Problem,
) -> Result<LinkOutcome, SyncError> {
    if !refusal.remedy().passes() {
        ctx.store.refuse_token(&attempt.id, ctx.clock.now()).await?;
    }
    Err(refusal.into())
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
        provider: &attempt.provider,
        item_id: &grant.item_id,
        institution_id: result.institution_id.as_deref(),
        institution_name: result.institution_name.as_deref().unwrap_or("Your bank"),
        sealed_token: &sealed,
        webhook_url: attempt.webhook_url.as_deref(),
        linked_anyway: attempt.purpose.links_anyway(),
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

/// The provider issued another key to a connection that is already linked. Removing it at the provider would end both.
async fn taken(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    grant: &Grant,
) -> Result<LinkOutcome, SyncError> {
    let now = ctx.clock.now();
    let first = ctx
        .store
        .connection_of_item(&user.id, &attempt.provider, &grant.item_id)
        .await?;
    if let Some(first) = first {
        ctx.store
            .recognize_duplicate(&attempt.id, &first, now)
            .await?;
        return linked_before(ctx, user, first, None).await;
    }
    ctx.store.refuse_token(&attempt.id, now).await?;
    ctx.store.leave_link(&attempt.id, now).await?;
    Err(Problem::ours(Reason::TokenUsed).into())
}

/// Checks what is known only after the exchange: whether the connection is a duplicate, and whether our webhook address
/// has changed since the attempt began. A failure here must not undo the link, because the first sync and the next
/// start check again.
async fn after_linking(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    id: ConnectionId,
    grant: &Grant,
) -> Result<LinkOutcome, SyncError> {
    let address = ctx.config.webhook_url(&attempt.provider);
    if attempt.webhook_url.as_deref() != Some(address.as_deref().unwrap_or("")) {
        super::super::request_webhook_moves(ctx).await?;
    }
    if !attempt.purpose.links_anyway() && ctx.store.others_have_lasting_ids(&user.id, &id).await? {
        let key = Key {
            token: &grant.access_token,
            connection: &id,
        };
        let connection = ctx.store.connection(&user.id, &id).await?;
        let provider = ctx.providers.named(&attempt.provider)?;
        if let (Some(connection), Ok(accounts)) = (connection, provider.accounts(key).await)
            && let Some(first) = retire_duplicate(ctx, &connection, &accounts).await?
        {
            let now = ctx.clock.now();
            ctx.store
                .recognize_duplicate(&attempt.id, &first, now)
                .await?;
            return linked_before(ctx, user, first, None).await;
        }
    }
    Ok(LinkOutcome::Linked(id))
}
