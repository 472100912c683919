//! Who has signed up here.

use super::view::{Lines, PersonLine, State, Tone};
use super::words::{counted, state, when};
use super::{Operator, OperatorError, PAGE, page};
use crate::context::Ctx;
use crate::domain::id::UserId;
use crate::domain::user::Role;
use crate::store::PersonOverseen;

/// People, the newest first; `after` is what the page before said.
///
/// # Errors
/// When the database fails.
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
    let (found, older) = page(found, |person| person.user.id.to_string());
    let lines = found.iter().map(|person| line(ctx, person)).collect();
    Ok(Lines { lines, older })
}

/// Ends every session of a person, in browsers and of programs that logged in with the password: whoever has one
/// of them has to log in again. Keys that the person made for programs go on: they are the person's to delete.
///
/// # Errors
/// [`OperatorError::NotFound`]; when the database fails.
pub async fn end_sessions(ctx: &Ctx, by: &Operator, id: &str) -> Result<String, OperatorError> {
    let id = UserId::parse(id).ok_or(OperatorError::NotFound)?;
    let user = ctx.store.user(&id).await?.ok_or(OperatorError::NotFound)?;
    let now = ctx.clock.now().as_millisecond();
    let ended =
        ctx.store.delete_sessions_of(&id).await? + ctx.store.revoke_families_of(&id, now).await?;
    tracing::info!(operator = %by.user().id, user = %id, ended, "all sessions of a person were ended");
    let sessions = counted(i64::try_from(ended).unwrap_or(i64::MAX), "session");
    Ok(match ended {
        0 => format!("{} was logged in nowhere.", user.full_name()),
        1 => format!("1 session of {} was ended.", user.full_name()),
        _ => format!("{sessions} of {} were ended.", user.full_name()),
    })
}

fn line(ctx: &Ctx, person: &PersonOverseen) -> PersonLine {
    let user = &person.user;
    PersonLine {
        id: user.id.to_string(),
        name: user.full_name(),
        email: user.email.as_str().to_owned(),
        since: when(ctx, user.created_at),
        seen: person.seen_at.map(|at| when(ctx, at)),
        connections: counted(person.connections, "bank"),
        role: role(user.role),
        sessions: match person.sessions {
            0 => String::new(),
            n => format!("logged in on {}", counted(n, "browser")),
        },
    }
}

fn role(role: Role) -> Option<State> {
    match role {
        Role::Person => None,
        Role::Operator => Some(state(Tone::Good, "Operator")),
        Role::Demo => Some(state(Tone::Plain, "Demo person")),
    }
}
