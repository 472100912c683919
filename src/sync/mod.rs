//! Linking banks and keeping them in step.

mod address;
mod check;
mod clean_up;
mod fetch;
mod institution;
mod link;
mod nudge;
mod pace;
pub mod plan;
mod progress;
mod refresh;
mod relink;
mod replay;
mod run;
mod sealed;
mod search_words;
mod unattended;
mod unlink;
mod webhook;

pub use address::{request_webhook_moves, tell_address};
pub use check::{
    Report, check_in_background, put_right, report_all, request_check, request_put_right,
};
pub use clean_up::{arm_forgotten, clean_up, optimize, request_clean_up, request_optimize};
pub use institution::{keep_institution, want_institutions};
pub use link::{
    Finding, LinkExit, LinkOutcome, OfferedBank, OfferedBanks, OpenedLink, TypedLink, TypedOutcome,
    Way, answer_challenges, attempt_to_open, begin_link, challenges, credential_fields, exit_link,
    finding, finish_hosted, finish_link, finish_link_of_program, institutions, latest_attempt,
    link_anyway, link_typed, log_in_again, own_login_url, provider_title, read_link_result,
    take_links, widget_url,
};
pub use progress::{BEING_CHECKED, progress};
pub use refresh::refresh_at_bank;
pub use relink::{MatchOutcome, confirm_matches, forget_account, put_off};
pub use replay::replay_webhook;
pub use run::sync_connection;
pub use search_words::{rebuild_search_words, want_search_words};
pub use unattended::finish_unattended;
pub use unlink::{confirm_unlink, delete_kept, unlink};
pub use webhook::{Webhook, take_webhook, write_refusals};

use crate::context::Ctx;
use crate::queue;
use domain::connection::{Call, Connection};
use domain::id::ConnectionId;
use domain::job::JobKind;
use domain::problem::Problem;
use domain::usage::Usage;
use domain::user::User;
use providers::Provider;

/// Why a link or a sync cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// There is none, or it is somebody else's.
    #[error("not found")]
    NotFound,
    /// The bank has not let the person in yet.
    #[error("not linked yet")]
    NotLinkedYet,
    /// The person has unlinked it: what was kept can be read, and nothing else be done.
    #[error("no longer linked")]
    NoLongerLinked,
    /// The provider refused; the problem's message is for the person.
    #[error("the provider refused: {0}")]
    Provider(#[from] Problem),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] store::StoreError),
}

/// Asks for a sync of one connection; it runs in the background.
///
/// # Errors
/// [`SyncError::NotFound`]; [`SyncError::NoLongerLinked`].
pub async fn request_sync(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<(), SyncError> {
    linked(ctx, user, id).await?;
    Ok(queue::request(ctx, JobKind::Sync, id.as_str(), ctx.clock.now()).await?)
}

/// Tells whether a connection is this person's, has been linked and has not ended.
async fn linked(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<(), SyncError> {
    match linked_or_linking(ctx, user, id).await? {
        connection if connection.linked_at.is_none() => Err(SyncError::NotLinkedYet),
        _ => Ok(()),
    }
}

/// A connection of this person's that has not ended.
async fn linked_or_linking(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
) -> Result<Connection, SyncError> {
    match ctx.store.connection(&user.id, id).await? {
        None => Err(SyncError::NotFound),
        Some(connection) if connection.unlink_asked_at.is_some() => Err(SyncError::NoLongerLinked),
        Some(connection) => Ok(connection),
    }
}

/// Asks for a sync of all of a person's connections.
pub async fn request_sync_of_all(ctx: &Ctx, user: &User) -> Result<(), SyncError> {
    ctx.store
        .request_syncs_of(&user.id, ctx.clock.now())
        .await?;
    ctx.work.notify_one();
    Ok(())
}

/// How much is used of what the providers allow.
#[must_use]
pub fn usage(ctx: &Ctx) -> Vec<Usage> {
    ctx.providers.all().flat_map(Provider::usage).collect()
}

/// Tells the providers' rooms what was called shortly before the program was started anew.
pub async fn recall_calls(ctx: &Ctx) -> Result<(), store::StoreError> {
    let window = jiff::SignedDuration::from_mins(1);
    let since = pace::after(ctx.clock.now(), -window);
    for provider in ctx.providers.all() {
        let calls = ctx.store.calls_since(provider.name(), since).await?;
        provider.recall(&calls);
    }
    Ok(())
}

/// Has a connection's next sync begin from nothing, so that its rows are made equal to the bank's. The person's
/// words on them stay.
pub async fn begin_again(ctx: &Ctx, id: &ConnectionId) -> Result<(), SyncError> {
    ctx.store.begin_again(id, ctx.clock.now()).await?;
    ctx.work.notify_one();
    Ok(())
}

/// Counts calls to providers and keeps the record of them.
pub async fn record_calls(ctx: &Ctx, calls: &[Call]) -> Result<(), SyncError> {
    for call in calls {
        ctx.metrics.called(call);
    }
    Ok(ctx.store.record_calls(calls).await?)
}
