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
    /// A refusal with status 400.
    pub fn new(kind: &'static str, code: &str, message: impl Into<String>) -> Self {
        Self { status: 400, kind, code: code.to_owned(), message: message.into(), display: None }
    }

    /// The bank itself failed.
    #[must_use]
    pub fn internal() -> Self {
        let mut refusal = Self::new(
            "API_ERROR",
            "INTERNAL_SERVER_ERROR",
            "an unexpected error occurred",
        );
        refusal.status = 500;
        refusal
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
