//! Tests rows and accounts, from MX's words and signs to ours.

use serde_json::value::RawValue;

use super::*;
use domain::account::AccountKind;
use domain::feed::{FeedAccount, FeedTransaction};
use domain::money::Currency;

const ROW: &str = r#"{"guid":"TRN-1","account_guid":"ACT-1","member_guid":"MBR-1","user_guid":"USR-1","user_id":"u",
    "amount":61.115,"type":"DEBIT","date":"2026-11-20","transacted_at":"2026-11-19T12:00:00Z",
    "posted_at":"2026-11-21T12:00:00Z","status":"PENDING","description":"Corner Coffee",
    "original_description":"CORNER COFFEE 12","category":"Coffee Shops","top_level_category":"Food & Dining",
    "category_guid":"CAT-1","merchant_guid":"MCH-1","currency_code":"USD","memo":"","is_expense":true,"latitude":null}"#;

fn read(json: &str) -> Result<FeedTransaction, String> {
    let raw = RawValue::from_string(json.to_owned()).expect("JSON");
    convert::transaction(&raw, |_| None)
}

fn with(from: &str, to: &str) -> Result<FeedTransaction, String> {
    assert!(ROW.contains(from), "{from}");
    read(&ROW.replacen(from, to, 1))
}

#[test]
fn a_row_is_read_with_its_sign_from_its_type() {
    let row = read(ROW).expect("a row");
    assert_eq!(row.amount.minor, -6112);
    assert_eq!(row.amount_exact.as_deref(), Some("61.115"));
    assert_eq!(row.date.to_string(), "2026-11-20");
    assert!(row.pending);
    assert_eq!(row.description, "CORNER COFFEE 12");
    assert_eq!(row.merchant.as_deref(), Some("Corner Coffee"));
    let category = row.category.expect("a category");
    assert_eq!(category.primary, "FOOD_AND_DRINK");
    assert_eq!(category.words(), "Coffee shops");
    let details: Value = serde_json::from_str(&row.details).expect("JSON");
    assert_eq!(
        details,
        json!({"transacted_at": "2026-11-19T12:00:00Z", "posted_at": "2026-11-21T12:00:00Z",
            "original_description": "CORNER COFFEE 12", "merchant_guid": "MCH-1", "is_expense": true})
    );
    let nameless = with("\"MCH-1\"", "null").expect("a row");
    assert_eq!(nameless.merchant, None);
    assert!(
        nameless
            .details
            .contains(r#""description":"Corner Coffee""#)
    );
    let came = with("DEBIT", "CREDIT").expect("a row");
    assert_eq!(came.amount.minor, 6112);
}

#[test]
fn amounts_go_through_their_decimal_text() {
    for (literal, minor, exact) in [
        ("0.1", -10, None),
        ("1e2", -10_000, None),
        ("4.35", -435, None),
        ("1.005", -100, Some("1.005")),
        ("0", 0, None),
        ("-0.0", 0, None),
        ("90071992547409.93", -9_007_199_254_740_993, None),
    ] {
        let row = with("61.115", literal).expect(literal);
        assert_eq!(
            (row.amount.minor, row.amount_exact.as_deref()),
            (minor, exact),
            "{literal}"
        );
    }
}

#[test]
fn a_row_whose_sign_day_or_place_nobody_can_tell_is_told_and_not_kept() {
    for (from, to) in [
        ("61.115", "-61.115"),
        ("61.115", "\"61\""),
        ("61.115", "null"),
        ("61.115", "1e400"),
        ("\"DEBIT\"", "null"),
        ("\"DEBIT\"", "\"REVERSAL\""),
        ("\"DEBIT\"", "1"),
        ("\"2026-11-20\"", "\"yesterday\""),
        ("\"2026-11-20\"", "7"),
        ("\"TRN-1\"", "\"\""),
        ("\"TRN-1\"", "null"),
        ("\"ACT-1\"", "null"),
        ("true", "[1"),
    ] {
        let text = ROW.replacen(from, to, 1);
        let Ok(raw) = RawValue::from_string(text) else {
            continue;
        };
        assert!(convert::transaction(&raw, |_| None).is_err(), "{from} {to}");
    }
    let large = ROW.replacen(
        "\"memo\":\"\"",
        &format!("\"memo\":\"{}\"", "x".repeat(70_000)),
        1,
    );
    assert!(read(&large).is_err());
}

#[test]
fn a_row_has_the_first_day_that_is_told() {
    let moment = with("\"2026-11-20\"", "null").expect("a row");
    assert_eq!(moment.date.to_string(), "2026-11-19");
    let long = with("\"2026-11-20\"", "\"2026-11-20T23:59:59Z\"").expect("a row");
    assert_eq!(long.date.to_string(), "2026-11-20");
}

#[test]
fn a_currency_is_the_rows_else_the_accounts_else_unknown() {
    let silent = ROW.replacen("\"USD\"", "null", 1);
    let raw = RawValue::from_string(silent).expect("JSON");
    let cad = |account: &str| (account == "ACT-1").then(|| Currency::from_codes(Some("CAD"), None));
    let row = convert::transaction(&raw, cad).expect("a row");
    assert_eq!(row.amount.currency.code(), "CAD");
    let row = convert::transaction(&raw, |_| None).expect("a row");
    assert_eq!(row.amount.currency, Currency::Unknown);
}

fn account(kind: &str, more: &str) -> FeedAccount {
    let json = format!(
        r#"{{"guid":"ACT-1","name":"One","type":"{kind}","balance":410,"available_balance":90,"available_credit":1590,
            "credit_limit":2000,"currency_code":"USD"{more}}}"#
    );
    convert::account(serde_json::from_str(&json).expect("an account"))
}

