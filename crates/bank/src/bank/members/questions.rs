//! The questions that a bank asks after the password.

use super::new_guid;
use crate::store::members::{Asking, Challenge, Choice, Member};
use crate::world::Challenge as Asked;

/// The right answer, from MX's documentation.
const RIGHT: &str = "correct";
/// The answer that leads to another challenge.
pub const AGAIN: &str = "challenge";
/// MX's types of questions.
const KINDS: [&str; 5] = ["TEXT", "TOKEN", "OPTIONS", "IMAGE_DATA", "IMAGE_OPTIONS"];

/// Whether this is one of MX's types of questions.
pub fn is_kind(kind: &str) -> bool {
    KINDS.contains(&kind)
}

/// Returns the questions of a round.
pub fn questions(asking: &Asking, round: u8, member: &Member) -> Vec<Challenge> {
    match asking {
        Asking::Kinds {
            kinds, as_numbers, ..
        } => kinds
            .iter()
            .map(|kind| of_kind(kind, round, *as_numbers))
            .collect(),
        Asking::World => match asked(member) {
            Some(asked) => of_world(asked, round),
            None => vec![of_kind("TEXT", round, false)],
        },
    }
}

/// Returns the challenge that the simulated world sets the member's person, if any.
pub fn asked(member: &Member) -> Option<Asked> {
    member.record.log_in.as_ref()?.asked
}

fn of_kind(kind: &str, round: u8, as_number: bool) -> Challenge {
    let label = match (kind, round) {
        ("TOKEN", _) => "Please enter the code that was sent to your phone.",
        ("OPTIONS", _) => "Which of these is right?",
        ("IMAGE_DATA", _) => "What do you see in this picture?",
        ("IMAGE_OPTIONS", _) => "Which picture did you choose?",
        (_, 0) => "What city were you born in?",
        _ => "What was the name of your first pet?",
    };
    let options: &[(&str, &str)] = match kind {
        "OPTIONS" | "IMAGE_OPTIONS" => &[
            ("This one", RIGHT),
            ("Not this one", "wrong"),
            ("Another question, please", AGAIN),
        ],
        _ => &[],
    };
    let options = options
        .iter()
        .map(|(label, value)| choice(label, value))
        .collect();
    challenge(kind, label.to_owned(), options, RIGHT.to_owned(), as_number)
}

fn of_world(asked: Asked, round: u8) -> Vec<Challenge> {
    let plain = |kind: &str, label: String, options: Vec<Choice>, answer: String| {
        challenge(kind, label, options, answer, false)
    };
    match asked {
        Asked::Device if round == 0 => {
            let options = vec![
                choice("Text message to ••• ••• 0123", "text"),
                choice("Email to p•••@example.com", "mail"),
            ];
            let label = "How should we send your code?".to_owned();
            vec![plain("OPTIONS", label, options, "text".to_owned())]
        }
        Asked::Device => {
            let label = "Please enter the code.".to_owned();
            vec![plain("TOKEN", label, Vec::new(), "1234".to_owned())]
        }
        Asked::Questions { per_round, .. } => (0..per_round)
            .map(|n| {
                let label = format!("What is your answer to question {}?", n + 1);
                plain("TEXT", label, Vec::new(), format!("answer_{round}_{n}"))
            })
            .collect(),
        Asked::Selections {
            per_round, options, ..
        } => (0..per_round)
            .map(|n| {
                let value = |option: u8| format!("answer_{round}_{n}_{option}");
                let all = (0..options).map(|option| choice(&value(option), &value(option)));
                let label = format!("Which is right for question {}?", n + 1);
                plain("OPTIONS", label, all.collect(), value(0))
            })
            .collect(),
        Asked::YesNo => {
            let options = vec![choice("Yes", "Yes"), choice("No", "No")];
            let label = "Would you like to continue?".to_owned();
            vec![plain("OPTIONS", label, options, "Yes".to_owned())]
        }
    }
}

fn challenge(
    kind: &str,
    label: String,
    options: Vec<Choice>,
    answer: String,
    as_number: bool,
) -> Challenge {
    Challenge {
        guid: new_guid("CRD"),
        kind: kind.to_owned(),
        as_number,
        label,
        options,
        answer,
    }
}

fn choice(label: &str, value: &str) -> Choice {
    Choice {
        guid: new_guid("CRD"),
        label: label.to_owned(),
        value: value.to_owned(),
    }
}
