//! From the public token to the connection.
//!
//! Plaid exchanges a public token once, and nobody can ask it for what it gave. So the intent is written down
//! first, the token sealed: a program that was stopped in between tries again, and where the provider has
//! exchanged it already, the attempt is kept as lost and the person told. That gap cannot be closed from here.

use jiff::SignedDuration;

use super::super::pace::after;
use super::super::sealed::{open, seal};
use super::super::{LinkOutcome, SyncError};
use super::duplicates::{already_linked, linked_before, retire_duplicate};
use crate::context::Ctx;
use crate::domain::id::ConnectionId;
use crate::domain::link::{LinkAttempt, LinkResult};
use crate::domain::problem::{Grant, Problem, Remedy};
use crate::domain::secret::Secret;
use crate::domain::user::User;
use crate::providers::plaid::{Key, problem};
use crate::store::{Intent, NewConnection, StoreError};

/// After so long, an exchange that nobody has finished is taken up again.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// Links what Link has linked, unless it is linked already. Without `attended` it is the background work
/// that does it, which comes back by itself when it is cut short.
pub(super) async fn link_new_bank(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    result: &LinkResult,
    attended: bool,
) -> Result<LinkOutcome, SyncError> {
    if let Some(outcome) = already_linked(ctx, user, result).await? {
        // Before the exchange there is no Item at the bank: dropping the token is all it takes.
        ctx.store.end_link(&attempt.id, ctx.clock.now()).await?;
        return Ok(outcome);
    }
    let begun = intended(ctx, user, attempt).await?;
    let begun = begun.is_some_and(|before| before.public_token == result.public_token);
    if !begun {
        intend(ctx, user, attempt, result, attended).await?;
    }
    exchange(ctx, user, attempt, result, begun).await
}

/// Goes on with an exchange that was begun and never finished; `None` when there is none.
pub(super) async fn resume(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
) -> Result<Option<LinkOutcome>, SyncError> {
    match intended(ctx, user, attempt).await? {
        Some(result) => exchange(ctx, user, attempt, &result, true).await.map(Some),
        None => Ok(None),
    }
}

async fn intend(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    result: &LinkResult,
    attended: bool,
) -> Result<(), SyncError> {
    let token = Secret::new(result.public_token.clone());
    let sealed = seal(ctx, &token, attempt.id.as_str(), user.id.as_str())?;
    let intent = Intent {
        link: &attempt.id,
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

/// Exchanges and keeps; `begun` when it was tried before and the answer was not kept.
async fn exchange(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    result: &LinkResult,
    begun: bool,
) -> Result<LinkOutcome, SyncError> {
    match ctx.providers.plaid.exchange(&result.public_token).await {
        Ok(grant) => keep(ctx, user, attempt, result, &grant).await,
        Err(refusal) if begun && refusal.code == "INVALID_PUBLIC_TOKEN" => {
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
    matches!(
        refusal.remedy,
        Remedy::Retry | Remedy::Restart | Remedy::Wait
    )
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
        provider: "plaid",
        item_id: &grant.item_id,
        institution_id: result.institution_id.as_deref(),
        institution_name: result.institution_name.as_deref().unwrap_or("Your bank"),
        sealed_token: &sealed,
        webhook_url: attempt.webhook_url.as_deref(),
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
    ctx.store.end_link(&attempt.id, ctx.clock.now()).await?;
    match ctx
        .store
        .connection_of_item(&user.id, "plaid", &grant.item_id)
        .await?
    {
        Some(first) => linked_before(ctx, user, first).await,
        None => Err(problem("INVALID_INPUT", "INVALID_PUBLIC_TOKEN", None).into()),
    }
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
    if ctx.store.has_lasting_ids(&user.id, &id).await? {
        let key = Key {
            token: &grant.access_token,
            connection: &id,
        };
        let connection = ctx.store.connection(&user.id, &id).await?;
        if let (Some(connection), Ok(accounts)) =
            (connection, ctx.providers.plaid.accounts(key).await)
            && let Some(first) = retire_duplicate(ctx, &connection, &accounts).await?
        {
            return linked_before(ctx, user, first).await;
        }
    }
    Ok(LinkOutcome::Linked(id))
}
