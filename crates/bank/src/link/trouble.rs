//! Errors inside Link: Plaid's codes and their messages to a person.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An error that the page shows and an exit reports.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Trouble {
    /// Plaid's code.
    pub(super) code: String,
    /// A developer message more specific than the code's usual one.
    pub(super) detail: Option<String>,
    /// Identifies the error in the bank's log.
    pub(super) request_id: String,
    /// Whether there are accounts, but the person chose none of them. Plaid has no code for that.
    #[serde(default)]
    none_chosen: bool,
}

impl Trouble {
    pub(super) fn new(code: &str, detail: Option<String>) -> Self {
        Self {
            code: code.to_owned(),
            detail,
            request_id: request_id(),
            none_chosen: false,
        }
    }

    /// The error when the person chose no account.
    pub(super) fn none_chosen() -> Self {
        Self {
            none_chosen: true,
            ..Self::new("NO_ACCOUNTS", None)
        }
    }

    /// Returns the error as `onExit` and `/link/token/get` report it.
    pub(super) fn to_json(&self) -> Value {
        let entry = entry(&self.code);
        json!({
            "error_type": entry.kind,
            "error_code": self.code,
            "error_message": self.detail.as_deref().unwrap_or(entry.message),
            "display_message": self.words(),
            "request_id": self.request_id,
        })
    }

    /// Returns Plaid's `error_type` of the code.
    pub(super) fn kind(&self) -> &'static str {
        entry(&self.code).kind
    }

    /// Returns the message to a developer.
    pub(super) fn message(&self) -> &str {
        self.detail.as_deref().unwrap_or(entry(&self.code).message)
    }

    /// Returns the detail when it differs from the code's usual message.
    pub(super) fn news(&self) -> Option<&str> {
        self.detail
            .as_deref()
            .filter(|detail| *detail != entry(&self.code).message)
    }

    /// Returns the message to the person.
    pub(super) fn words(&self) -> &'static str {
        match self.none_chosen {
            true => CHOOSE_ONE,
            false => entry(&self.code).words,
        }
    }
}

/// Returns a new request id of fifteen characters, as long as Plaid's.
pub(super) fn request_id() -> String {
    let mut id = uuid::Uuid::new_v4().simple().to_string();
    id.truncate(15);
    id
}

/// What a person reads who has chosen no account.
pub(super) const CHOOSE_ONE: &str = "Choose at least one account.";

struct Entry {
    code: &'static str,
    kind: &'static str,
    message: &'static str,
    words: &'static str,
}

fn entry(code: &str) -> &'static Entry {
    TABLE.iter().find(|e| e.code == code).unwrap_or(&UNKNOWN)
}

const UNKNOWN: Entry = Entry {
    code: "",
    kind: "ITEM_ERROR",
    message: "an error occurred while linking this item",
    words: "Something went wrong with the bank. Try again, or choose another bank.",
};

