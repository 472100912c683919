//! Evaluates the answers to a bank's questions.

use super::no;
use super::questions::{AGAIN, asked};
use super::verdict::forced;
use crate::bank::Refusal;
use crate::store::members::{Asking, Challenge, Member, Outcome};
use crate::world::Challenge as Asked;

/// Returns the outcome and the round with which a run continues. Each answer is a guid and a value.
pub fn judge(
    asking: &Asking,
    round: u8,
    member: &Member,
    answers: &[(String, String)],
) -> Result<(Outcome, u8), Refusal> {
    let challenges = &member.record.challenges;
    let known = |guid: &str| challenges.iter().any(|one| one.guid == guid);
    if answers.is_empty() || !answers.iter().all(|(guid, _)| known(guid)) {
        return Err(no(
            400,
            "The challenges do not belong to this member's aggregation.",
        ));
    }
    let status = |name: &str| Outcome::Status(Some(name.to_owned()));
    if let Asking::Kinds {
        kinds,
        rounds,
        as_numbers,
    } = asking
    {
        let words = || answers.iter().map(|(_, value)| value.as_str());
        if let Some(word) = words().find_map(forced) {
            return Ok((status(word), round));
        }
        if words().any(|word| word == AGAIN) {
            let more = Asking::Kinds {
                kinds: kinds.clone(),
                rounds: rounds.saturating_add(1),
                as_numbers: *as_numbers,
            };
            return Ok((Outcome::Challenge(more), round.saturating_add(1)));
        }
    }
    if !challenges.iter().all(|one| is_right(one, answers)) {
        return Ok((status("REJECTED"), round));
    }
    Ok(match rounds(asking, member) {
        rounds if round.saturating_add(1) < rounds => {
            (Outcome::Challenge(asking.clone()), round.saturating_add(1))
        }
        _ => (status("CONNECTED"), round),
    })
}

/// An option can be chosen by its value or by its guid.
fn is_right(challenge: &Challenge, answers: &[(String, String)]) -> bool {
    let given = answers.iter().find(|(guid, _)| *guid == challenge.guid);
    given.is_some_and(|(_, value)| {
        let chosen = challenge.options.iter().find(|one| one.guid == *value);
        chosen.map_or(value.trim(), |one| one.value.as_str()) == challenge.answer
    })
}

fn rounds(asking: &Asking, member: &Member) -> u8 {
    match asking {
        Asking::Kinds { rounds, .. } => *rounds,
        Asking::World => match asked(member) {
            Some(Asked::Device) => 2,
            Some(Asked::Questions { rounds, .. } | Asked::Selections { rounds, .. }) => rounds,
            Some(Asked::YesNo) | None => 1,
        },
    }
}
