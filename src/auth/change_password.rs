//! Another password, for somebody who knows the present one.

use super::{AuthError, FieldProblem, log_in, password};
use crate::context::Ctx;
use crate::domain::activity::{Event, Visit};
use crate::domain::secret::Secret;
use crate::domain::user::User;

/// Changes a person's password. Every token that was given out before ends with it, every session on a browser,
/// and the keys too if `keys` says so. Returns the person under the new one, for a session of their own.
///
/// # Errors
/// [`AuthError::Form`] when the present one is wrong or the new one weak; [`AuthError::Throttled`].
pub async fn change_password(
    ctx: &Ctx,
    user: &User,
    present: &Secret,
    new: &Secret,
    keys: bool,
    visit: &Visit,
) -> Result<User, AuthError> {
    let of = |field: &'static str, message: String| {
        AuthError::Form(vec![FieldProblem { field, message }])
    };
    // The same door as log-in, so that guesses are counted here too.
    let proven = match log_in(ctx, user.email.as_str(), present, visit).await {
        Ok(proven) => proven,
        Err(AuthError::Mismatch) => {
            return Err(of("present", "That is not your password.".into()));
        }
        Err(error) => return Err(error),
    };
    let birthday = user.birthday.map(|day| day.to_string()).unwrap_or_default();
    let about = [
        user.first_name.as_str(),
        user.last_name.as_str(),
        user.email.as_str(),
        user.user_name.as_ref().map_or("", |name| name.as_str()),
        &birthday,
    ];
    let about = about.into_iter().filter(|word| !word.is_empty());
    let about = about.map(str::to_owned).collect();
    if let Some(message) = password::weakness(new, about).await? {
        return Err(of("new", message));
    }
    let hash = password::hash(new).await?;
    let now = ctx.clock.now().as_millisecond();
    if !ctx.store.change_password(&proven, &hash, keys, now).await? {
        return Err(of("present", "That is not your password any more.".into()));
    }
    ctx.store
        .note(&user.id, &Event::PasswordChanged, ctx.clock.now())
        .await?;
    tracing::info!(user = %user.id, "the password was changed");
    Ok(User {
        password_version: proven.password_version + 1,
        ..proven
    })
}
