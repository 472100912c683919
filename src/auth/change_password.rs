//! Another password, for somebody who knows the present one.

use super::{AuthError, FieldProblem, devices, log_in, password};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::secret::Secret;
use domain::user::User;
use store::NewPassword;

/// Changes a person's password. Every token that was given out before ends with it, every session on a browser,
/// every device and address that was known but the ones that this request shows, and the keys too if `keys` says so. Returns the person under the new one, for a session of their own.
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
    device: Option<&Secret>,
) -> Result<User, AuthError> {
    let of = |field: &'static str, message: String| {
        AuthError::Form(vec![FieldProblem { field, message }])
    };
    // The same check as for log-in, so that guesses are counted here too.
    let name = user.email.as_str();
    let refused = Event::WrongCurrentPassword;
    let proven = match log_in::recognise(ctx, name, present, visit, device, refused).await {
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
    if let Some(message) = password::weakness(new, about, &visit.address).await? {
        return Err(of("new", message));
    }
    devices::logged_in_from(ctx, &proven, &visit.address).await?;
    let change = NewPassword {
        hash: password::hash(new, &visit.address).await?,
        keys,
        device: device.map(devices::token_hash).unwrap_or_default(),
        address: devices::address_hash(ctx, user.id.as_str(), &visit.address),
    };
    let now = ctx.clock.now();
    if !ctx.store.change_password(&proven, &change, now).await? {
        return Err(of("present", "That is not your password any more.".into()));
    }
    tracing::info!(user = %user.id, "the password was changed");
    Ok(User {
        password_version: proven.password_version + 1,
        ..proven
    })
}
