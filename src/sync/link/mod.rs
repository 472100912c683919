//! Link attempts, from the button to the connection.
//!
//! An attempt begins in [`begin`]. It ends in [`end`], by what the person's browser, the provider or a program reports.
//! It leads to a new connection ([`new_bank`]), to a repaired one ([`repair`]), or to none ([`leave`]). Its states and
//! steps are in the store's `linking/transitions.rs`.

mod begin;
mod challenged;
mod credentials;
mod duplicates;
mod end;
mod exchange;
mod granted;
mod intent;
mod leave;
mod new_bank;
mod offered;
mod repair;

pub use begin::{OpenedLink, attempt_to_open, begin_link, latest_attempt};
pub(super) use challenged::ask_person;
pub(super) use credentials::next_look;
pub use credentials::{
    TypedLink, TypedOutcome, answer_challenges, challenges, link_typed, log_in_again,
    own_login_url, take_links,
};
pub(super) use duplicates::retire_duplicate;
pub(super) use end::finish_unasked;
pub use end::{LinkExit, exit_link, finish_hosted, finish_link};
pub use new_bank::{finish_link_of_program, link_anyway, read_link_result};
pub use offered::{
    Finding, OfferedBank, OfferedBanks, Way, credential_fields, finding, institutions,
    provider_title, widget_url,
};

use super::SyncError;
use super::sealed::access_token;
use crate::context::Ctx;
use domain::attempt::{AttemptState, LinkAttempt};
use domain::connection::Connection;
use domain::id::{ConnectionId, LinkId};
use domain::provider::Challenge;
use domain::secret::Secret;
use domain::user::User;

/// The outcome of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkOutcome {
    /// A new connection; its first sync has been requested.
    Linked(ConnectionId),
    /// An existing connection was repaired, or its accounts were chosen again; a sync has been requested.
    Repaired(ConnectionId),
    /// This bank is already linked, so nothing was exchanged. The person may repair the connection or add accounts.
    AlreadyLinked {
        /// The existing connection.
        connection_id: ConnectionId,
        /// Its institution's name.
        institution: String,
        /// The names of the accounts that are the same.
        accounts: Vec<String>,
        /// The attempt that [`link_anyway`] can continue, or `None` when Link has to be opened again for that.
        waiting: Option<LinkId>,
    },
    /// A repair found nothing to repair; a sync has been requested.
    Unneeded(ConnectionId),
    /// A repair or a choice of accounts was left without a result.
    Unchanged {
        /// The connection, which is unchanged.
        connection_id: ConnectionId,
        /// Why, if something went wrong.
        reason: Option<String>,
    },
    /// A new bank was not linked. Holds the reason in words, if there is one.
    Exited(Option<String>),
    /// The exchange was cut short, and the provider does not repeat its answer. Nothing was linked here.
    Lost,
    /// The bank challenges the person; [`answer_challenges`] goes on.
    Challenged(Vec<Challenge>),
    /// Not finished yet.
    Open,
}

/// Returns a person's attempt, whatever its state.
async fn attempt(ctx: &Ctx, user: &User, id: &LinkId) -> Result<LinkAttempt, SyncError> {
    let attempt = ctx.store.link(&user.id, id).await?;
    attempt.ok_or(SyncError::NotFound)
}

/// Returns an attempt's outcome, or `None` while it is open.
async fn came_to(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
) -> Result<Option<LinkOutcome>, SyncError> {
    Ok(Some(match &attempt.state {
        AttemptState::Open | AttemptState::Challenged | AttemptState::Intended => return Ok(None),
        AttemptState::Linked(id) => LinkOutcome::Linked(id.clone()),
        AttemptState::Repaired(id) => LinkOutcome::Repaired(id.clone()),
        AttemptState::Duplicate { first, token_kept } => {
            let waiting = token_kept.then(|| attempt.id.clone());
            duplicates::linked_before(ctx, user, first.clone(), waiting).await?
        }
        AttemptState::Lost => LinkOutcome::Lost,
        AttemptState::Left => leave::without_result(attempt, None),
    }))
}

/// Returns a person's linked connection and its access token.
pub(super) async fn key_of(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
) -> Result<(Connection, Secret), SyncError> {
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
    let token = access_token(ctx, &connection, &sealed)?;
    Ok((connection, token))
}
