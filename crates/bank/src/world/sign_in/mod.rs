//! Sign-in: which credentials are accepted, and whose accounts they lead to.
//!
//! The users are those of Plaid's Sandbox (plaid.com/docs/sandbox/test-credentials).

use jiff::civil::Date;

use super::{Challenge, Health, Institution, Person, SignIn, custom};

/// The longest password in bytes. Plaid limits a `user_custom` file to about 55 kB.
const LONGEST_PASSWORD: usize = 64 * 1024;
/// The most rounds, questions or options.
const MOST_QUESTIONS: u8 = 10;

/// Checks a user name and password at an institution.
///
/// An institution that is down or no longer supported refuses everyone. At one that logs people in on its own site
/// (`oauth`) any credentials count as those of `user_good`, as in Plaid's Sandbox, unless the user name or the password
/// is a special one. A degraded institution accepts log-ins like a healthy one.
#[must_use]
pub fn sign_in(institution: &Institution, username: &str, password: &str, today: Date) -> SignIn {
    match institution.health {
        Health::Down => return failed_sign_in("INSTITUTION_DOWN"),
        Health::Unsupported => return failed_sign_in("INSTITUTION_NO_LONGER_SUPPORTED"),
        Health::Healthy | Health::Degraded => {}
    }
    if password.len() > LONGEST_PASSWORD {
        return SignIn::Refused {
            code: "INVALID_CREDENTIALS".into(),
            detail: Some("the password is longer than 64 KiB".into()),
        };
    }
    let blank = password.trim().is_empty();
    let person = match username.trim() {
        "user_custom" => return custom::sign_in(institution, password, today),
        "user_good" => return good(institution, password, today),
        name if name.starts_with("user_") && blank && !institution.oauth => {
            return failed_sign_in("INVALID_CREDENTIALS");
        }
        "user_transactions_dynamic" => Person::Dynamic,
        "user_yuppie" => Person::YoungProfessional,
        "user_small_business" => Person::SmallBusiness,
        "user_ewa_user" => Person::EarlyWages,
        // At Plaid these users differ in products that are not offered here.
        "user_bank_income"
        | "user_credit_profile_poor"
        | "user_credit_profile_good"
        | "user_credit_profile_excellent"
        | "user_credit_bonus"
        | "user_credit_joint_account" => Person::Ordinary,
        _ if institution.oauth => Person::Ordinary,
        _ => return failed_sign_in("INVALID_CREDENTIALS"),
    };
    SignIn::Welcome {
        challenge: None,
        profile: person.profile(institution, today),
        person,
    }
}

/// Signs in `user_good`, whose password selects what happens.
fn good(institution: &Institution, password: &str, today: Date) -> SignIn {
    let challenge = match password {
        "pass_good" | "microdeposits_good" => None,
        "mfa_device" => Some(Challenge::Device),
        "mfa_selections" => Some(Challenge::YesNo),
        _ => match (forced_error(password), asked(password)) {
            (Some(code), _) => return failed_sign_in(code),
            (None, Some(challenge)) => Some(challenge),
            (None, None) if institution.oauth => None,
            (None, None) => return failed_sign_in("INVALID_CREDENTIALS"),
        },
    };
    SignIn::Welcome {
        challenge,
        profile: Person::Ordinary.profile(institution, today),
        person: Person::Ordinary,
    }
}

/// Returns the code in `error_<CODE>`.
fn forced_error(password: &str) -> Option<&str> {
    let code = password.strip_prefix("error_")?;
    let of_a_code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let starts = code.starts_with(|c: char| c.is_ascii_uppercase());
    (starts && code.len() <= 64 && code.chars().all(of_a_code)).then_some(code)
}

/// Parses the challenge in `mfa_questions_<rounds>_<questions>` and `mfa_selections_<rounds>_<questions>_<options>`.
fn asked(password: &str) -> Option<Challenge> {
    let numbers = |text: &str| -> Option<Vec<u8>> {
        let number = |part: &str| {
            part.parse()
                .ok()
                .filter(|n| (1..=MOST_QUESTIONS).contains(n))
        };
        text.split('_').map(number).collect()
    };
    if let Some(rest) = password.strip_prefix("mfa_questions_") {
        let [rounds, per_round] = numbers(rest)?[..] else {
            return None;
        };
        return Some(Challenge::Questions { rounds, per_round });
    }
    let rest = password.strip_prefix("mfa_selections_")?;
    let [rounds, per_round, options] = numbers(rest)?[..] else {
        return None;
    };
    Some(Challenge::Selections {
        rounds,
        per_round,
        options,
    })
}

fn failed_sign_in(code: &str) -> SignIn {
    SignIn::Refused {
        code: code.to_owned(),
        detail: None,
    }
}

#[cfg(test)]
mod tests;
