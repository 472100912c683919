//! Linking banks and keeping them in step.

use crate::context::Ctx;
use crate::domain::id::{ConnectionId, LinkId};
use crate::domain::link::{LinkAttempt, LinkResult};
use crate::domain::problem::Problem;
use crate::domain::user::User;
use crate::ledger::view::Progress;

/// Why a link or a sync cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// There is none, or it is somebody else's.
    #[error("not found")]
    NotFound,
    /// The provider refused; the problem's message is for the person.
    #[error("the provider refused: {0}")]
    Provider(#[from] Problem),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] crate::store::StoreError),
}

/// What a person wants from Link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// A new bank.
    NewBank,
    /// Log in again at a bank that is linked.
    Repair(ConnectionId),
    /// Choose accounts again at a bank that is linked.
    AddAccounts(ConnectionId),
}

/// What came of a finished Link session.
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
    },
    /// Left without a result; the reason in words, if there is one.
    Exited(Option<String>),
    /// Not finished yet.
    Open,
}

/// Begins to link: asks the provider for a token. With `hosted`, for a page of the provider's too
/// (browsers without scripts), which comes back to `/link/{id}/return`.
///
/// # Errors
/// When the connection is not this person's, or the provider refuses.
pub async fn begin_link(
    _ctx: &Ctx,
    _user: &User,
    _purpose: LinkPurpose,
    _hosted: bool,
) -> Result<LinkAttempt, SyncError> {
    Err(SyncError::NotFound)
}

/// The attempt with this id, if it is this person's and not finished.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn link_attempt(
    _ctx: &Ctx,
    _user: &User,
    _id: &LinkId,
) -> Result<LinkAttempt, SyncError> {
    Err(SyncError::NotFound)
}

/// Ends an attempt with what Link's script handed over.
///
/// # Errors
/// When the attempt is not this person's, or the provider refuses the exchange.
pub async fn finish_link(
    _ctx: &Ctx,
    _user: &User,
    _id: &LinkId,
    _result: LinkResult,
) -> Result<LinkOutcome, SyncError> {
    Err(SyncError::NotFound)
}

/// Ends an attempt by asking the provider what came of it (Hosted Link).
///
/// # Errors
/// As [`finish_link`].
pub async fn finish_hosted(
    _ctx: &Ctx,
    _user: &User,
    _id: &LinkId,
) -> Result<LinkOutcome, SyncError> {
    Err(SyncError::NotFound)
}

/// The newest attempt of this person that is not finished: what an OAuth return goes on with.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn latest_attempt(_ctx: &Ctx, _user: &User) -> Result<LinkAttempt, SyncError> {
    Err(SyncError::NotFound)
}

/// What Link's script says when the person leaves without a result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkExit {
    /// The provider's error code; empty when the person simply left.
    pub error_code: String,
    /// The institution's name, if one was chosen.
    pub institution: String,
    /// The provider's number for the call.
    pub request_id: String,
}

/// Ends an attempt that led to nothing.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn exit_link(
    _ctx: &Ctx,
    _user: &User,
    _id: &LinkId,
    _exit: LinkExit,
) -> Result<LinkOutcome, SyncError> {
    Err(SyncError::NotFound)
}

/// Asks for a sync of one connection; it runs in the background.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn request_sync(_ctx: &Ctx, _user: &User, _id: &ConnectionId) -> Result<(), SyncError> {
    Err(SyncError::NotFound)
}

/// Asks for a sync of all of a person's connections.
///
/// # Errors
/// When the database fails.
pub async fn request_sync_of_all(_ctx: &Ctx, _user: &User) -> Result<(), SyncError> {
    Err(SyncError::NotFound)
}

/// Has the provider ask the bank now (a paid call, only with `PLAID_PAID_REFRESH=on`), then syncs.
///
/// # Errors
/// [`SyncError::NotFound`]; the provider's refusal.
pub async fn refresh_at_bank(
    _ctx: &Ctx,
    _user: &User,
    _id: &ConnectionId,
) -> Result<(), SyncError> {
    Err(SyncError::NotFound)
}

/// How far a connection is.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn progress(_ctx: &Ctx, _user: &User, _id: &ConnectionId) -> Result<Progress, SyncError> {
    Err(SyncError::NotFound)
}
