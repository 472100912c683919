//! The people who have signed up here.

use super::view::{Lines, PersonLine, State, Tone};
use super::words::state;
use super::{Operator, OperatorError, PAGE};
use crate::context::Ctx;
use crate::ledger::access;
use crate::ledger::when_or_until;
use domain::id::UserId;
use domain::page::cut;
use domain::user::Role;
use domain::wording::counted_or_no;
use store::PersonOverseen;

/// Returns people, the newest first. `after` is the place that the previous page gave.
pub async fn people(
    ctx: &Ctx,
    _: &Operator,
    after: &str,
) -> Result<Lines<PersonLine>, OperatorError> {
    let now = ctx.clock.now().as_millisecond();
    let after = UserId::parse(after);
    let found = ctx
        .store
        .people_overseen(after.as_ref(), now, PAGE + 1)
        .await?;
    let (found, older) = cut(found, PAGE, |person| person.user.id.to_string());
    let lines = found.iter().map(|person| line(ctx, person)).collect();
    Ok(Lines { lines, older })
}

/// Logs a person out everywhere: ends their browser sessions, their programs' tokens and their API keys. Their webhooks
/// stay, because they carry neither amounts nor names. The person's activity names the operator.
///
/// # Errors
/// [`OperatorError::NotFound`].
pub async fn end_sessions(ctx: &Ctx, by: &Operator, id: &str) -> Result<String, OperatorError> {
    let id = UserId::parse(id).ok_or(OperatorError::NotFound)?;
    let user = ctx.store.user(&id).await?.ok_or(OperatorError::NotFound)?;
    let (operator, now) = (by.user(), ctx.clock.now());
    let name = operator.full_name();
    let ended = ctx.store.end_access_for_operator(&id, name, now).await?;
    tracing::info!(operator = %operator.id, user = %id, ?ended, "an operator logged a person out everywhere");
    let words = access(&ended);
    Ok(match words.is_empty() {
        true => format!("{} wasn’t logged in anywhere.", user.full_name()),
        false => format!("{} is logged out. Ended: {words}.", user.full_name()),
    })
}

fn line(ctx: &Ctx, person: &PersonOverseen) -> PersonLine {
    let user = &person.user;
    PersonLine {
        id: user.id.to_string(),
        name: user.full_name(),
        email: user.email.as_str().to_owned(),
        since: when_or_until(&ctx.clock, user.created_at),
        seen: person.seen_at.map(|at| when_or_until(&ctx.clock, at)),
        connections: counted_or_no(person.connections, "bank"),
        role: role(user.role),
        access: access(&person.access),
    }
}

fn role(role: Role) -> Option<State> {
    match role {
        Role::Person => None,
        Role::Operator => Some(state(Tone::Good, "Admin")),
        Role::Demo => Some(state(Tone::Plain, "Demo person")),
    }
}
