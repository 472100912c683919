//! Errors in Plaid's format: `error_type`, `error_code`, `error_message`, `display_message` and the HTTP status.

mod known;

use serde_json::{Value, json};

use known::KNOWN;

/// An error that the bank answers a call with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Plaid's `error_type`.
    pub kind: &'static str,
    /// Plaid's `error_code`.
    pub code: String,
    /// The message for developers.
    pub message: String,
    /// The message for people.
    pub display: Option<String>,
}

impl Refusal {
    /// Creates a refusal with status 400 and a message of its own.
    pub fn new(kind: &'static str, code: &str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            kind,
            code: code.to_owned(),
            message: message.into(),
            display: None,
        }
    }

    /// Returns the refusal that Plaid gives with a code. An unknown code is an `ITEM_ERROR`.
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

    /// Returns the refusal of a field with a wrong value.
    pub fn invalid_field(message: impl Into<String>) -> Self {
        Self::new("INVALID_REQUEST", "INVALID_FIELD", message)
    }

    /// Returns the error for a failure of the bank itself.
    #[must_use]
    pub fn internal() -> Self {
        Self::from_code("INTERNAL_SERVER_ERROR")
    }

    /// Returns the error object without a request id, as it appears in an Item, a webhook and `onExit`.
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
