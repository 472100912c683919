//! Plaid's errors by what is to be done about them, each in words. The table follows Plaid's error
//! reference; the decision is taken by code, never by message or HTTP status.

use super::wire::ErrorBody;
use domain::id::ConnectionId;
use domain::problem::{Problem, Remedy};
use domain::text::{maybe_one_line, one_line};

/// Plaid's messages for developers have some 200 characters.
const LONGEST_TOLD: usize = 500;

/// A problem from an error object.
#[must_use]
pub fn problem(error_type: &str, error_code: &str, request_id: Option<String>) -> Problem {
    let remedy = remedy_for(error_type, error_code);
    Problem {
        remedy,
        code: if error_code.is_empty() {
            "UNKNOWN".into()
        } else {
            one_line(error_code)
        },
        message: words_for(remedy, error_code).to_owned(),
        request_id: maybe_one_line(request_id),
        retry_after: None,
    }
}

/// A problem that Plaid tells, with its own message for developers in the log, which is where people are sent.
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

/// A stranger's text for the log: cut short, and without what may be a token. The log itself escapes it.
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

/// An answer that cannot be read. What was wrong goes to the log, not to the person.
pub(super) fn bad_answer(what: &str) -> Problem {
    tracing::warn!(what, "an answer from Plaid cannot be read");
    problem("API_ERROR", "BAD_ANSWER", None)
}

fn remedy_for(error_type: &str, error_code: &str) -> Remedy {
    match error_code {
        "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION" => Remedy::Restart,
        "ITEM_LOGIN_REQUIRED"
        | "INVALID_CREDENTIALS"
        | "INVALID_MFA"
        | "INVALID_SEND_METHOD"
        | "INVALID_OTP"
        | "INVALID_PHONE_NUMBER"
        | "INVALID_UPDATED_USERNAME"
        | "INSUFFICIENT_CREDENTIALS"
        | "USER_INPUT_TIMEOUT"
        | "ACCESS_NOT_GRANTED"
        | "ADDITIONAL_CONSENT_REQUIRED"
        | "NO_ACCOUNTS"
        | "NO_AUTH_ACCOUNTS"
        | "NO_LIABILITY_ACCOUNTS"
        | "NO_INVESTMENT_ACCOUNTS"
        | "NO_INVESTMENT_AUTH_ACCOUNTS"
        | "INSTANT_MATCH_FAILED"
        | "RECAPTCHA_REQUIRED"
        | "RECAPTCHA_BAD" => Remedy::Repair,
        "ITEM_LOCKED"
        | "PASSWORD_RESET_REQUIRED"
        | "USER_SETUP_REQUIRED"
        | "MANUAL_VERIFICATION_REQUIRED" => Remedy::ActAtBank,
        "ITEM_NOT_FOUND"
        | "USER_PERMISSION_REVOKED"
        | "ITEM_CONCURRENTLY_DELETED"
        | "ITEM_NOT_SUPPORTED"
        | "MFA_NOT_SUPPORTED"
        | "INVALID_ACCESS_TOKEN"
        | "INSTITUTION_NO_LONGER_SUPPORTED"
        | "INVALID_PUBLIC_TOKEN"
        | "INVALID_LINK_TOKEN"
        | "INCORRECT_OAUTH_NONCE"
        | "INCORRECT_LINK_TOKEN"
        | "OAUTH_STATE_ID_NOT_FOUND"
        | "OAUTH_STATE_ID_ALREADY_PROCESSED" => Remedy::Relink,
        "INSTITUTION_DOWN"
        | "INSTITUTION_NOT_RESPONDING"
        | "INSTITUTION_NOT_AVAILABLE"
        | "PLANNED_MAINTENANCE" => Remedy::Wait,
        "CREDITS_EXHAUSTED"
        | "UNSUPPORTED_RESPONSE"
        | "UNAUTHORIZED_INSTITUTION"
        | "INSTITUTION_REGISTRATION_REQUIRED"
        | "INSTITUTION_NOT_ENABLED_IN_ENVIRONMENT"
        | "PRODUCTS_NOT_SUPPORTED"
        | "PRODUCT_NOT_ENABLED" => Remedy::Operator,
        "PRODUCT_NOT_READY"
        | "BAD_ANSWER"
        | "TIMEOUT"
        | "UNREACHABLE"
        | "LAST_UPDATED_DATETIME_OUT_OF_RANGE" => Remedy::Retry,
        _ => by_type(error_type),
    }
}

/// For codes that are new or rare.
fn by_type(error_type: &str) -> Remedy {
    match error_type {
        "INSTITUTION_ERROR" => Remedy::Wait,
        "ITEM_ERROR" | "OAUTH_ERROR" => Remedy::Repair,
        "INVALID_REQUEST" | "INVALID_INPUT" | "SANDBOX_ERROR" => Remedy::Operator,
        _ => Remedy::Retry,
    }
}

