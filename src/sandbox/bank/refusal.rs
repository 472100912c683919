//! No, in Plaid's words: `error_type`, `error_code`, `error_message`, `display_message` and the HTTP status.

use serde_json::{Value, json};

/// An error of Plaid's wire.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Plaid's `error_type`.
    pub kind: &'static str,
    /// Plaid's `error_code`.
    pub code: String,
    /// For developers.
    pub message: String,
    /// For people.
    pub display: Option<String>,
}

impl Refusal {
    /// A refusal with status 400 and words of its own.
    pub fn new(kind: &'static str, code: &str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            kind,
            code: code.to_owned(),
            message: message.into(),
            display: None,
        }
    }

    /// The refusal that Plaid gives with a code; a code that is not in the list is an `ITEM_ERROR`.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        let known = KNOWN.iter().find(|known| known.0 == code);
        let (kind, message, display) = known.map_or(
            ("ITEM_ERROR", "the item cannot be used", None),
            |(_, kind, message, display)| (*kind, *message, *display),
        );
        let mut refusal = Self::new(kind, code, message);
        refusal.display = display.map(str::to_owned);
        refusal.status = match code {
            "INTERNAL_SERVER_ERROR" | "PLAID_ERROR" => 500,
            "PLANNED_MAINTENANCE" => 503,
            "OAUTH_STATE_ID_NOT_FOUND" => 404,
            _ if kind == "RATE_LIMIT_EXCEEDED" => 429,
            _ => 400,
        };
        refusal
    }

    /// A field has a wrong value.
    pub fn invalid_field(message: impl Into<String>) -> Self {
        Self::new("INVALID_REQUEST", "INVALID_FIELD", message)
    }

    /// The bank itself failed.
    #[must_use]
    pub fn internal() -> Self {
        Self::from_code("INTERNAL_SERVER_ERROR")
    }

    /// The error object without a request id, as it stands in an Item, a webhook and `onExit`.
    #[must_use]
    pub fn object(&self) -> Value {
        json!({
            "error_type": self.kind,
            "error_code": self.code,
            "error_message": self.message,
            "display_message": self.display,
        })
    }
}

