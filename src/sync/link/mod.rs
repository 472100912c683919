//! From the button to the connection. An attempt to link begins here ([`begin`]), comes to its end by what the person's
//! browser says, what the provider says, or a program ([`end`]), and leads to a new connection ([`new_bank`]), to a
//! repaired one ([`repair`]), or to none ([`leave`]). Its states and steps are the store's `linking/transitions.rs`.

mod begin;
mod challenged;
mod duplicates;
mod end;
mod exchange;
mod granted;
mod intent;
mod leave;
mod new_bank;
mod offered;
mod repair;
mod typed;

pub use begin::{OpenedLink, attempt_to_open, begin_link, latest_attempt};
pub(super) use challenged::ask_person;
pub(super) use duplicates::retire_duplicate;
pub(super) use end::finish_unasked;
pub use end::{LinkExit, exit_link, finish_hosted, finish_link};
pub use new_bank::{finish_link_of_program, link_anyway, read_link_result};
pub use offered::{
    Finding, OfferedBank, OfferedBanks, Way, credential_fields, finding, institutions,
    provider_title, widget_url,
};
pub(super) use typed::next_look;
pub use typed::{
    TypedLink, TypedOutcome, answer_challenges, challenges, link_typed, log_in_again,
    own_login_url, take_links,
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

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkOutcome {
    /// A new connection; its first sync has been asked for.
    Linked(ConnectionId),
    /// An existing connection was repaired or its accounts chosen anew; a sync has been asked for.
    Repaired(ConnectionId),
    /// This bank is linked already, so nothing was exchanged: the person may repair it or add accounts.
    AlreadyLinked {
        /// The one there is.
        connection_id: ConnectionId,
        /// Its institution.
        institution: String,
        /// The names of the accounts that are the same.
        accounts: Vec<String>,
        /// The attempt that [`link_anyway`] can go on with; `None` when Link has to be opened again for that.
        waiting: Option<LinkId>,
    },
    /// A repair found nothing to repair; a sync has been asked for.
    Unneeded(ConnectionId),
    /// A repair or a choice of accounts was left without a result; the reason in words, if there is one.
    Unchanged {
        /// The connection, which is as it was.
        connection_id: ConnectionId,
        /// Why, if something went wrong.
        reason: Option<String>,
    },
    /// A new bank was not linked; the reason in words, if there is one.
    Exited(Option<String>),
    /// The exchange was cut short, and the provider does not repeat its answer: nothing was linked here.
    Lost,
    /// The bank asks the person something: [`answer_challenges`] goes on.
    Challenged(Vec<Challenge>),
    /// Not finished yet.
    Open,
}

/// A person's attempt, whatever its state.
async fn attempt(ctx: &Ctx, user: &User, id: &LinkId) -> Result<LinkAttempt, SyncError> {
    let attempt = ctx.store.link(&user.id, id).await?;
    attempt.ok_or(SyncError::NotFound)
}

/// What an attempt came to; `None` while it goes on.
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

/// A connection of this person's that is linked, and the key to it.
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
