//! Maps Plaid's errors to reasons. The table follows Plaid's error reference and decides by code, never by message or
//! HTTP status.

use super::wire::ErrorBody;
use domain::id::ConnectionId;
use domain::problem::{Problem, Reason};
use domain::text;

/// The longest message to log, in characters. Plaid's messages for developers have some 200.
const LONGEST_TOLD: usize = 500;

/// Returns the problem for an error's type and code.
#[must_use]
pub fn problem(error_type: &str, error_code: &str, request_id: Option<String>) -> Problem {
    let reason = reason(error_type, error_code);
    let code = match error_code {
        "" => "UNKNOWN".to_owned(),
        code => text::code(code),
    };
    let problem = Problem::new(reason, code);
    Problem {
        message: own_words(reason).map_or(problem.message, str::to_owned),
        request_id: request_id.as_deref().map(text::code),
        ..problem
    }
}

/// Converts an error object. Its message for developers goes to the log, where people are told to look.
pub(super) fn told_problem(
    error: &ErrorBody,
    endpoint: &str,
    connection: Option<&ConnectionId>,
) -> Problem {
    let connection = connection.map(|id| id.as_str());
    let code = for_the_log(&error.error_code);
    let request_id = error.request_id.as_deref().map(for_the_log);
    let said = error.error_message.as_deref().map(for_the_log);
    tracing::warn!(
        endpoint,
        connection,
        code,
        request_id,
        said,
        "Plaid refused"
    );
    problem(
        &error.error_type,
        &error.error_code,
        error.request_id.clone(),
    )
}

/// Prepares a provider's text for the log: truncates it and removes what may be a token. The log itself escapes it.
fn for_the_log(text: &str) -> String {
    const TOKENS: [&str; 3] = ["access-", "public-", "link-"];
    let blanked = text.split_inclusive(char::is_whitespace).map(|word| {
        if TOKENS.iter().any(|token| word.contains(token)) {
            "[blanked] "
        } else {
            word
        }
    });
    blanked.flat_map(str::chars).take(LONGEST_TOLD).collect()
}

/// Returns the problem of a response that cannot be read. The cause goes to the log, not to the person.
pub(super) fn bad_answer(what: &str) -> Problem {
    tracing::warn!(what, "an answer from Plaid cannot be read");
    Problem::ours(Reason::BadAnswer)
}

