//! The state of all people's connections.

use super::view::{ConnectionLine, Lines, State, Tone};
use super::words::state;
use super::{Operator, OperatorError, PAGE};
use crate::context::Ctx;
use crate::ledger;
use crate::ledger::when_or_until;
use crate::sync;
use domain::connection::Connection;
use domain::id::ConnectionId;
use domain::page::cut;
use domain::problem::{Problem, Remedy};
use domain::text::isolated;
use store::ConnectionOverseen;

/// Returns connections, the newest first: all, or only those in trouble. `after` is the place that the previous page
/// gave.
pub async fn connections(
    ctx: &Ctx,
    _: &Operator,
    failing_only: bool,
    after: &str,
) -> Result<Lines<ConnectionLine>, OperatorError> {
    let after = ConnectionId::parse(after);
    let found = ctx
        .store
        .connections_overseen(failing_only, after.as_ref(), PAGE + 1)
        .await?;
    let (found, older) = cut(found, PAGE, |overseen| overseen.connection.id.to_string());
    let lines = found.iter().map(|overseen| line(ctx, overseen)).collect();
    Ok(Lines { lines, older })
}

/// Asks for a sync of any person's connection.
///
/// # Errors
/// [`OperatorError::NotFound`], also when the connection is being unlinked.
pub async fn sync_now(ctx: &Ctx, by: &Operator, id: &str) -> Result<(), OperatorError> {
    let id = ConnectionId::parse(id).ok_or(OperatorError::NotFound)?;
    let owner = ctx
        .store
        .owner_of(&id)
        .await?
        .ok_or(OperatorError::NotFound)?;
    let owner = ctx
        .store
        .user(&owner)
        .await?
        .ok_or(OperatorError::NotFound)?;
    sync::request_sync(ctx, &owner, &id).await?;
    tracing::info!(operator = %by.user().id, connection = %id, "an operator asked for a sync");
    Ok(())
}

fn line(ctx: &Ctx, overseen: &ConnectionOverseen) -> ConnectionLine {
    let connection = &overseen.connection;
    let linked = connection.unlink_asked_at.is_none();
    let problem = connection.problem.as_ref().filter(|_| linked);
    ConnectionLine {
        id: connection.id.to_string(),
        institution: connection.institution_name.clone(),
        mark: ledger::mark(&connection.institution_name, None),
        owner: overseen.owner.clone(),
        state: how(connection, overseen.running),
        synced: connection
            .last_synced_at
            .map(|at| when_or_until(&ctx.clock, at)),
        next: overseen
            .next_at
            .filter(|_| linked && !overseen.running)
            .map(|at| when_or_until(&ctx.clock, at)),
        problem: problem.map(|problem| {
            format!(
                "{} {}",
                isolated(&connection.institution_name),
                problem.message
            )
        }),
        reference: problem.map(Problem::reference),
        can_sync: linked,
    }
}

fn how(connection: &Connection, running: bool) -> State {
    if connection.unlinked_at.is_some() {
        return state(Tone::Plain, "Unlinked");
    }
    if connection.unlink_asked_at.is_some() {
        return state(Tone::Warn, "Unlinking");
    }
    match connection.problem.as_ref().map(Problem::remedy) {
        Some(Remedy::Retry | Remedy::Restart) => state(Tone::Warn, "Retrying"),
        Some(Remedy::Wait) => state(Tone::Warn, "Bank isn’t responding"),
        Some(Remedy::Repair) => state(Tone::Warn, "Needs log-in"),
        Some(Remedy::ActAtBank) => state(Tone::Warn, "Needs action at the bank"),
        Some(Remedy::Relink) => state(Tone::Wrong, "Needs linking again"),
        Some(Remedy::Operator) => state(Tone::Wrong, "Needs you"),
        None if running => state(Tone::Plain, "Syncing"),
        None if connection.history_complete_at.is_none() => state(Tone::Plain, "First sync"),
        None => state(Tone::Good, "Healthy"),
    }
}
