//! Setting and changing a password.

use tower_sessions::Session;

use super::confirmation::LOG_IN_AGAIN;
use super::{AuthError, FieldProblem, devices, log_in, password, session};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::secret::Secret;
use domain::user::User;
use store::{KnownHere, NewPassword};

/// What a password change revokes in addition to sessions and tokens.
#[derive(Clone, Copy, Debug, Default)]
pub struct AlsoEnds {
    /// The person's API keys.
    pub keys: bool,
    /// The connections to identity providers.
    pub identities: bool,
}

/// Changes a person's password. This revokes every token and every browser session, forgets every known device and
/// address except those of this request, and revokes what `also` names. Returns the person with the new password
/// version, for a new session.
///
/// # Errors
/// [`AuthError::Form`] when the current password is wrong or the new one is weak; [`AuthError::Throttled`].
pub async fn change_password(
    ctx: &Ctx,
    user: &User,
    present: &Secret,
    new: &Secret,
    also: AlsoEnds,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<User, AuthError> {
    let weak = weakness(user, new, visit).await?;
    let proven = match prove(ctx, user, present, visit, device).await {
        Err(AuthError::Form(problems)) => Err(AuthError::Form([problems, weak].concat())),
        Ok(_) if !weak.is_empty() => Err(AuthError::Form(weak)),
        proven => proven,
    }?;
    devices::logged_in_from(ctx, &proven, &visit.address).await?;
    write(ctx, proven, new, also, visit, device).await
}

/// Writes the new password.
async fn write(
    ctx: &Ctx,
    user: User,
    new: &Secret,
    also: AlsoEnds,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<User, AuthError> {
    let change = NewPassword {
        hash: password::hash(new, &visit.address).await?,
        keys: also.keys,
        identities: also.identities,
        here: KnownHere {
            device: device.map(devices::token_hash).unwrap_or_default(),
            address: devices::address_hash(ctx, user.id.as_str(), &visit.address),
        },
    };
    let now = ctx.clock.now();
    if !ctx.store.change_password(&user, &change, now).await? {
        return Err(AuthError::field(
            "present",
            "That’s no longer your password.",
        ));
    }
    tracing::info!(user = %user.id, "the password was changed");
    Ok(User {
        password_version: user.password_version + 1,
        ..user
    })
}

/// Whether a person has a password. People who signed up with an identity provider may have none.
pub async fn has_password(ctx: &Ctx, user: &User) -> Result<bool, AuthError> {
    Ok(ctx.store.has_password(&user.id).await?)
}

/// Sets a password for a person who has none and has just logged in. Revokes what [`change_password`] revokes.
///
/// # Errors
/// [`AuthError::Form`] when the password is weak, when the person already has one, or when the log-in was too long ago.
pub async fn set_password(
    ctx: &Ctx,
    session: &Session,
    user: &User,
    new: &Secret,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<User, AuthError> {
    if has_password(ctx, user).await? {
        return Err(AuthError::field(
            "new",
            "You already have a password. Change it instead.",
        ));
    }
    if !session::is_confirmed(ctx, session).await? {
        return Err(AuthError::field("new", LOG_IN_AGAIN));
    }
    let weak = weakness(user, new, visit).await?;
    if !weak.is_empty() {
        return Err(AuthError::Form(weak));
    }
    write(ctx, user.clone(), new, AlsoEnds::default(), visit, device).await
}

/// Returns the person if the current password is right.
async fn prove(
    ctx: &Ctx,
    user: &User,
    present: &Secret,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<User, AuthError> {
    if present.expose().is_empty() {
        return Err(AuthError::field("present", "Enter your current password."));
    }
    // The same check as for log-in, so that guesses are counted here too.
    let name = user.email.as_str();
    let refused = Event::WrongCurrentPassword;
    match log_in::recognise(ctx, name, present, visit, device, refused).await {
        Err(AuthError::Mismatch) => Err(AuthError::field(
            "present",
            "Wrong password. Please try again.",
        )),
        proven => proven,
    }
}

/// Returns what is wrong with the new password, if anything.
pub(super) async fn weakness(
    user: &User,
    new: &Secret,
    visit: &Visit,
) -> Result<Vec<FieldProblem>, AuthError> {
    let birthday = user.birthday.map(|day| day.to_string()).unwrap_or_default();
    let user_name = user.user_name.as_ref().map_or("", |name| name.as_str());
    let more = [user.email.as_str(), user_name, &birthday];
    let about = password::words_about(user.first_name.as_str(), user.last_name.as_str(), more);
    let weak = password::weakness(new, about, &visit.address).await?;
    let field = "new";
    Ok(Vec::from_iter(
        weak.map(|message| FieldProblem { field, message }),
    ))
}
