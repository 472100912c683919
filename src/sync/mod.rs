//! Links banks and keeps their connections in sync.
//!
//! A sync fetches a connection's pages and applies them in one transaction. This room also ends connections, compares
//! them with the bank, takes webhooks, and keeps institutions and webhook addresses up to date. The doors and
//! `operator/` call it; it reaches banks only through `providers/`.

mod abandoned;
mod address;
mod check;
mod clean_up;
mod departure;
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
mod try_this;
mod unlink;
mod webhook;

pub use abandoned::finish_unattended;
pub use address::{request_webhook_moves, tell_address};
pub use check::{
    Report, check_in_background, put_right, report_all, request_check, request_put_right,
};
pub use clean_up::{arm_forgotten, clean_up, optimize, request_clean_up, request_optimize};
pub use departure::delete_person;
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
pub use try_this::{Purchase, Tried, TryThis, expire_log_in, make_purchase, to_try};
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

/// Why a link or a sync cannot proceed.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// It does not exist, or belongs to another person.
    #[error("not found")]
    NotFound,
    /// The bank has not accepted a log-in yet.
    #[error("not linked yet")]
    NotLinkedYet,
    /// The person has unlinked it. Kept rows can be read, but nothing else can be done.
    #[error("no longer linked")]
    NoLongerLinked,
    /// The provider refused. The problem's message is for the person.
    #[error("the provider refused: {0}")]
    Provider(#[from] Problem),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] store::StoreError),
}

/// Requests a sync of one connection, which runs in the background.
///
/// # Errors
/// [`SyncError::NotFound`]; [`SyncError::NoLongerLinked`].
pub async fn request_sync(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<(), SyncError> {
    linked(ctx, user, id).await?;
    Ok(queue::request(ctx, JobKind::Sync, id.as_str(), ctx.clock.now()).await?)
}

/// Checks that a connection belongs to this person, has been linked and has not ended.
async fn linked(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<(), SyncError> {
    match linked_or_linking(ctx, user, id).await? {
        connection if connection.linked_at.is_none() => Err(SyncError::NotLinkedYet),
        _ => Ok(()),
    }
}

/// Returns a connection of this person that has not ended.
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

/// Requests a sync of all of a person's connections.
pub async fn request_sync_of_all(ctx: &Ctx, user: &User) -> Result<(), SyncError> {
    ctx.store
        .request_syncs_of(&user.id, ctx.clock.now())
        .await?;
    ctx.work.notify_one();
    Ok(())
}

/// Returns how much of the providers' limits is used.
#[must_use]
pub fn usage(ctx: &Ctx) -> Vec<Usage> {
    ctx.providers.all().flat_map(Provider::usage).collect()
}

/// Gives the providers' limiters the calls made in the minute before the program started.
pub async fn recall_calls(ctx: &Ctx) -> Result<(), store::StoreError> {
    let window = jiff::SignedDuration::from_mins(1);
    let since = pace::after(ctx.clock.now(), -window);
    for provider in ctx.providers.all() {
        let calls = ctx.store.calls_since(provider.name(), since).await?;
        provider.recall(&calls);
    }
    Ok(())
}

/// Has a connection's next sync start from the beginning, so that its rows become equal to the bank's. The person's own
/// values stay.
pub async fn begin_again(ctx: &Ctx, id: &ConnectionId) -> Result<(), SyncError> {
    ctx.store.begin_again(id, ctx.clock.now()).await?;
    ctx.work.notify_one();
    Ok(())
}

/// Counts calls to providers and stores the record of them.
pub async fn record_calls(ctx: &Ctx, calls: &[Call]) -> Result<(), SyncError> {
    for call in calls {
        ctx.metrics.called(call);
    }
    Ok(ctx.store.record_calls(calls).await?)
}
