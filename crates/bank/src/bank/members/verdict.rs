//! What a bank makes of credentials.

use jiff::civil::Date;

use super::institutions::Bench;
use crate::store::members::{Asking, Member, Outcome};
use crate::world::{self, SignIn};

/// The test user of MX's documentation, and whose money it has here.
const TEST_USER: &str = "mxuser";
const PERSON: (&str, &str) = ("user_good", "pass_good");

/// How a run with a member's credentials ends.
pub fn verdict(bench: &Bench, member: &Member, today: Date) -> Outcome {
    let status = |name: &str| Outcome::Status(Some(name.to_owned()));
    if member.record.is_oauth {
        let allowed = member.record.is_allowed;
        return status(if allowed { "CONNECTED" } else { "DENIED" });
    }
    let (Some(username), Some(password)) = (&member.username, &member.record.password) else {
        return status("IMPAIRED");
    };
    if bench.test && username == TEST_USER {
        return of_test_user(password);
    }
    match world::sign_in(bench.world, username, password, today) {
        SignIn::Welcome {
            challenge: None, ..
        } => status("CONNECTED"),
        SignIn::Welcome { .. } => Outcome::Challenge(Asking::World),
        SignIn::Refused { code, .. } => status(of_code(&code)),
    }
}

/// The person of this world whom a member's credentials stand for.
pub fn person(bench: &Bench, member: &Member, today: Date) -> (String, String) {
    let theirs = member
        .username
        .as_deref()
        .zip(member.record.password.as_deref());
    let known = theirs.filter(|(username, password)| {
        !(bench.test && *username == TEST_USER)
            && matches!(
                world::sign_in(bench.world, username, password, today),
                SignIn::Welcome { .. }
            )
    });
    let (username, password) = known.unwrap_or(PERSON);
    (username.to_owned(), password.to_owned())
}

/// The passwords of MX's documentation (docs.mx.com, testing); case matters.
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
        other => Outcome::Status(Some(forced(other).unwrap_or("CONNECTED").to_owned())),
    }
}

/// The status that a password or an answer forces.
pub fn forced(word: &str) -> Option<&'static str> {
    Some(match word {
        "BAD_REQUEST" | "SERVER_ERROR" | "UNAVAILABLE" => "FAILED",
        "UNAUTHORIZED" | "INVALID" | "DISABLED" => "DENIED",
        "LOCKED" => "LOCKED",
        _ => return None,
    })
}

/// MX's word for what the world says in Plaid's.
fn of_code(code: &str) -> &'static str {
    match code {
        "ITEM_LOCKED" => "LOCKED",
        "INSTITUTION_NO_LONGER_SUPPORTED" => "DISCONTINUED",
        "INVALID_CREDENTIALS" | "ITEM_LOGIN_REQUIRED" => "DENIED",
        "USER_SETUP_REQUIRED" | "PASSWORD_RESET_REQUIRED" => "IMPEDED",
        _ => "FAILED",
    }
}