fn reason(error_type: &str, error_code: &str) -> Reason {
    match error_code {
        "ITEM_LOGIN_REQUIRED" => Reason::LogInNeeded,
        "INVALID_SEND_METHOD"
        | "INVALID_PHONE_NUMBER"
        | "INVALID_UPDATED_USERNAME"
        | "INSUFFICIENT_CREDENTIALS"
        | "INSTANT_MATCH_FAILED" => Reason::LogInFailed,
        "INVALID_CREDENTIALS" => Reason::WrongCredentials,
        "INVALID_MFA" | "INVALID_OTP" => Reason::WrongAnswer,
        "USER_INPUT_TIMEOUT" => Reason::AnsweredTooLate,
        "RECAPTCHA_REQUIRED" | "RECAPTCHA_BAD" => Reason::PersonInDoubt,
        "NO_ACCOUNTS"
        | "NO_AUTH_ACCOUNTS"
        | "NO_LIABILITY_ACCOUNTS"
        | "NO_INVESTMENT_ACCOUNTS"
        | "NO_INVESTMENT_AUTH_ACCOUNTS" => Reason::NoAccounts,
        "ACCESS_NOT_GRANTED" | "ADDITIONAL_CONSENT_REQUIRED" => Reason::ConsentMissing,
        "ITEM_LOCKED" => Reason::Locked,
        "PASSWORD_RESET_REQUIRED" => Reason::NewPasswordNeeded,
        "USER_SETUP_REQUIRED" | "MANUAL_VERIFICATION_REQUIRED" => Reason::SetupAtBank,
        "USER_PERMISSION_REVOKED" => Reason::ConsentRevoked,
        "ITEM_NOT_FOUND" | "ITEM_CONCURRENTLY_DELETED" => Reason::Gone,
        "INVALID_ACCESS_TOKEN" => Reason::KeyRefused,
        "ITEM_NOT_SUPPORTED" | "MFA_NOT_SUPPORTED" => Reason::NotSupported,
        "INSTITUTION_NO_LONGER_SUPPORTED" => Reason::NotOffered,
        "INVALID_PUBLIC_TOKEN" => Reason::TokenUsed,
        "INVALID_LINK_TOKEN" => Reason::LinkExpired,
        "INCORRECT_OAUTH_NONCE"
        | "INCORRECT_LINK_TOKEN"
        | "OAUTH_STATE_ID_NOT_FOUND"
        | "OAUTH_STATE_ID_ALREADY_PROCESSED" => Reason::AttemptsMixedUp,
        "INSTITUTION_DOWN" | "INSTITUTION_NOT_RESPONDING" | "INSTITUTION_NOT_AVAILABLE" => {
            Reason::BankDown
        }
        "PLANNED_MAINTENANCE" => Reason::ProviderDown,
        "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION" => Reason::ChangedMeanwhile,
        "PRODUCT_NOT_READY" => Reason::NotReady,
        "INTERNAL_SERVER_ERROR" | "PLAID_INTERNAL_ERROR" => Reason::ProviderFailed,
        "LAST_UPDATED_DATETIME_OUT_OF_RANGE" => Reason::Unclear,
        // Link reports this in update mode when the log-in works.
        "ITEM_NO_ERROR" => Reason::NothingToRepair,
        "INVALID_API_KEYS" => Reason::Keys,
        "CREDITS_EXHAUSTED" => Reason::Credits,
        "PRODUCTS_NOT_SUPPORTED" | "PRODUCT_NOT_ENABLED" => Reason::NoTransactions,
        "INSTITUTION_REGISTRATION_REQUIRED"
        | "UNAUTHORIZED_INSTITUTION"
        | "INSTITUTION_NOT_ENABLED_IN_ENVIRONMENT" => Reason::NotEnabled,
        "UNSUPPORTED_RESPONSE" => Reason::Setup,
        _ => by_type(error_type, error_code),
    }
}

/// Returns the reason for new or rare codes.
fn by_type(error_type: &str, error_code: &str) -> Reason {
    match error_type {
        "INSTITUTION_ERROR" => Reason::BankDown,
        "ITEM_ERROR" | "OAUTH_ERROR" => Reason::LogInFailed,
        "INVALID_REQUEST" | "INVALID_INPUT" | "SANDBOX_ERROR" => Reason::Setup,
        "RATE_LIMIT_EXCEEDED" => Reason::RateLimited,
        _ if error_code.ends_with("_LIMIT") || error_code == "RATE_LIMIT" => Reason::RateLimited,
        _ => Reason::Unclear,
    }
}

/// Returns the sentence for problems that need knowledge of Plaid.
fn own_words(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::PersonInDoubt => {
            "wasn’t contacted, because Plaid couldn’t confirm that you’re human. Try again."
        }
        Reason::Keys => {
            "wasn’t contacted, because Plaid doesn’t accept this Passbook’s keys. This Passbook’s admin needs to check PLAID_CLIENT_ID and PLAID_SECRET."
        }
        Reason::Credits => {
            "wasn’t contacted, because this Passbook has used up its allowance at Plaid. This Passbook’s admin can get more there."
        }
        Reason::NotEnabled => {
            "has to be enabled for this Passbook in the Plaid dashboard first, by its admin."
        }
        _ => return None,
    })
}

/// Converts a refusal to continue from a cursor. Plaid has no code for an unknown cursor: it answers `INVALID_FIELD`
/// ("cursor not associated with access_token"; github.com/webhookdb/webhookdb/issues/646).
pub(super) fn of_cursor(refusal: Problem) -> Problem {
    match refusal.code.as_str() {
        "INVALID_FIELD" => Problem {
            reason: Reason::CursorRefused,
            ..refusal
        },
        _ => refusal,
    }
}

#[cfg(test)]
mod tests;