/// What happened and what to do, to stand after the institution's name.
#[must_use]
pub fn words_for(remedy: Remedy, error_code: &str) -> &'static str {
    match error_code {
        "INVALID_CREDENTIALS" => {
            "did not accept the user name or password. Try again with the ones you use on its own site."
        }
        "INVALID_MFA" | "INVALID_OTP" => "did not accept the code or answer. Try again.",
        "ITEM_LOCKED" => {
            "has locked your account. Unlock it on the bank's own site, then log in again here."
        }
        "PASSWORD_RESET_REQUIRED" => {
            "wants a new password. Set one on the bank's own site, then log in again here."
        }
        "USER_SETUP_REQUIRED" | "MANUAL_VERIFICATION_REQUIRED" => {
            "waits for you to finish something on its own site. Do that, then log in again here."
        }
        "USER_INPUT_TIMEOUT" => "waited too long for an answer. Try again.",
        "RECAPTCHA_REQUIRED" | "RECAPTCHA_BAD" => {
            "was not asked, because Plaid wants to be sure that you are a person. Try again."
        }
        "NO_ACCOUNTS"
        | "NO_AUTH_ACCOUNTS"
        | "NO_LIABILITY_ACCOUNTS"
        | "NO_INVESTMENT_ACCOUNTS"
        | "NO_INVESTMENT_AUTH_ACCOUNTS" => {
            "shows no accounts that can be linked. Choose accounts again, or log in as somebody else."
        }
        "ACCESS_NOT_GRANTED" | "ADDITIONAL_CONSENT_REQUIRED" => {
            "was not allowed to share your transactions. Log in again and allow it."
        }
        "INSTITUTION_NO_LONGER_SUPPORTED" => {
            "cannot be reached this way any more. Link it again if it is offered."
        }
        "MFA_NOT_SUPPORTED" | "ITEM_NOT_SUPPORTED" => {
            "asks for a kind of login that is not supported here."
        }
        "USER_PERMISSION_REVOKED" => {
            "no longer lets Passbook read your accounts. What was fetched is kept; link it again to go on."
        }
        "INVALID_API_KEYS" => {
            "was not asked, because Plaid does not accept this Passbook's keys. Whoever runs it has to check PLAID_CLIENT_ID and PLAID_SECRET."
        }
        "INVALID_LINK_TOKEN" | "INVALID_PUBLIC_TOKEN" => "took longer than allowed. Begin again.",
        "INCORRECT_OAUTH_NONCE"
        | "INCORRECT_LINK_TOKEN"
        | "OAUTH_STATE_ID_NOT_FOUND"
        | "OAUTH_STATE_ID_ALREADY_PROCESSED" => {
            "came back to another attempt than it began with. Begin again, in one window."
        }
        "PRODUCTS_NOT_SUPPORTED" | "PRODUCT_NOT_ENABLED" => {
            "does not share transactions with this Passbook. Whoever runs it finds the reason in its log."
        }
        "CREDITS_EXHAUSTED" => {
            "was not asked, because this Passbook has used up what it may ask of Plaid. Whoever runs it can get more there."
        }
        "INSTITUTION_REGISTRATION_REQUIRED"
        | "UNAUTHORIZED_INSTITUTION"
        | "INSTITUTION_NOT_ENABLED_IN_ENVIRONMENT" => {
            "has to be enabled for this Passbook in the Plaid dashboard first, by whoever runs it."
        }
        _ => match remedy {
            Remedy::Retry | Remedy::Restart => {
                "could not be read just now. Nothing is lost; it is tried again by itself."
            }
            Remedy::Wait => {
                "does not answer at the moment. Nothing is lost; it is tried again in a few hours."
            }
            Remedy::Repair => {
                "asks you to log in again. Nothing is lost; new transactions wait there."
            }
            Remedy::ActAtBank => "needs you on its own site first. Then log in again here.",
            Remedy::Relink => {
                "has ended this link. What was fetched is kept; link it again to go on."
            }
            Remedy::Operator => {
                "could not be read because of how this Passbook is set up. Whoever runs it finds the reason in its log."
            }
        },
    }
}

/// What happened on the way to a link and what to do, to stand after the institution's name: nothing is linked
/// yet, so nothing is tried again by itself, and nothing was fetched that could be kept.
#[must_use]
pub fn words_while_linking(remedy: Remedy, error_code: &str) -> &'static str {
    match error_code {
        "ITEM_LOCKED" => {
            "has locked your account. Unlock it on the bank's own site, then try again here."
        }
        "PASSWORD_RESET_REQUIRED" => {
            "wants a new password. Set one on the bank's own site, then try again here."
        }
        "USER_SETUP_REQUIRED" | "MANUAL_VERIFICATION_REQUIRED" => {
            "waits for you to finish something on its own site. Do that, then try again here."
        }
        "ACCESS_NOT_GRANTED" | "ADDITIONAL_CONSENT_REQUIRED" | "USER_PERMISSION_REVOKED" => {
            "was not allowed to share your transactions. Try again and allow it."
        }
        "INSTITUTION_NO_LONGER_SUPPORTED" => {
            "cannot be reached this way any more. Try again if it is still offered."
        }
        "ITEM_LOGIN_REQUIRED" => "wants you to log in once more. Try again.",
        _ if has_words_of_its_own(remedy, error_code) => words_for(remedy, error_code),
        _ => match remedy {
            Remedy::Retry | Remedy::Restart => {
                "could not be reached just now. Try again in a few minutes."
            }
            Remedy::Wait => "does not answer at the moment. Try again in a few hours.",
            Remedy::Repair => "did not accept the login. Try again.",
            Remedy::ActAtBank => "needs you on its own site first. Then try again here.",
            Remedy::Relink => "has ended this attempt. Try again.",
            Remedy::Operator => {
                "could not be reached because of how this Passbook is set up. Whoever runs it finds the reason in its log."
            }
        },
    }
}

fn has_words_of_its_own(remedy: Remedy, error_code: &str) -> bool {
    words_for(remedy, error_code) != words_for(remedy, "")
}

#[cfg(test)]
mod tests;
