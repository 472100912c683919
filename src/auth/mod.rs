//! Who is there: signing up, logging in, staying logged in.

pub mod session;

use crate::context::Ctx;
use crate::domain::secret::Secret;
use crate::domain::user::User;

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
    pub invitation: String,
}

/// A field of a form and what is wrong with it, in words for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name in the form: `email`, `password`, …; empty for the form as a whole.
    pub field: &'static str,
    /// A sentence that says what to do.
    pub message: String,
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
    /// Too many people log in at this moment.
    #[error("too busy")]
    Busy,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] crate::store::StoreError),
}

/// Whether somebody who has this invitation (empty: none) may sign up; the sentence to show if not.
///
/// # Errors
/// [`AuthError::SignUpClosed`] with the sentence; when the database fails.
pub async fn may_sign_up(_ctx: &Ctx, _invitation: &str) -> Result<(), AuthError> {
    Ok(())
}

/// Signs a person up.
///
/// # Errors
/// All that is wrong with the form at once; or that sign-up is closed.
pub async fn sign_up(_ctx: &Ctx, _form: SignUp) -> Result<User, AuthError> {
    Err(AuthError::Busy)
}

/// Checks a name (e-mail or user name) and a password.
///
/// # Errors
/// [`AuthError::Mismatch`], [`AuthError::Throttled`], [`AuthError::Busy`].
pub async fn log_in(
    _ctx: &Ctx,
    _name: &str,
    _password: &Secret,
    _address: &str,
) -> Result<User, AuthError> {
    Err(AuthError::Mismatch)
}
