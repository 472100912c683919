//! Odd, empty and hostile files.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::world::{SeedAccount, institution};

const ODD: &str = include_str!("../fixtures/odd.json");
const TODAY: Date = date(2026, 11, 21);

fn outcome(text: &str) -> SignIn {
    sign_in(institution("ins_109508").expect("listed"), text, TODAY)
}

fn accounts(text: &str) -> Vec<SeedAccount> {
    match outcome(text) {
        SignIn::Welcome { profile, .. } => {
            assert!(profile.ignores_days_requested);
            profile.accounts
        }
        SignIn::Refused { detail, .. } => panic!("refused: {detail:?}"),
    }
}

fn reason(text: &str) -> String {
    match outcome(text) {
        SignIn::Refused { code, detail } => {
            assert_eq!(code, "INVALID_CREDENTIALS");
            detail.expect("a reason")
        }
        SignIn::Welcome { .. } => panic!("let in with {text}"),
    }
}

fn number(text: &str) -> Option<Decimal> {
    Some(text.parse().expect("a decimal"))
}

#[test]
fn an_odd_file_comes_out_to_the_digit() {
    let all = accounts(ODD);
    assert_eq!(all.len(), 4);
    let household = &all[0];
    assert_eq!(household.name, "Haushalt Ödön 🏡");
    assert_eq!(
        (
            household.official_name.as_deref(),
            household.mask.as_deref()
        ),
        (None, Some("ab9"))
    );
    assert_eq!(household.current, number("1204.0815"));
    assert_eq!(household.available, number("1172.6656"));
    let rows: Vec<_> = household
        .transactions
        .iter()
        .map(|r| {
            (
                r.date_posted.to_string(),
                r.amount.to_string(),
                r.iso_currency_code.as_deref(),
            )
        })
        .collect();
    let row = |day: &str, amount: &str, code| (day.to_owned(), amount.to_owned(), Some(code));
    assert_eq!(
        rows,
        [
            row("2019-03-01", "1200.00", "JPY"),
            row("2026-11-19", "-2500", "EUR"),
            row("2026-11-19", "-2500", "EUR"),
            row("2026-11-24", "31.4159", "EUR"),
        ]
    );
    assert_ne!(household.transactions[1].key, household.transactions[2].key);
    assert_eq!(
        household.transactions[3].category,
        Some(("FOOD_AND_DRINK", "FOOD_AND_DRINK_COFFEE"))
    );
    assert_eq!(
        household.transactions[1].category,
        Some(("INCOME", "INCOME_WAGES"))
    );
}

#[test]
fn missing_fields_have_their_usual_meaning() {
    let all = accounts(ODD);
    let wallet = &all[1];
    assert_eq!(
        (
            wallet.iso_currency_code.as_deref(),
            wallet.unofficial_currency_code.as_deref()
        ),
        (None, Some("BTC"))
    );
    assert_eq!(
        (wallet.current, wallet.available),
        (number("0.12345678"), None)
    );
    let amounts: Vec<_> = wallet
        .transactions
        .iter()
        .map(|r| r.amount.to_string())
        .collect();
    assert_eq!(amounts, ["0.00000001", "0.0015"]);
    let card = &all[2];
    assert_eq!(
        (card.current, card.available),
        (number("-12.50"), number("912.50"))
    );
    assert_eq!(
        (card.name.as_str(), card.subtype.as_deref()),
        ("Credit Card", Some("credit card"))
    );
    assert_eq!(card.transactions.len(), 24);
    assert!(
        card.transactions
            .iter()
            .all(|r| r.amount == Decimal::new(-421, 1))
    );
    assert_eq!(
        card.transactions.last().map(|r| r.date_posted),
        Some(date(2026, 10, 31))
    );
    assert_eq!(
        (all[3].kind.as_str(), all[3].subtype.as_deref()),
        ("other", Some("payroll"))
    );
    assert_eq!(format!("{:?}", accounts(ODD)), format!("{all:?}"));
}

