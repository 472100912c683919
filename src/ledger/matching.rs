//! Proposes which accounts of a relinked bank are the same as accounts of the earlier link.

use super::LedgerError;
use super::view::{AccountBefore, Choice, Matching};
use crate::context::Ctx;
use domain::id::ConnectionId;
use domain::matching::{Because, Likeness, propose};
use domain::user::User;
use domain::wording::day;
use store::AccountToMatch;

/// Returns the accounts to match, as they are stored now.
///
/// # Errors
/// [`LedgerError::NotFound`] when the connection is not this person's or has ended.
pub async fn matching(ctx: &Ctx, user: &User, id: &str) -> Result<Matching, LedgerError> {
    let id = ConnectionId::parse(id).ok_or(LedgerError::NotFound)?;
    let connection = ctx
        .store
        .connection(&user.id, &id)
        .await?
        .filter(|connection| connection.unlink_asked_at.is_none())
        .ok_or(LedgerError::NotFound)?;
    let (before, now) = ctx.store.accounts_to_match(&user.id, &id).await?;
    let likes = |all: &[AccountToMatch]| all.iter().map(|a| a.like.clone()).collect::<Vec<_>>();
    let proposed = propose(&likes(&before), &likes(&now));
    let before = before
        .iter()
        .zip(proposed)
        .filter_map(|(old, proposed)| {
            let choices: Vec<Choice> = now
                .iter()
                .filter(|new| new.like.kind == old.like.kind)
                .map(|new| Choice {
                    value: new.like.id.to_string(),
                    label: name(&new.like),
                })
                .collect();
            (!choices.is_empty()).then(|| AccountBefore {
                id: old.like.id.to_string(),
                name: name(&old.like),
                detail: detail(ctx, old),
                choices,
                because: proposed
                    .as_ref()
                    .map_or("", |(_, why)| words(*why))
                    .to_owned(),
                proposed: proposed.map_or_else(String::new, |(new, _)| new.to_string()),
            })
        })
        .collect();
    Ok(Matching {
        connection_id: id.to_string(),
        institution: connection.institution_name,
        ready: connection.history_complete_at.is_some(),
        before,
    })
}

fn words(because: Because) -> &'static str {
    match because {
        Because::LastingId => "The bank says these are the same account.",
        Because::Looks => "They have the same name, last digits and type.",
    }
}

fn name(of: &Likeness) -> String {
    match of.mask.as_deref().filter(|mask| !mask.is_empty()) {
        Some(mask) => format!("{} ••{mask}", of.name),
        None => of.name.clone(),
    }
}

fn detail(ctx: &Ctx, old: &AccountToMatch) -> String {
    let rows = old.days.map_or_else(
        || "no transactions".to_owned(),
        |(first, last)| format!("transactions from {} to {}", day(first), day(last)),
    );
    old.closed_at.map_or(rows.clone(), |at| {
        format!("{rows}, unlinked on {}", day(ctx.clock.date_of(at)))
    })
}