/// Codes, types and messages follow plaid.com/docs/errors; the words to the person are ours.
const TABLE: &[Entry] = &[
    Entry {
        code: "INVALID_CREDENTIALS",
        kind: "ITEM_ERROR",
        message: "the provided credentials were not correct",
        words: "Wrong username or password. Please try again.",
    },
    Entry {
        code: "INVALID_UPDATED_USERNAME",
        kind: "ITEM_ERROR",
        message: "the username provided is not the one that this item was linked with",
        words: "Please use the same username that you linked before.",
    },
    Entry {
        code: "INVALID_MFA",
        kind: "ITEM_ERROR",
        message: "the provided MFA response(s) were not correct",
        words: "That isn’t right. Please try again.",
    },
    Entry {
        code: "INVALID_SEND_METHOD",
        kind: "ITEM_ERROR",
        message: "the provided MFA send method was invalid",
        words: "The bank can’t send a code there. Please choose another way.",
    },
    Entry {
        code: "INSUFFICIENT_CREDENTIALS",
        kind: "ITEM_ERROR",
        message: "insufficient authorization was granted to complete the request",
        words: "The log-in wasn’t completed. Please try again.",
    },
    Entry {
        code: "USER_INPUT_TIMEOUT",
        kind: "ITEM_ERROR",
        message: "user did not provide input within the allowed time",
        words: "That took too long. Please log in again.",
    },
    Entry {
        code: "ITEM_LOCKED",
        kind: "ITEM_ERROR",
        message: "the account is locked. prompt the user to visit the institution's site and unlock their account",
        words: "Your account is locked. Unlock it on the bank’s website, then try again.",
    },
    Entry {
        code: "ITEM_LOGIN_REQUIRED",
        kind: "ITEM_ERROR",
        message: "the login details of this item have changed (credentials, MFA, or required user action) and a user login is required to update this information. use Link's update mode to restore the item to a good state",
        words: "Your bank needs you to log in again.",
    },
    Entry {
        code: "PASSWORD_RESET_REQUIRED",
        kind: "ITEM_ERROR",
        message: "the user must reset their password at the institution",
        words: "Your bank wants you to change your password. Change it on the bank’s website, then try again.",
    },
    Entry {
        code: "USER_SETUP_REQUIRED",
        kind: "ITEM_ERROR",
        message: "the account has not been fully set up. prompt the user to visit the issuing institution's site and finish the setup process",
        words: "Your account isn’t set up yet. Finish setting it up on the bank’s website, then try again.",
    },
    Entry {
        code: "MANUAL_VERIFICATION_REQUIRED",
        kind: "ITEM_ERROR",
        message: "the account requires manual verification at the institution",
        words: "Your bank has to verify your account first. Please contact the bank.",
    },
    Entry {
        code: "MFA_NOT_SUPPORTED",
        kind: "ITEM_ERROR",
        message: "this account requires a MFA type that we do not currently support for the institution",
        words: "This account uses a security step that isn’t supported.",
    },
    Entry {
        code: "ITEM_NOT_SUPPORTED",
        kind: "ITEM_ERROR",
        message: "this account is currently not supported",
        words: "This kind of account can’t be linked.",
    },
    Entry {
        code: "NO_ACCOUNTS",
        kind: "ITEM_ERROR",
        message: "no valid accounts exist for this item",
        words: "We found no accounts that can be linked.",
    },
    Entry {
        code: "ACCESS_NOT_GRANTED",
        kind: "ITEM_ERROR",
        message: "access to this product was not granted for the account",
        words: "You didn’t allow access. Try again, or choose another bank.",
    },
    Entry {
        code: "COUNTRY_NOT_SUPPORTED",
        kind: "INSTITUTION_ERROR",
        message: "this country is not supported",
        words: "Accounts in this country can’t be linked.",
    },
    Entry {
        code: "INSTITUTION_DOWN",
        kind: "INSTITUTION_ERROR",
        message: "this institution is not currently responding to this request. please try again soon",
        words: "The bank isn’t responding. Please try again in a few hours.",
    },
    Entry {
        code: "INSTITUTION_NOT_RESPONDING",
        kind: "INSTITUTION_ERROR",
        message: "this institution is not currently responding to this request. please try again soon",
        words: "The bank isn’t responding. Please try again soon.",
    },
    Entry {
        code: "INSTITUTION_NOT_AVAILABLE",
        kind: "INSTITUTION_ERROR",
        message: "this institution is not currently available",
        words: "The bank isn’t available right now. Please try again later.",
    },
    Entry {
        code: "INSTITUTION_NO_LONGER_SUPPORTED",
        kind: "INSTITUTION_ERROR",
        message: "this institution is no longer supported",
        words: "This bank can’t be linked. Please choose another one.",
    },
    Entry {
        code: "INTERNAL_SERVER_ERROR",
        kind: "API_ERROR",
        message: "an unexpected error occurred",
        words: "Something went wrong on our side. Please try again.",
    },
    Entry {
        code: "PLAID_ERROR",
        kind: "API_ERROR",
        message: "an unexpected error occurred",
        words: "Something went wrong on our side. Please try again.",
    },
    Entry {
        code: "PLANNED_MAINTENANCE",
        kind: "API_ERROR",
        message: "the service is undergoing planned maintenance",
        words: "Linking is down for maintenance. Please try again later.",
    },
    Entry {
        code: "RATE_LIMIT",
        kind: "RATE_LIMIT_EXCEEDED",
        message: "rate limit exceeded for attempts to access this item. please try again later",
        words: "Too many attempts. Please wait a minute and try again.",
    },
    Entry {
        code: "INVALID_LINK_TOKEN",
        kind: "INVALID_INPUT",
        message: "invalid link_token provided",
        words: "This link has expired or isn’t valid. Please start again.",
    },
    Entry {
        code: "INCORRECT_LINK_TOKEN",
        kind: "OAUTH_ERROR",
        message: "link token does not match original link token",
        words: "You came back from the bank in a different attempt. Please start again.",
    },
    Entry {
        code: "OAUTH_STATE_ID_NOT_FOUND",
        kind: "OAUTH_ERROR",
        message: "oauth state id not found",
        words: "We couldn’t match you to your visit to the bank. Please start again.",
    },
    Entry {
        code: "OAUTH_STATE_ID_ALREADY_PROCESSED",
        kind: "OAUTH_ERROR",
        message: "oauth state id already processed",
        words: "This log-in was already used. Please start again.",
    },
    Entry {
        code: "RECAPTCHA_BAD",
        kind: "RECAPTCHA_ERROR",
        message: "the provided response was not correct",
        words: "We couldn’t confirm that you’re human. Please try again.",
    },
];
