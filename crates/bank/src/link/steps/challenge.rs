//! Challenges: a code, questions, choices. The right answers are those of Plaid's Sandbox.

use serde_json::json;

use super::signed_in;
use crate::link::answers::Answers;
use crate::link::flow::Step;
use crate::link::visit::Visit;
use crate::world::{Challenge, SignIn};

/// The places where the bank offers to send a code.
pub(in crate::link) const DEVICES: [&str; 2] =
    ["Text message to ••• ••• 0123", "Email to p•••@example.com"];

const CODE: &str = "1234";

/// Returns the first page of a challenge.
pub(super) fn first(challenge: Challenge) -> Step {
    match challenge {
        Challenge::Device => Step::Device,
        Challenge::Questions { .. } => Step::Questions(0),
        Challenge::Selections { .. } => Step::Selections(0),
        Challenge::YesNo => Step::YesNo,
    }
}

pub(super) fn take(visit: &mut Visit, answers: &Answers) {
    let step = visit.flow.step;
    let Some(challenge) = visit.challenge() else {
        super::ask_password_again(visit);
        return;
    };
    visit.event(
        "SUBMIT_MFA",
        [
            ("view_name", json!("MFA")),
            ("mfa_type", json!(step.mfa_type())),
        ],
    );
    match judge(step, challenge, answers) {
        Verdict::Next(next) => visit.go(next),
        Verdict::Done => visit.go(signed_in(visit)),
        Verdict::Wrong(code) => visit.stumble(code, None),
    }
}

enum Verdict {
    Next(Step),
    Done,
    Wrong(&'static str),
}

fn judge(step: Step, challenge: Challenge, answers: &Answers) -> Verdict {
    let right = match (step, challenge) {
        (Step::Device, _) => {
            let known = answers
                .get("device")
                .parse::<usize>()
                .is_ok_and(|n| n < DEVICES.len());
            return if known {
                Verdict::Next(Step::Code)
            } else {
                Verdict::Wrong("INVALID_SEND_METHOD")
            };
        }
        (Step::Code, _) => answers.get("code").trim() == CODE,
        (Step::YesNo, _) => answers.get("answer_0_0") == "Yes",
        (Step::Questions(round), Challenge::Questions { per_round, .. }) => {
            (0..per_round).all(|n| {
                let name = format!("answer_{round}_{n}");
                answers.get(&name).trim() == name
            })
        }
        (Step::Selections(round), Challenge::Selections { per_round, .. }) => {
            (0..per_round).all(|n| {
                let name = format!("answer_{round}_{n}");
                answers.get(&name) == format!("{name}_0")
            })
        }
        _ => false,
    };
    if right {
        after(step, challenge)
    } else {
        Verdict::Wrong("INVALID_MFA")
    }
}

fn after(step: Step, challenge: Challenge) -> Verdict {
    match (step, challenge) {
        (Step::Questions(round), Challenge::Questions { rounds, .. }) if round + 1 < rounds => {
            Verdict::Next(Step::Questions(round + 1))
        }
        (Step::Selections(round), Challenge::Selections { rounds, .. }) if round + 1 < rounds => {
            Verdict::Next(Step::Selections(round + 1))
        }
        _ => Verdict::Done,
    }
}

impl Visit {
    /// Returns the challenge for the current log-in, if there is one.
    pub(in crate::link) fn challenge(&self) -> Option<Challenge> {
        match self.sign_in_again()? {
            SignIn::Welcome { challenge, .. } => challenge,
            SignIn::Refused { .. } => None,
        }
    }
}
