//! Who is there: signing up, logging in, staying logged in.

pub mod api_keys;
mod bearer;
mod caller;
mod change_password;
pub mod cookies;
pub mod devices;
mod digest;
pub mod identity;
mod log_in;
pub mod oauth;
pub mod once;
pub mod operators;
pub mod password;
mod phrase;
mod proof;
mod queue;
pub mod sealed_session;
pub mod session;
pub mod session_store;
mod sign_up;
mod throttle;
pub mod tokens;
mod weak;

pub use bearer::caller;
pub use caller::Caller;
pub use change_password::{AlsoEnds, change_password, has_password, set_password};
pub use digest::fingerprint;
pub use log_in::log_in;
pub use proof::Proof;
pub use sign_up::{
    Admission, Invitation, Registration, SIGN_UP_CLOSED, admission, invite_into, may_sign_up,
    problems_of_registration, register, sign_up,
};
pub use throttle::write_throttled;
pub use tokens::SigningKeys;

use domain::secret::Secret;

/// What the sign-up form sends, as typed.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// `1990-02-28`.
    pub birthday: String,
    /// Optional; empty when not wanted.
    pub user_name: String,
    /// Password.
    pub password: Secret,
    /// The code of an invitation; empty without one.
    pub invitation: Secret,
}

/// A field of a form and what is wrong with it, in words for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name in the form: `email`, `password`, …; empty for the form as a whole.
    pub field: &'static str,
    /// A sentence that says what to do.
    pub message: String,
}

impl FieldProblem {
    /// A problem of one field.
    pub(crate) fn new(field: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { field, message }
    }
}

/// Why nobody was signed up or logged in.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The form is not right; all that is wrong with it.
    #[error("the form is not right")]
    Form(Vec<FieldProblem>),
    /// Too many attempts: wait this many seconds.
    #[error("too many attempts")]
    Throttled {
        /// Seconds.
        retry_after: u64,
    },
    /// Unknown person or wrong password: nobody may know which.
    #[error("that e-mail and password do not match")]
    Mismatch,
    /// Nobody can sign up here, or only with an invitation. A sentence for the person.
    #[error("{0}")]
    SignUpClosed(String),
    /// A token or key that is not good; why is nobody's business.
    #[error("the token is not good")]
    BadToken,
    /// Too many people log in at this moment.
    #[error("too busy")]
    Busy,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] store::StoreError),
}

impl AuthError {
    /// A form in which one field is not right.
    fn field(field: &'static str, message: impl Into<String>) -> Self {
        Self::Form(vec![FieldProblem::new(field, message)])
    }
}
