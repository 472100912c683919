//! Username and password.

use serde_json::json;

use super::{challenge, signed_in};
use crate::link::answers::Answers;
use crate::link::flow::Step;
use crate::link::visit::Visit;
use crate::world::{self, SignIn};

/// The longest username in characters; far longer than any of the bank's own.
const USERNAME_LENGTH: usize = 200;

pub(super) fn take(visit: &mut Visit, answers: &Answers) {
    let Some(institution) = visit.institution() else {
        visit.go(Step::Institution);
        return;
    };
    if answers.get("go") == "fill-in" {
        visit.fill_in();
        return;
    }
    visit.flow.filled_in = false;
    let password = answers.get("password");
    visit.flow.username = answers
        .get("username")
        .trim()
        .chars()
        .take(USERNAME_LENGTH)
        .collect();
    visit.event("SUBMIT_CREDENTIALS", [("view_name", json!("CREDENTIAL"))]);
    visit.event("TRANSITION_VIEW", [("view_name", json!("LOADING"))]);
    let update = visit.token.update.as_ref();
    if update.is_some_and(|update| update.username != visit.flow.username) {
        visit.stumble("INVALID_UPDATED_USERNAME", None);
        return;
    }
    if let Some(code) = visit.link.bank.faults().of_institution(institution.id) {
        visit.stumble(&code, None);
        return;
    }
    let clock = visit.link.bank.clock().clone();
    match world::sign_in(institution, &visit.flow.username, password, clock.today()) {
        SignIn::Refused { code, detail } => visit.stumble(&code, detail),
        SignIn::Welcome { challenge, .. } => {
            visit
                .link
                .vault
                .put(&visit.record.id, password, clock.now());
            match challenge {
                Some(challenge) => visit.go(challenge::first(challenge)),
                None => visit.go(signed_in(visit)),
            }
        }
    }
}