/// Code, type, words for developers, words for people.
const KNOWN: &[(&str, &str, &str, Option<&str>)] = &[
    (
        "ITEM_LOGIN_REQUIRED",
        "ITEM_ERROR",
        "the login details of this item have changed (credentials, MFA, or required user action) and a user login is required to update this information. use Link's update mode to restore the item to a good state",
        None,
    ),
    (
        "INVALID_CREDENTIALS",
        "ITEM_ERROR",
        "the provided credentials were not correct",
        Some("The provided credentials were not correct. Please try again."),
    ),
    (
        "INSUFFICIENT_CREDENTIALS",
        "ITEM_ERROR",
        "insufficient authorization was granted to complete the request",
        Some("Not everything that is needed was allowed. Please try again."),
    ),
    (
        "INVALID_MFA",
        "ITEM_ERROR",
        "the provided MFA response(s) were not correct",
        Some("The provided MFA responses were not correct. Please try again."),
    ),
    (
        "INVALID_SEND_METHOD",
        "ITEM_ERROR",
        "the provided MFA send method was invalid",
        Some("This way of sending the code cannot be used. Please choose another."),
    ),
    (
        "INVALID_UPDATED_USERNAME",
        "ITEM_ERROR",
        "the username provided to /item/update is not an authorized username for this item",
        Some("This is not the user name that was linked. Please use that one."),
    ),
    (
        "ITEM_LOCKED",
        "ITEM_ERROR",
        "the account is locked. prompt the user to visit the institution's site and unlock their account",
        Some("The account is locked. Please unlock it at your bank's own site, then try again."),
    ),
    (
        "ITEM_NOT_SUPPORTED",
        "ITEM_ERROR",
        "this account is currently not supported",
        Some("This account cannot be linked."),
    ),
    (
        "MFA_NOT_SUPPORTED",
        "ITEM_ERROR",
        "this account requires a MFA type that we do not currently support for the institution",
        Some("This account asks for a kind of confirmation that cannot be used here."),
    ),
    (
        "NO_ACCOUNTS",
        "ITEM_ERROR",
        "no valid accounts were found for this item",
        Some("No accounts were found that can be linked."),
    ),
    (
        "PASSWORD_RESET_REQUIRED",
        "ITEM_ERROR",
        "the user must reset their password",
        Some("Please set a new password at your bank's own site, then try again."),
    ),
    (
        "USER_SETUP_REQUIRED",
        "ITEM_ERROR",
        "the account has not been fully set up. prompt the user to visit the institution's site and finish the setup process",
        Some("Please finish setting up your account at your bank's own site, then try again."),
    ),
    (
        "USER_INPUT_TIMEOUT",
        "ITEM_ERROR",
        "user must retry this operation",
        Some("It took too long. Please try again."),
    ),
    (
        "MANUAL_VERIFICATION_REQUIRED",
        "ITEM_ERROR",
        "this account requires the user to manually verify their account with the institution before linking",
        Some("Please confirm your account at your bank's own site, then try again."),
    ),
    (
        "ACCESS_NOT_GRANTED",
        "ITEM_ERROR",
        "access to this product was not granted for the account",
        Some("Access was not allowed at your bank."),
    ),
    (
        "ITEM_NOT_FOUND",
        "ITEM_ERROR",
        "The Item you requested cannot be found. This Item does not exist, has been previously removed via /item/remove, or has had access removed by the user.",
        None,
    ),
    (
        "PRODUCT_NOT_READY",
        "ITEM_ERROR",
        "the requested product is not yet ready. please provide a webhook or try the request again later",
        None,
    ),
    (
        "PRODUCTS_NOT_SUPPORTED",
        "ITEM_ERROR",
        "the requested product is not supported by this institution",
        None,
    ),
    (
        "USER_PERMISSION_REVOKED",
        "ITEM_ERROR",
        "the holder of this account has revoked their permission for your application to access it",
        None,
    ),
    (
        "COUNTRY_NOT_SUPPORTED",
        "INVALID_INPUT",
        "this country is not supported",
        Some("Banks of this country cannot be linked."),
    ),
    (
        "INSTITUTION_DOWN",
        "INSTITUTION_ERROR",
        "this institution is not currently responding to this request. please try again soon",
        Some("This bank is not answering at the moment. Please try again later."),
    ),
    (
        "INSTITUTION_NOT_RESPONDING",
        "INSTITUTION_ERROR",
        "this institution is not currently responding to this request. please try again soon",
        Some("This bank is not answering at the moment. Please try again later."),
    ),
    (
        "INSTITUTION_NOT_AVAILABLE",
        "INSTITUTION_ERROR",
        "this institution is not currently available",
        Some("This bank is not answering at the moment. Please try again later."),
    ),
    (
        "INSTITUTION_NO_LONGER_SUPPORTED",
        "INSTITUTION_ERROR",
        "this institution is no longer supported",
        Some("This bank can no longer be linked."),
    ),
    (
        "UNSUPPORTED_RESPONSE",
        "INSTITUTION_ERROR",
        "the data returned from the financial institution is not valid",
        Some("This bank's answer could not be read. Please try again later."),
    ),
    (
        "INTERNAL_SERVER_ERROR",
        "API_ERROR",
        "an unexpected error occurred",
        Some("Something went wrong. Please try again."),
    ),
    (
        "PLAID_ERROR",
        "API_ERROR",
        "an unexpected error occurred",
        Some("Something went wrong. Please try again."),
    ),
    (
        "PLANNED_MAINTENANCE",
        "API_ERROR",
        "the Plaid API is temporarily unavailable due to planned maintenance",
        Some("Please try again later."),
    ),
    (
        "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION",
        "TRANSACTIONS_ERROR",
        "Underlying transaction data changed since last page was fetched. Please restart pagination from last update.",
        None,
    ),
    (
        "INVALID_ACCESS_TOKEN",
        "INVALID_INPUT",
        "could not find matching access token",
        None,
    ),
    (
        "INVALID_PUBLIC_TOKEN",
        "INVALID_INPUT",
        "could not find matching public token",
        None,
    ),
    (
        "INVALID_LINK_TOKEN",
        "INVALID_INPUT",
        "invalid link_token provided",
        Some("This page has expired. Please start again."),
    ),
    (
        "INVALID_API_KEYS",
        "INVALID_INPUT",
        "invalid client_id or secret provided",
        None,
    ),
    (
        "INVALID_ACCOUNT_ID",
        "INVALID_INPUT",
        "failed to find requested account ID for requested item",
        None,
    ),
    (
        "INVALID_INSTITUTION",
        "INVALID_INPUT",
        "invalid institution_id provided",
        None,
    ),
    (
        "INVALID_WEBHOOK_VERIFICATION_KEY_ID",
        "INVALID_INPUT",
        "invalid key_id provided. note that key_ids are specific to Plaid environments, and verification requests must be made to the same environment that the webhook was sent from",
        None,
    ),
    (
        "INVALID_BODY",
        "INVALID_REQUEST",
        "body could not be parsed as JSON",
        None,
    ),
    ("NOT_FOUND", "INVALID_REQUEST", "not found", None),
    (
        "INCORRECT_LINK_TOKEN",
        "OAUTH_ERROR",
        "link token does not match original link token",
        None,
    ),
    (
        "OAUTH_STATE_ID_NOT_FOUND",
        "OAUTH_ERROR",
        "the oauth_state_id cannot be found",
        None,
    ),
    (
        "OAUTH_STATE_ID_ALREADY_PROCESSED",
        "OAUTH_ERROR",
        "the oauth_state_id has already been processed",
        None,
    ),
    (
        "SANDBOX_WEBHOOK_INVALID",
        "SANDBOX_ERROR",
        "Webhook for this item is either not set up, or invalid. Please update the item's webhook and try again.",
        None,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_plaids_type_status_and_words() {
        let login = Refusal::from_code("ITEM_LOGIN_REQUIRED");
        assert_eq!((login.kind, login.status), ("ITEM_ERROR", 400));
        assert!(
            login
                .message
                .starts_with("the login details of this item have changed")
        );
        assert_eq!(Refusal::internal().status, 500);
        assert_eq!(Refusal::from_code("SOMETHING_NEW").code, "SOMETHING_NEW");
    }
}
