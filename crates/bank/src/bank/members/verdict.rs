//! Checks credentials: maps what is entered to the outcome of a run.

use jiff::civil::Date;

use super::institutions::MxInstitution;
use crate::store::members::{Asking, LogIn, Member, Outcome};
use crate::world::{self, Person, SignIn};

/// The test user of MX's documentation.
const TEST_USER: &str = "mxuser";
/// The user name whose accounts the test user has, and members without a known person.
const USUAL: &str = "user_good";

/// Returns how a run with a member's credentials ends.
pub fn verdict(member: &Member) -> Outcome {
    let record = &member.record;
    match (&record.log_in, record.is_oauth, record.is_allowed) {
        (_, true, true) => status("CONNECTED"),
        (_, true, false) => status("DENIED"),
        (Some(log_in), ..) => log_in.outcome.clone(),
        (None, ..) => status("IMPAIRED"),
    }
}

/// Returns the user name and the person of the simulated world that a member's credentials belong to.
pub fn person(member: &Member) -> (String, Person) {
    let known = member
        .record
        .log_in
        .as_ref()
        .and_then(|log_in| log_in.person.clone());
    match member.username.clone().zip(known) {
        Some(known) => known,
        None => (USUAL.to_owned(), Person::Ordinary),
    }
}

/// Checks a user name and a password.
pub fn log_in(institution: &MxInstitution, username: &str, password: &str, today: Date) -> LogIn {
    if institution.test && username == TEST_USER {
        return nobody(of_test_user(password));
    }
    match world::sign_in(institution.world, username, password, today) {
        SignIn::Welcome {
            challenge, person, ..
        } => LogIn {
            outcome: match challenge {
                None => status("CONNECTED"),
                Some(_) => Outcome::Challenge(Asking::World),
            },
            person: Some(person),
            asked: challenge,
        },
        SignIn::Refused { code, .. } => nobody(status(of_code(&code))),
    }
}

fn nobody(outcome: Outcome) -> LogIn {
    LogIn {
        outcome,
        person: None,
        asked: None,
    }
}

fn status(name: &str) -> Outcome {
    Outcome::Status(Some(name.to_owned()))
}

/// The passwords of MX's test user (docs.mx.com, testing). Case matters.
fn of_test_user(password: &str) -> Outcome {
    let asks = |kind: &str| {
        Outcome::Challenge(Asking::Kinds {
            kinds: vec![kind.to_owned()],
            rounds: 1,
            as_numbers: false,
        })
    };
    match password {
        "challenge" => asks("TEXT"),
        "options" => asks("OPTIONS"),
        "image" => asks("IMAGE_DATA"),
        other => status(forced(other).unwrap_or("CONNECTED")),
    }
}

/// Returns the status that a password or an answer forces, if it is a special word.
pub fn forced(word: &str) -> Option<&'static str> {
    Some(match word {
        "BAD_REQUEST" | "SERVER_ERROR" | "UNAVAILABLE" => "FAILED",
        "UNAUTHORIZED" | "INVALID" | "DISABLED" => "DENIED",
        "LOCKED" => "LOCKED",
        _ => return None,
    })
}

/// Translates a Plaid error code of the simulated world into MX's status.
fn of_code(code: &str) -> &'static str {
    match code {
        "ITEM_LOCKED" => "LOCKED",
        "INSTITUTION_NO_LONGER_SUPPORTED" => "DISCONTINUED",
        "INVALID_CREDENTIALS" | "ITEM_LOGIN_REQUIRED" => "DENIED",
        "USER_SETUP_REQUIRED" | "PASSWORD_RESET_REQUIRED" => "IMPEDED",
        _ => "FAILED",
    }
}
