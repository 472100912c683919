//! Forgotten passwords: a code, by mail or from the admin, and a new password with it.
//!
//! What a stranger can ask says nothing about who has an account. A new password logs nobody in, so two-step
//! verification stands as before.

use jiff::{SignedDuration, Timestamp};

use super::change_password::weakness;
use super::typed_code::{code_hash, new_code};
use super::{AuthError, FieldProblem, devices, password, throttle};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::id::{MailId, UserId};
use domain::secret::Secret;
use domain::user::{EmailAddress, Role};
use store::NewReset;

/// The path of the page where a code is entered. Its address carries no code, because proxies log addresses and
/// browsers keep them in their history.
pub const CODE_PAGE: &str = "/reset-password/new";

/// How long a code is valid.
const CODE_LASTS: SignedDuration = SignedDuration::from_mins(30);
/// The groups of a code, and the letters of each: 160 bits.
const CODE: (usize, usize) = (8, 4);

const NO_MAIL: &str = "This Passbook doesn’t send email. Ask its admin for a code.";
const WRONG_CODE: &str = "That code is wrong, expired or already used, or belongs to another email. Check both, or \
    get a new code.";

/// A new password, with the code that allows it.
#[derive(Clone, Debug)]
pub struct PasswordReset {
    /// The person's e-mail address.
    pub email: String,
    /// The code.
    pub code: Secret,
    /// The new password.
    pub new: Secret,
}

/// Whether people can have a code sent to them.
#[must_use]
pub fn sends_codes(ctx: &Ctx) -> bool {
    ctx.config.mail.is_some()
}

/// Sends a code to the person with this e-mail address, if there is one. The result is the same if there is none.
///
/// # Errors
/// [`AuthError::Form`] when the address is malformed or no mail server is set up; [`AuthError::Throttled`].
pub async fn ask_reset(
    ctx: &Ctx,
    email: &str,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<(), AuthError> {
    if !sends_codes(ctx) {
        return Err(AuthError::field("", NO_MAIL));
    }
    let folded = parsed(email)
        .map_err(|problem| AuthError::Form(vec![problem]))?
        .folded();
    let found = person(ctx, &folded).await?;
    let account = found.as_ref().map_or(folded.as_str(), UserId::as_str);
    let origin = devices::origin(ctx, account, device, &visit.address).await?;
    throttle::reset(ctx, "reset asked", account, &visit.address, &origin).await?;
    let (code, mail) = (new_code(CODE.0, CODE.1)?, MailId::generate());
    // For nobody the same work is done.
    let owner = found.clone().unwrap_or_else(UserId::generate);
    let sealed = ctx.vault.seal(&code, mail.as_str(), owner.as_str());
    let sealed = sealed.map_err(|_| AuthError::Busy)?;
    let (hash, now) = (code_hash(code.expose()), ctx.clock.now());
    let new = NewReset {
        code_hash: &hash,
        expires_at: expiry(now),
        mail: &mail,
        sealed_code: &sealed,
    };
    ctx.store.ask_reset(found.as_ref(), &new, now).await?;
    tracing::info!(
        address = visit.address,
        "a code to reset a password was asked for"
    );
    ctx.work.notify_one();
    Ok(())
}

/// Sets a new password with a code, and revokes every session and token of the person. Nobody is logged in by it.
///
/// # Errors
/// [`AuthError::Form`] with every problem; [`AuthError::Throttled`] after too many guesses.
pub async fn reset_password(
    ctx: &Ctx,
    form: &PasswordReset,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<(), AuthError> {
    let folded = checked(form)?.folded();
    let hash = code_hash(form.code.expose());
    let found = person(ctx, &folded).await?;
    let account = found.as_ref().map_or(folded.as_str(), UserId::as_str);
    let origin = devices::origin(ctx, account, device, &visit.address).await?;
    let attempt = throttle::reset(ctx, "reset code", account, &visit.address, &origin).await?;
    let user = ctx.store.person_to_reset(&folded, &hash, ctx.clock.now());
    let Some(user) = user.await? else {
        let event = Event::LoginFailed(visit.clone());
        throttle::failed(ctx, &attempt, None, &event).await?;
        tracing::info!(address = visit.address, "a wrong code to reset a password");
        return Err(AuthError::field("code", WRONG_CODE));
    };
    throttle::succeeded(ctx, &attempt).await?;
    let weak = weakness(&user, &form.new, visit).await?;
    if !weak.is_empty() {
        return Err(AuthError::Form(weak));
    }
    let new = password::hash(&form.new, &visit.address).await?;
    let now = ctx.clock.now();
    if !ctx.store.reset_password(&user, &hash, new, now).await? {
        return Err(AuthError::field("code", WRONG_CODE));
    }
    tracing::info!(user = %user.id, "the password was reset with a code");
    ctx.work.notify_one();
    Ok(())
}

/// A new code, and its hash and expiry for storage.
pub(super) fn code_for_admin(now: Timestamp) -> Result<(Secret, String, i64), AuthError> {
    let code = new_code(CODE.0, CODE.1)?;
    let hash = code_hash(code.expose());
    Ok((code, hash, expiry(now)))
}

/// Returns the id of the person with this address, if their password can be reset.
async fn person(ctx: &Ctx, folded: &str) -> Result<Option<UserId>, AuthError> {
    let found = ctx.store.user_to_log_in(folded).await?;
    let found = found.map(|(user, _)| user);
    // User names are found too. The demo person's password is public and stays as it is.
    let theirs = found.filter(|user| user.email.folded() == folded && user.role != Role::Demo);
    Ok(theirs.map(|user| user.id))
}

/// Checks what can be checked without looking anything up. An incomplete form counts as no guess.
fn checked(form: &PasswordReset) -> Result<EmailAddress, AuthError> {
    let mut problems = Vec::new();
    let email = parsed(&form.email);
    if form.code.expose().trim().is_empty() {
        problems.push(FieldProblem::new("code", "Enter the code from the email."));
    }
    if form.new.expose().is_empty() {
        problems.push(FieldProblem::new("new", "Enter a new password."));
    }
    match email {
        Ok(email) if problems.is_empty() => Ok(email),
        Ok(_) => Err(AuthError::Form(problems)),
        Err(problem) => {
            problems.insert(0, problem);
            Err(AuthError::Form(problems))
        }
    }
}

fn parsed(email: &str) -> Result<EmailAddress, FieldProblem> {
    EmailAddress::parse(email).map_err(|message| FieldProblem::new("email", message))
}

fn expiry(now: Timestamp) -> i64 {
    now.checked_add(CODE_LASTS).unwrap_or(now).as_millisecond()
}
