//! What becomes of an identity that was nobody's: it is connected to a person, or somebody signs up with it.

use tower_sessions::Session;

use super::claimed::{PendingIdentity, claimed};
use super::{IdentityError, SignInOutcome};
use crate::auth::sign_up::sign_up_with;
use crate::auth::{AuthError, FieldProblem, SignUp, log_in};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::identity::VerifiedIdentity;
use domain::secret::Secret;
use domain::user::User;
use store::StoreError;

/// Connects an identity to the person who is logged in and has asked for it.
pub(super) async fn to_viewer(
    ctx: &Ctx,
    name: &str,
    viewer: &User,
    owner: Option<User>,
    told: &VerifiedIdentity,
) -> Result<SignInOutcome, IdentityError> {
    match owner {
        Some(owner) if owner.id == viewer.id => {
            ctx.store.note_identity_used(told, ctx.clock.now()).await?;
        }
        Some(_) => return Err(taken(name, "identity")),
        None => connect(ctx, name, viewer, told).await?,
    }
    Ok(SignInOutcome::Connected(name.to_owned()))
}

/// Logs a person in to the account that the waiting identity's verified address belongs to, and connects the identity.
/// Returns the person and the page that they wanted. Nothing when no such identity waits.
///
/// # Errors
/// As [`crate::auth::log_in`]; [`AuthError::Form`] when the identity cannot be connected.
pub async fn connect_after_log_in(
    ctx: &Ctx,
    session: &Session,
    password: &Secret,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<Option<(User, String)>, AuthError> {
    let Some(claimed) = claimed(ctx, session).await? else {
        return Ok(None);
    };
    let Some(email) = claimed.verified_email() else {
        return Ok(None);
    };
    if password.expose().is_empty() {
        return Err(wrong("password", "Enter your password.".into()));
    }
    let user = log_in(ctx, email.as_str(), password, visit, device).await?;
    let name = ctx.sign_in.name_of(&claimed.told.issuer);
    match connect(ctx, &name, &user, &claimed.told).await {
        Ok(()) => Ok(Some((user, claimed.next))),
        Err(IdentityError::Auth(error)) => Err(error),
        Err(error) => Err(wrong("", error.to_string())),
    }
}

/// Signs somebody up who comes from a provider, with what they have completed. Returns the person and the page that they
/// wanted. Nothing when no identity waits.
///
/// # Errors
/// As [`crate::auth::sign_up`].
pub async fn complete(
    ctx: &Ctx,
    session: &Session,
    form: SignUp,
    visit: &Visit,
) -> Result<Option<(User, String)>, AuthError> {
    let Some(claimed) = claimed(ctx, session).await? else {
        return Ok(None);
    };
    let user = sign_up_with(ctx, form, Some(claimed.told), visit).await?;
    Ok(Some((user, claimed.next)))
}

/// Signs somebody up of whom the provider has told all that is asked.
pub(super) async fn sign_up_as_told(
    ctx: &Ctx,
    claimed: &PendingIdentity,
    visit: &Visit,
) -> Result<User, AuthError> {
    let profile = &claimed.told.profile;
    let name = |name: &Option<domain::user::PersonName>| {
        name.as_ref()
            .map_or_else(String::new, |it| it.as_str().to_owned())
    };
    let form = SignUp {
        first_name: name(&profile.first_name),
        last_name: name(&profile.last_name),
        email: profile
            .email
            .as_ref()
            .map_or_else(String::new, |it| it.as_str().to_owned()),
        birthday: profile
            .birthday
            .map_or_else(String::new, |day| day.to_string()),
        user_name: String::new(),
        password: Secret::default(),
        invitation: Secret::default(),
    };
    sign_up_with(ctx, form, Some(claimed.told.clone()), visit).await
}

async fn connect(
    ctx: &Ctx,
    name: &str,
    user: &User,
    told: &VerifiedIdentity,
) -> Result<(), IdentityError> {
    let event = Event::IdentityConnected {
        name: name.to_owned(),
    };
    match ctx
        .store
        .connect_identity(user, told, &event, ctx.clock.now())
        .await
    {
        Ok(()) => {
            tracing::info!(user = %user.id, provider = told.provider.word(), "an identity is connected");
            Ok(())
        }
        Err(StoreError::Taken(what)) => Err(taken(name, what)),
        Err(error) => Err(error.into()),
    }
}

fn taken(name: &str, what: &str) -> IdentityError {
    IdentityError::Rejected(match what {
        "identity" => format!(
            "This {name} account is connected to another account here. Disconnect it there first."
        ),
        _ => format!(
            "Another {name} account is connected to your account already. Disconnect it first."
        ),
    })
}

fn wrong(field: &'static str, message: String) -> AuthError {
    AuthError::Form(vec![FieldProblem { field, message }])
}
