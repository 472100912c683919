//! Detects that a bank is already linked: before the exchange where that is possible, otherwise after it.

use super::super::SyncError;
use super::LinkOutcome;
use crate::context::Ctx;
use domain::connection::Connection;
use domain::feed::FeedAccount;
use domain::id::{ConnectionId, LinkId};
use domain::link::{LinkResult, LinkedAccount};
use domain::user::User;
use store::{AccountOfInstitution, StoreError};

/// The existing connection that a new bank looks like.
pub(super) struct LooksLike {
    pub connection_id: ConnectionId,
    institution: String,
    accounts: Vec<String>,
}

impl LooksLike {
    /// Returns the outcome to show to the person. `waiting` is the attempt whose token is kept.
    pub(super) fn outcome(self, waiting: Option<LinkId>) -> LinkOutcome {
        LinkOutcome::AlreadyLinked {
            connection_id: self.connection_id,
            institution: self.institution,
            accounts: self.accounts,
            waiting,
        }
    }
}

/// Returns the connection to this bank, if it is already linked: the same institution with an account of the same name,
/// digits and type. A second link would cost a second subscription and show every row twice.
pub(super) async fn already_linked(
    ctx: &Ctx,
    user: &User,
    provider: &str,
    result: &LinkResult,
) -> Result<Option<LooksLike>, SyncError> {
    let Some(institution) = &result.institution_id else {
        return Ok(None);
    };
    let known = ctx
        .store
        .accounts_of_institution(&user.id, provider, institution)
        .await?;
    let same: Vec<&AccountOfInstitution> = known
        .iter()
        .filter(|known| result.accounts.iter().any(|new| is_same(known, new)))
        .collect();
    let Some(first) = same.first() else {
        return Ok(None);
    };
    let Some(connection_id) = ConnectionId::parse(&first.connection_id) else {
        return Ok(None);
    };
    Ok(Some(LooksLike {
        connection_id,
        institution: first.institution_name.clone(),
        accounts: same
            .iter()
            .filter(|a| a.connection_id == first.connection_id)
            .map(|a| a.name.clone())
            .collect(),
    }))
}

/// Missing digits prove nothing: many people have a "Checking" at the same bank.
fn is_same(known: &AccountOfInstitution, new: &LinkedAccount) -> bool {
    let digits = known.mask.as_deref().filter(|mask| !mask.trim().is_empty());
    digits.is_some()
        && digits == new.mask.as_deref()
        && known.kind == new.kind
        && known.name == new.name
}

/// Ends a new connection whose accounts are already linked, and returns the earlier connection. `None` if it is no
/// duplicate. The bank gives both the same persistent account ids, which are known only after the exchange. The
/// provider is told through the outbox, the person through a notice at the earlier connection.
pub(in crate::sync) async fn retire_duplicate(
    ctx: &Ctx,
    connection: &Connection,
    accounts: &[FeedAccount],
) -> Result<Option<ConnectionId>, StoreError> {
    let lasting: Vec<String> = accounts
        .iter()
        .filter_map(|account| account.persistent_id.clone())
        .collect();
    if lasting.is_empty() || connection.last_synced_at.is_some() {
        return Ok(None);
    }
    let first = ctx
        .store
        .retire_duplicate(connection, &lasting, ctx.clock.now())
        .await?;
    if let Some(first) = &first {
        tracing::warn!(connection = %connection.id, first = %first, "linked a second time; the second link is ended");
        ctx.work.notify_one();
    }
    Ok(first)
}

/// Returns the outcome to show to a person whose bank is already linked.
pub(super) async fn linked_before(
    ctx: &Ctx,
    user: &User,
    id: ConnectionId,
    waiting: Option<LinkId>,
) -> Result<LinkOutcome, SyncError> {
    let connection = ctx.store.connection(&user.id, &id).await?;
    let accounts = ctx.store.accounts(&user.id).await?;
    Ok(LinkOutcome::AlreadyLinked {
        institution: connection.map_or_else(String::new, |c| c.institution_name),
        accounts: accounts
            .into_iter()
            .filter(|a| a.account.connection_id == id && a.account.closed_at.is_none())
            .map(|a| a.account.name)
            .collect(),
        connection_id: id,
        waiting,
    })
}