#[test]
fn what_is_owed_is_negative() {
    for (word, kind, current, available) in [
        ("CHECKING", AccountKind::Depository, 41_000, 9_000),
        ("SAVINGS", AccountKind::Depository, 41_000, 9_000),
        ("CASH", AccountKind::Depository, 41_000, 9_000),
        ("PREPAID", AccountKind::Depository, 41_000, 9_000),
        ("CREDIT_CARD", AccountKind::Credit, -41_000, 159_000),
        ("LINE_OF_CREDIT", AccountKind::Credit, -41_000, 159_000),
        (
            "CHECKING_LINE_OF_CREDIT",
            AccountKind::Credit,
            -41_000,
            159_000,
        ),
        ("LOAN", AccountKind::Loan, -41_000, 9_000),
        ("MORTGAGE", AccountKind::Loan, -41_000, 9_000),
        ("INVESTMENT", AccountKind::Investment, 41_000, 9_000),
        ("PROPERTY", AccountKind::Other, 41_000, 9_000),
        ("INSURANCE", AccountKind::Other, 41_000, 9_000),
        ("ANY", AccountKind::Other, 41_000, 9_000),
        ("SOMETHING_NEW", AccountKind::Other, 41_000, 9_000),
    ] {
        let read = account(word, "");
        assert_eq!(read.kind, kind, "{word}");
        assert_eq!(read.current.map(|m| m.minor), Some(current), "{word}");
        assert_eq!(read.available.map(|m| m.minor), Some(available), "{word}");
        assert_eq!(read.limit.map(|m| m.minor), Some(200_000), "{word}");
    }
    let untyped = account("", "");
    assert_eq!((untyped.current, untyped.available), (None, None));
}

#[test]
fn numbers_and_finer_words_of_accounts_are_short() {
    for (number, mask) in [
        ("3331261", Some("1261")),
        ("XXXX-XX12", Some("XX12")),
        ("••••26", Some("26")),
        ("", None),
        ("****", None),
    ] {
        let read = account("CHECKING", &format!(r#","account_number":"{number}""#));
        assert_eq!(read.mask.as_deref(), mask, "{number}");
    }
    assert_eq!(
        account("CREDIT_CARD", "").subtype.as_deref(),
        Some("credit card")
    );
    let finer = account("SAVINGS", r#","subtype":"MONEY_MARKET""#);
    assert_eq!(finer.subtype.as_deref(), Some("money market"));
    let plan = account("INVESTMENT", r#","subtype":"PLAN_401_K""#);
    assert_eq!(plan.subtype.as_deref(), Some("401k"));
}
