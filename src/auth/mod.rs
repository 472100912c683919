//! Identifies people and programs: sign-up, log-in, sessions, API keys and OAuth tokens.
//!
//! Every door uses it to find out who is calling and what they may do. Guesses are throttled, secrets are stored as
//! hashes, and apps (`oauth`) and identity providers (`identity`) have folders of their own. It does not decide what a
//! person sees in the books.

pub mod api_keys;
mod bearer;
mod caller;
mod change_password;
mod confirmation;
pub mod cookies;
mod demo;
pub mod devices;
mod digest;
pub mod idempotency;
pub mod identity;
mod log_in;
pub mod logins;
pub mod oauth;
pub mod operators;
pub mod password;
mod profile;
mod queue;
mod reset_password;
pub mod sealed_session;
pub mod session;
pub mod session_store;
mod sign_up;
mod throttle;
pub mod tokens;
pub mod two_step;
mod typed_code;

pub use bearer::caller;
pub use caller::Caller;
pub use change_password::{AlsoEnds, change_password, has_password, set_password};
pub use confirmation::{ConfirmWith, Proof, confirm, confirm_with, is_confirmed};
pub use demo::{DEMO_EMAIL, demo_person, log_in_as_demo};
pub use digest::fingerprint;
pub use log_in::{log_in, log_in_with_code};
pub use profile::{NewNames, change_names};
pub use reset_password::{CODE_PAGE, PasswordReset, ask_reset, reset_password, sends_codes};
pub use sign_up::{
    Admission, Invitation, Registration, SIGN_UP_CLOSED, admission, invite_into, may_sign_up,
    problems_of_registration, register, sign_up,
};
pub use throttle::write_throttled;
pub use tokens::SigningKeys;

use domain::secret::Secret;

/// The sign-up form as the person typed it.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Date of birth, as in `1990-02-28`.
    pub birthday: String,
    /// User name; empty when the person wants none.
    pub user_name: String,
    /// Password.
    pub password: Secret,
    /// The invitation code; empty without one.
    pub invitation: Secret,
}

/// A form field and what is wrong with it, in words for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name in the form: `email`, `password`, …; empty for the form as a whole.
    pub field: &'static str,
    /// A sentence that says what to do.
    pub message: String,
}

impl FieldProblem {
    /// Makes a problem of one field.
    pub(crate) fn new(field: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { field, message }
    }
}

/// Why a sign-up, log-in or credential was refused.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The form is invalid; holds all its problems.
    #[error("invalid input")]
    Form(Vec<FieldProblem>),
    /// Too many attempts.
    #[error("too many attempts")]
    Throttled {
        /// How long to wait, in seconds.
        retry_after: u64,
    },
    /// Unknown person or wrong password. The caller must not learn which.
    #[error("that e-mail and password do not match")]
    Mismatch,
    /// Sign-up is closed, or open only to people with an invitation. Holds a sentence for the person.
    #[error("{0}")]
    SignUpClosed(String),
    /// The password is right, but two-step verification is on and no code was sent.
    #[error("a code is needed")]
    CodeNeeded,
    /// The password is right, but everyone here has to use two-step verification, and this person has not set it up.
    #[error("two-step verification is not set up")]
    TwoStepMissing,
    /// The token or key is not valid. The caller does not learn why.
    #[error("the token is not good")]
    BadToken,
    /// Too many people are logging in at the moment.
    #[error("too busy")]
    Busy,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] store::StoreError),
}

impl AuthError {
    /// Makes a form error with one problem.
    fn field(field: &'static str, message: impl Into<String>) -> Self {
        Self::Form(vec![FieldProblem::new(field, message)])
    }
}
