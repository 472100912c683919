//! Every special user, and all others.

use jiff::civil::date;

use super::*;
use crate::world::institution;

fn at(id: &str, username: &str, password: &str) -> SignIn {
    sign_in(
        institution(id).expect("listed"),
        username,
        password,
        date(2026, 11, 21),
    )
}

fn code(outcome: SignIn) -> Option<String> {
    match outcome {
        SignIn::Refused { code, .. } => Some(code),
        SignIn::Welcome { .. } => None,
    }
}

fn asked_by(password: &str) -> Option<Challenge> {
    match at("ins_109508", "user_good", password) {
        SignIn::Welcome {
            challenge, profile, ..
        } => {
            assert!(!profile.accounts.is_empty());
            challenge
        }
        SignIn::Refused { code, .. } => panic!("{password} was refused with {code}"),
    }
}

#[test]
fn user_good_is_welcome_and_asked_what_the_password_says() {
    assert_eq!(asked_by("pass_good"), None);
    assert_eq!(asked_by("mfa_device"), Some(Challenge::Device));
    assert_eq!(asked_by("mfa_selections"), Some(Challenge::YesNo));
    let questions = Challenge::Questions {
        rounds: 2,
        per_round: 3,
    };
    assert_eq!(asked_by("mfa_questions_2_3"), Some(questions));
    let selections = Challenge::Selections {
        rounds: 1,
        per_round: 2,
        options: 4,
    };
    assert_eq!(asked_by("mfa_selections_1_2_4"), Some(selections));
}

#[test]
fn forced_errors_and_strangers_are_refused() {
    for (username, password, wanted) in [
        ("user_good", "error_ITEM_LOCKED", "ITEM_LOCKED"),
        ("user_good", "error_INSTITUTION_DOWN", "INSTITUTION_DOWN"),
        ("user_good", "error_item_locked", "INVALID_CREDENTIALS"),
        ("user_good", "error_", "INVALID_CREDENTIALS"),
        ("user_good", "mfa_questions_0_1", "INVALID_CREDENTIALS"),
        ("user_good", "mfa_questions_2", "INVALID_CREDENTIALS"),
        ("user_good", "mfa_selections_1_1_999", "INVALID_CREDENTIALS"),
        ("user_good", "", "INVALID_CREDENTIALS"),
        ("user_good", "pass_bad", "INVALID_CREDENTIALS"),
        ("someone", "pass_good", "INVALID_CREDENTIALS"),
        ("user_yuppie", " ", "INVALID_CREDENTIALS"),
        ("user_transactions_dynamic", "", "INVALID_CREDENTIALS"),
    ] {
        let outcome = code(at("ins_109508", username, password));
        assert_eq!(outcome.as_deref(), Some(wanted), "{username} / {password}");
    }
}

#[test]
fn institutions_in_bad_health_say_so() {
    assert_eq!(
        code(at("ins_132361", "user_good", "pass_good")).as_deref(),
        Some("INSTITUTION_DOWN")
    );
    assert_eq!(
        code(at("ins_133402", "user_good", "pass_good")).as_deref(),
        Some("INSTITUTION_NO_LONGER_SUPPORTED")
    );
    assert_eq!(code(at("ins_132363", "user_good", "pass_good")), None);
}

#[test]
fn an_oauth_bank_takes_anyone_but_keeps_the_special_ones() {
    assert_eq!(code(at("ins_127287", "anyone", "anything")), None);
    assert_eq!(code(at("ins_127287", "", "")), None);
    let locked = code(at("ins_127287", "user_good", "error_ITEM_LOCKED"));
    assert_eq!(locked.as_deref(), Some("ITEM_LOCKED"));
}

#[test]
fn the_other_users_have_money_of_their_own() {
    let mut seen = std::collections::HashSet::new();
    for user in [
        "user_transactions_dynamic",
        "user_yuppie",
        "user_small_business",
        "user_ewa_user",
    ] {
        let SignIn::Welcome {
            profile,
            challenge: None,
            ..
        } = at("ins_109508", user, "x")
        else {
            panic!("{user} was not let in");
        };
        assert_eq!(profile.dynamic, user == "user_transactions_dynamic");
        assert!(
            seen.insert(format!("{:?}", profile.accounts)),
            "{user} has another's money"
        );
    }
}

#[test]
fn a_password_beyond_64_kib_is_refused_with_the_reason() {
    let SignIn::Refused { detail, .. } = at("ins_109508", "user_custom", &" ".repeat(65_537))
    else {
        panic!("it was let in");
    };
    assert!(detail.is_some_and(|d| d.contains("64 KiB")));
}
