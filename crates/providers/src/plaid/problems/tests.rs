//! Tests the table against Plaid's error reference.

use super::*;
use domain::problem::Remedy;

#[test]
fn codes_decide_and_types_stand_in() {
    for (error_type, code, remedy) in [
        ("ITEM_ERROR", "ITEM_LOGIN_REQUIRED", Remedy::Repair),
        ("ITEM_ERROR", "ITEM_LOCKED", Remedy::ActAtBank),
        ("INVALID_INPUT", "USER_PERMISSION_REVOKED", Remedy::Relink),
        ("INSTITUTION_ERROR", "SOMETHING_NEW", Remedy::Wait),
        (
            "RATE_LIMIT_EXCEEDED",
            "TRANSACTIONS_SYNC_LIMIT",
            Remedy::Retry,
        ),
        ("RATE_LIMIT_EXCEEDED", "CREDITS_EXHAUSTED", Remedy::Operator),
        ("INVALID_INPUT", "INVALID_API_KEYS", Remedy::Operator),
        ("API_ERROR", "INTERNAL_SERVER_ERROR", Remedy::Retry),
        ("NEVER_HEARD", "OF_IT", Remedy::Retry),
    ] {
        assert_eq!(problem(error_type, code, None).remedy(), remedy, "{code}");
    }
}

#[test]
fn every_message_follows_a_name_and_ends() {
    for code in ["INVALID_CREDENTIALS", "ITEM_LOCKED", "OF_IT"] {
        let message = problem("", code, None).message;
        assert!(
            message.starts_with(char::is_lowercase) && message.ends_with('.'),
            "{message}"
        );
    }
}

/// Every code of Plaid's error reference that a call, a webhook or Link can return, by type and remedy
/// (plaid.com/docs/errors).
const TABLE: &[(&str, Remedy, &str)] = &[
    (
        "ITEM_ERROR",
        Remedy::Repair,
        "ITEM_LOGIN_REQUIRED INVALID_CREDENTIALS INVALID_MFA INVALID_SEND_METHOD INVALID_OTP INVALID_PHONE_NUMBER \
         INVALID_UPDATED_USERNAME INSUFFICIENT_CREDENTIALS USER_INPUT_TIMEOUT ACCESS_NOT_GRANTED NO_ACCOUNTS \
         NO_AUTH_ACCOUNTS NO_LIABILITY_ACCOUNTS NO_INVESTMENT_ACCOUNTS NO_INVESTMENT_AUTH_ACCOUNTS \
         INSTANT_MATCH_FAILED",
    ),
    (
        "INVALID_INPUT",
        Remedy::Repair,
        "ADDITIONAL_CONSENT_REQUIRED",
    ),
    (
        "RECAPTCHA_ERROR",
        Remedy::Repair,
        "RECAPTCHA_REQUIRED RECAPTCHA_BAD",
    ),
    (
        "ITEM_ERROR",
        Remedy::ActAtBank,
        "ITEM_LOCKED PASSWORD_RESET_REQUIRED USER_SETUP_REQUIRED MANUAL_VERIFICATION_REQUIRED",
    ),
    (
        "ITEM_ERROR",
        Remedy::Relink,
        "ITEM_NOT_FOUND ITEM_CONCURRENTLY_DELETED ITEM_NOT_SUPPORTED MFA_NOT_SUPPORTED USER_PERMISSION_REVOKED",
    ),
    (
        "INVALID_INPUT",
        Remedy::Relink,
        "USER_PERMISSION_REVOKED INVALID_ACCESS_TOKEN INVALID_PUBLIC_TOKEN INVALID_LINK_TOKEN",
    ),
    (
        "INSTITUTION_ERROR",
        Remedy::Relink,
        "INSTITUTION_NO_LONGER_SUPPORTED",
    ),
    (
        "OAUTH_ERROR",
        Remedy::Relink,
        "INCORRECT_OAUTH_NONCE INCORRECT_LINK_TOKEN OAUTH_STATE_ID_ALREADY_PROCESSED OAUTH_STATE_ID_NOT_FOUND",
    ),
    (
        "INSTITUTION_ERROR",
        Remedy::Wait,
        "INSTITUTION_DOWN INSTITUTION_NOT_RESPONDING INSTITUTION_NOT_AVAILABLE",
    ),
    ("API_ERROR", Remedy::Wait, "PLANNED_MAINTENANCE"),
    (
        "API_ERROR",
        Remedy::Retry,
        "INTERNAL_SERVER_ERROR PLAID_INTERNAL_ERROR",
    ),
    ("ITEM_ERROR", Remedy::Retry, "PRODUCT_NOT_READY"),
    (
        "INVALID_RESULT",
        Remedy::Retry,
        "LAST_UPDATED_DATETIME_OUT_OF_RANGE",
    ),
    (
        "RATE_LIMIT_EXCEEDED",
        Remedy::Retry,
        "ACCOUNTS_LIMIT ACCOUNTS_BALANCE_GET_LIMIT BALANCE_LIMIT INSTITUTIONS_GET_LIMIT \
         INSTITUTIONS_GET_BY_ID_LIMIT INSTITUTION_RATE_LIMIT ITEM_GET_LIMIT TRANSACTIONS_LIMIT \
         TRANSACTIONS_REFRESH_LIMIT TRANSACTIONS_SYNC_LIMIT RATE_LIMIT",
    ),
    (
        "TRANSACTIONS_ERROR",
        Remedy::Restart,
        "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION",
    ),
    ("RATE_LIMIT_EXCEEDED", Remedy::Operator, "CREDITS_EXHAUSTED"),
    (
        "ITEM_ERROR",
        Remedy::Operator,
        "PRODUCTS_NOT_SUPPORTED PRODUCT_NOT_ENABLED",
    ),
    (
        "INSTITUTION_ERROR",
        Remedy::Operator,
        "UNSUPPORTED_RESPONSE UNAUTHORIZED_INSTITUTION INSTITUTION_REGISTRATION_REQUIRED \
         INSTITUTION_NOT_ENABLED_IN_ENVIRONMENT",
    ),
    (
        "INVALID_INPUT",
        Remedy::Operator,
        "INVALID_API_KEYS INVALID_ACCOUNT_ID INVALID_INSTITUTION INVALID_PRODUCT UNAUTHORIZED_ENVIRONMENT \
         UNAUTHORIZED_ROUTE_ACCESS INVALID_LINK_CUSTOMIZATION DIRECT_INTEGRATION_NOT_ENABLED \
         INVALID_WEBHOOK_VERIFICATION_KEY_ID",
    ),
    (
        "INVALID_REQUEST",
        Remedy::Operator,
        "MISSING_FIELDS UNKNOWN_FIELDS INVALID_FIELD INVALID_BODY INVALID_HEADERS INVALID_CONFIGURATION NOT_FOUND \
         SANDBOX_ONLY NO_LONGER_AVAILABLE INCOMPATIBLE_API_VERSION INVALID_ACCOUNT_NUMBER",
    ),
    (
        "SANDBOX_ERROR",
        Remedy::Operator,
        "SANDBOX_PRODUCT_NOT_ENABLED SANDBOX_WEBHOOK_INVALID",
    ),
];