#[test]
fn an_empty_file_is_somebody_and_its_text_says_who() {
    let (nobody, seeded) = (accounts("{}"), accounts(r#"{"seed": "pear"}"#));
    assert!(nobody.iter().any(|a| a.transactions.len() > 20));
    assert_ne!(format!("{nobody:?}"), format!("{seeded:?}"));
    assert_eq!(format!("{nobody:?}"), format!("{:?}", accounts("{}")));
}

#[test]
fn errors_and_challenges_can_be_asked_for() {
    let SignIn::Refused { code, detail: None } = outcome(r#"{"force_error": "ITEM_LOCKED"}"#)
    else {
        panic!("not forced");
    };
    assert_eq!(code, "ITEM_LOCKED");
    let text = r#"{"mfa": {"type": "questions", "question_rounds": 2, "questions_per_round": 3}}"#;
    let SignIn::Welcome { challenge, .. } = outcome(text) else {
        panic!("refused")
    };
    assert_eq!(
        challenge,
        Some(Challenge::Questions {
            rounds: 2,
            per_round: 3
        })
    );
    let SignIn::Welcome { challenge, .. } = outcome(r#"{"mfa": {"type": "selections"}}"#) else {
        panic!("refused");
    };
    assert_eq!(
        challenge,
        Some(Challenge::Selections {
            rounds: 1,
            per_round: 1,
            options: 2
        })
    );
}

fn with_row(row: &str) -> String {
    format!(r#"{{"override_accounts": [{{"transactions": [{row}]}}]}}"#)
}

#[test]
fn what_cannot_be_read_is_refused_with_a_sentence() {
    let day = r#""date_posted": "2026-11-01""#;
    let many = vec![format!(r#"{{{day}, "amount": 1}}"#); 1_001].join(",");
    for (text, says) in [
        ("pass_good".to_owned(), "not a JSON object"),
        ("[]".to_owned(), "not a JSON object"),
        (format!("{}{}", "[".repeat(20_000), "]".repeat(20_000)), "not a JSON object"),
        (r#"{"override_accounts": 7}"#.to_owned(), "not a JSON object"),
        (r#"{"force_error": "NOTHING_SUCH"}"#.to_owned(), "force_error is not"),
        (r#"{"mfa": {"type": "questions", "question_rounds": 200}}"#.to_owned(), "from 1 to 10"),
        (format!(r#"{{"override_accounts": [{}]}}"#, ["{}"; 11].join(",")), "11 accounts"),
        (with_row(&many), "1001 transactions"),
        (with_row(r#"{"date_posted": "2026-02-30", "amount": 1}"#), "transactions[0].date_posted is not a day"),
        (with_row(r#"{"date_posted": "2026-11-01T00:00", "amount": 1}"#), "YYYY-MM-DD"),
        (with_row(r#"{"date_posted": "9999-12-31", "amount": 1}"#), "1900 and 2200"),
        (with_row(r#"{"amount": 1}"#), "neither date_transacted nor date_posted"),
        (with_row(&format!("{{{day}}}")), "amount is missing"),
        (with_row(&format!(r#"{{{day}, "amount": "12"}}"#)), "must be a number"),
        (with_row(&format!(r#"{{{day}, "amount": 1e300}}"#)), "amount is"),
        (with_row(&format!(r#"{{{day}, "amount": {}}}"#, "9".repeat(500))), "too many digits"),
        (with_row(&format!(r#"{{{day}, "amount": 99999999999999}}"#)), "too large"),
        (with_row(&format!(r#"{{{day}, "amount": 1e-999999999999}}"#)), "amount"),
        (with_row(&format!(r#"{{{day}, "amount": 1, "currency": "€"}}"#)), "not a currency code"),
        (r#"{"override_accounts": [{"type": "pirate"}]}"#.to_owned(), "override_accounts[0].type must be"),
        (r#"{"override_accounts": [{"meta": {"mask": "12345"}}]}"#.to_owned(), "meta.mask"),
        (r#"{"override_accounts": [{"force_available_balance": 1, "has_null_available_balance": true}]}"#.to_owned(), "cannot both"),
        (r#"{"override_accounts": [{"inflow_model": {"type": "monthly-income", "income_amount": 1, "payment_day_of_month": 31}}]}"#.to_owned(), "from 1 to 28"),
    ] {
        let why = reason(&text);
        assert!(why.contains(says), "{why:?} does not say {says:?}");
        assert!(why.len() < 300, "too long: {why}");
    }
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in ".{0,200}") {
        let _ = outcome(&text);
    }

    #[test]
    fn every_written_amount_is_kept(units in -99_999_999_i64..99_999_999, decimals in 0_u32..9) {
        let value = Decimal::new(units, decimals);
        let row = format!(r#"{{"date_posted": "2026-11-01", "amount": {value}}}"#);
        let all = accounts(&with_row(&row));
        prop_assert_eq!(all[0].transactions[0].amount, value);
    }
}

#[test]
fn a_banks_own_text_keeps_the_blanks_at_its_ends() {
    let file = r#"{"override_accounts": [{"meta": {"name": "  Joint ", "official_name": " "},
        "transactions": [
            {"date_posted": "2026-11-01", "amount": 1, "description": "  COFFEE  "},
            {"date_posted": "2026-11-02", "amount": 1, "description": "\tTEA\n"},
            {"date_posted": "2026-11-03", "amount": 1, "description": "   "}]}]}"#;
    let account = accounts(file).remove(0);
    assert_eq!(
        (account.name.as_str(), account.official_name),
        ("  Joint ", None)
    );
    let descriptions: Vec<_> = account
        .transactions
        .iter()
        .map(|row| row.description.as_str())
        .collect();
    assert_eq!(descriptions, ["  COFFEE  ", "\tTEA\n", "Transaction"]);
}
