//! The people who have signed up here.

use super::view::{Lines, PersonLine, State, Tone};
use super::words::state;
use super::{Operator, OperatorError, PAGE};
use crate::auth::FieldProblem;
use crate::context::Ctx;
use crate::ledger::access;
use crate::ledger::when_or_until;
use crate::sync;
use domain::departure::{Departure, Suspension};
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

/// Returns one person.
///
/// # Errors
/// [`OperatorError::NotFound`].
pub async fn person(ctx: &Ctx, _: &Operator, id: &str) -> Result<PersonLine, OperatorError> {
    let id = UserId::parse(id).ok_or(OperatorError::NotFound)?;
    let now = ctx.clock.now().as_millisecond();
    let found = ctx.store.person_overseen(&id, now).await?;
    Ok(line(ctx, &found.ok_or(OperatorError::NotFound)?))
}

/// Suspends a person, or ends that. Returns a sentence with the result, or why it was refused.
///
/// # Errors
/// [`OperatorError::NotFound`].
pub async fn suspend(
    ctx: &Ctx,
    by: &Operator,
    id: &str,
    suspended: bool,
) -> Result<Result<&'static str, &'static str>, OperatorError> {
    let id = UserId::parse(id).ok_or(OperatorError::NotFound)?;
    let (operator, now) = (by.user(), ctx.clock.now());
    if operator.id == id {
        return Ok(Err("You can’t suspend yourself."));
    }
    let name = operator.full_name();
    let done = match suspended {
        true => ctx.store.suspend(&id, name, now).await?,
        false => ctx.store.unsuspend(&id, name, now).await?,
    };
    tracing::info!(operator = %operator.id, user = %id, suspended, ?done, "an operator suspended a person or ended that");
    match done {
        Suspension::Unknown => Err(OperatorError::NotFound),
        Suspension::Demo => Ok(Err("The demo user can’t be suspended.")),
        Suspension::LastAdmin => Ok(Err("The only admin can’t be suspended.")),
        Suspension::Already if suspended => Ok(Ok("This user is already suspended.")),
        Suspension::Already => Ok(Ok("This user isn’t suspended.")),
        Suspension::Done if suspended => Ok(Ok("Suspended and logged out everywhere.")),
        Suspension::Done => {
            ctx.store.request_syncs_of(&id, now).await?;
            ctx.work.notify_one();
            Ok(Ok("The suspension has ended."))
        }
    }
}

/// Deletes a person whose email was typed to confirm it. Returns a sentence with the result, or the field and why it
/// was refused.
///
/// # Errors
/// [`OperatorError::NotFound`].
pub async fn delete_person(
    ctx: &Ctx,
    by: &Operator,
    id: &str,
    email: &str,
) -> Result<Result<&'static str, FieldProblem>, OperatorError> {
    let id = UserId::parse(id).ok_or(OperatorError::NotFound)?;
    let user = ctx.store.user(&id).await?.ok_or(OperatorError::NotFound)?;
    let refused = |field, message: &str| {
        let message = message.to_owned();
        Ok(Err(FieldProblem { field, message }))
    };
    if by.user().id == id {
        return refused("", "You can delete your own account in Settings.");
    }
    if email.trim().to_lowercase() != user.email.folded() {
        return refused("email", "That isn’t this user’s email.");
    }
    let departure = sync::delete_person(ctx, &id).await?;
    tracing::info!(operator = %by.user().id, user = %id, ?departure, "an operator deleted a person");
    match departure {
        Departure::Gone => Ok(Ok("The user was deleted.")),
        Departure::Waiting => Ok(Ok(
            "The user can’t log in any more and is deleted once their banks are unlinked.",
        )),
        Departure::LastAdmin => refused("", "The only admin can’t be deleted."),
        Departure::Demo => refused("", "The demo user can’t be deleted."),
        Departure::Unknown => Ok(Ok("This user is being deleted already.")),
    }
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
        standing: standing(person),
        suspended: person.suspended,
        leaving: person.leaving,
    }
}

fn standing(person: &PersonOverseen) -> Option<State> {
    match (person.leaving, person.suspended) {
        (true, _) => Some(state(Tone::Warn, "Being deleted")),
        (false, true) => Some(state(Tone::Warn, "Suspended")),
        (false, false) => None,
    }
}

fn role(role: Role) -> Option<State> {
    match role {
        Role::Person => None,
        Role::Operator => Some(state(Tone::Good, "Admin")),
        Role::Demo => Some(state(Tone::Plain, "Demo person")),
    }
}