/// The remedy and texts of each code as they were when only Plaid had texts: one line each for the remedy, the text and
/// the text while linking, then the codes after their types.
const AS_BEFORE: &str = include_str!("as_before.txt");

#[test]
fn every_code_says_and_asks_for_what_it_always_did() {
    let mut seen = std::collections::HashSet::new();
    for block in AS_BEFORE.trim().split("\n\n") {
        let lines: Vec<&str> = block.lines().map(str::trim).collect();
        let [remedy, words, while_linking, codes @ ..] = lines.as_slice() else {
            panic!("{block}");
        };
        for (error_type, code) in codes
            .iter()
            .flat_map(|line| line.split(' '))
            .map(|both| both.split_once(':').expect("a type and a code"))
        {
            let problem = problem(error_type.trim_matches('-'), code, None);
            assert_eq!(problem.remedy().as_str(), *remedy, "{code}");
            assert_eq!(problem.message, *words, "{code}");
            assert_eq!(problem.words_while_linking(), *while_linking, "{code}");
            assert_eq!(problem.code, code);
            seen.insert(code);
        }
    }
    for (_, _, codes) in TABLE {
        for code in codes.split_whitespace() {
            assert!(seen.contains(code), "{code}");
        }
    }
}

#[test]
fn the_whole_table_is_covered_without_a_code_in_its_words() {
    for (error_type, remedy, codes) in TABLE {
        for code in codes.split_whitespace() {
            let problem = problem(error_type, code, None);
            assert_eq!(problem.remedy(), *remedy, "{code}");
            assert!(!problem.message.contains(code), "{}", problem.message);
        }
    }
}

#[test]
fn limits_have_a_reason_of_their_own() {
    for (error_type, code, reason) in [
        (
            "RATE_LIMIT_EXCEEDED",
            "TRANSACTIONS_SYNC_LIMIT",
            Reason::RateLimited,
        ),
        ("", "SOME_OTHER_LIMIT", Reason::RateLimited),
        ("", "RATE_LIMIT", Reason::RateLimited),
        ("RATE_LIMIT_EXCEEDED", "CREDITS_EXHAUSTED", Reason::Credits),
        ("INVALID_REQUEST", "OF_A_LIMIT", Reason::Setup),
        ("", "NEVER_HEARD_OF", Reason::Unclear),
    ] {
        assert_eq!(problem(error_type, code, None).reason, reason, "{code}");
    }
}

#[test]
fn only_a_refused_field_may_be_the_cursor() {
    let of = |code| of_cursor(problem("INVALID_REQUEST", code, None));
    let refused = of("INVALID_FIELD");
    assert_eq!(refused.reason, Reason::CursorRefused);
    assert_eq!(refused.remedy(), Remedy::Operator);
    assert_eq!(of("INVALID_BODY").reason, Reason::Setup);
}

#[test]
fn the_log_has_plaid_s_own_words_without_tokens_and_not_without_end() {
    let said = "cursor not associated with access-sandbox-1234 or 'public-sandbox-1'\nof link-production-1";
    assert_eq!(
        for_the_log(said),
        "cursor not associated with [blanked] or [blanked] of [blanked] "
    );
    assert_eq!(
        for_the_log(&"long ".repeat(1000)).chars().count(),
        LONGEST_TOLD
    );
    let body: ErrorBody = serde_json::from_str(
        r#"{"error_type":"INVALID_REQUEST","error_code":"INVALID_FIELD",
        "error_message":"for developers","request_id":"r1"}"#,
    )
    .expect("JSON");
    let told = told_problem(&body, "/item/get", None);
    assert_eq!(
        told,
        problem("INVALID_REQUEST", "INVALID_FIELD", Some("r1".into()))
    );
}
