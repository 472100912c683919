//! Resolves a pending identity: connects it to a person, or signs a new person up with it.

use tower_sessions::Session;

use super::IdentityError;
use super::pending_identity::{PendingIdentity, pending_with_id};
use crate::auth::sign_up::sign_up_with;
use crate::auth::{AuthError, Proof, SignUp, log_in};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::identity::VerifiedIdentity;
use domain::secret::Secret;
use domain::user::{PersonName, User};
use store::StoreError;

/// A person who has logged in, and whether the identity was connected to them.
#[derive(Debug)]
pub struct Connected {
    /// The person.
    pub user: User,
    /// The page that they wanted.
    pub next: String,
    /// Why the identity could not be connected, as a sentence for the person; `None` when it was.
    pub problem: Option<String>,
}

/// Connects an identity to a person who is logged in.
pub(super) async fn connect_to(
    ctx: &Ctx,
    name: &str,
    user: &User,
    owner: Option<User>,
    identity: &VerifiedIdentity,
) -> Result<(), IdentityError> {
    match owner {
        Some(owner) if owner.id == user.id => {
            ctx.store
                .record_identity_used(user, identity, ctx.clock.now())
                .await?;
            Ok(())
        }
        Some(_) => Err(taken(name, "identity")),
        None => connect(ctx, name, user, identity).await,
    }
}

/// Logs a person in to the account that the pending identity's verified address belongs to, and connects the identity
/// to it. `None` when no such identity is pending under this id.
///
/// # Errors
/// The errors of [`crate::auth::log_in()`].
pub async fn connect_after_log_in(
    ctx: &Ctx,
    id: &str,
    proof: Proof<'_>,
) -> Result<Option<Connected>, AuthError> {
    let Some(pending) = pending_with_id(ctx, proof.session, id).await? else {
        return Ok(None);
    };
    let Some(email) = pending.verified_email() else {
        return Ok(None);
    };
    if proof.typed.expose().is_empty() {
        return Err(AuthError::field("password", "Enter your password."));
    }
    let user = log_in(ctx, email.as_str(), proof.typed, proof.visit, proof.device).await?;
    let name = ctx.sign_in.name_of(&pending.identity);
    if user.two_step {
        // The password alone must not add a way to log in.
        return Err(AuthError::field(
            "password",
            format!(
                "You use two-step verification. Log in with your password first, then connect {name} in Settings."
            ),
        ));
    }
    let problem = match connect(ctx, &name, &user, &pending.identity).await {
        Ok(()) => None,
        Err(IdentityError::Auth(error)) => return Err(error),
        Err(error) => Some(error.to_string()),
    };
    Ok(Some(Connected {
        user,
        next: pending.next,
        problem,
    }))
}

/// Signs a person up with the pending identity and the profile that they completed. Returns the person and the page
/// that they wanted; `None` when no identity is pending under this id.
///
/// # Errors
/// The errors of [`crate::auth::sign_up()`].
pub async fn complete(
    ctx: &Ctx,
    session: &Session,
    id: &str,
    form: SignUp,
    visit: &Visit,
) -> Result<Option<(User, String)>, AuthError> {
    let Some(pending) = pending_with_id(ctx, session, id).await? else {
        return Ok(None);
    };
    let user = sign_up_with(ctx, form, Some(pending.identity), visit).await?;
    Ok(Some((user, pending.next)))
}

/// Signs a person up when the provider has supplied every required field.
pub(super) async fn sign_up_as_told(
    ctx: &Ctx,
    pending: &PendingIdentity,
    visit: &Visit,
) -> Result<User, AuthError> {
    let profile = &pending.identity.profile;
    let name = |name: &Option<PersonName>| name.as_ref().map_or("", PersonName::as_str).to_owned();
    let form = SignUp {
        first_name: name(&profile.first_name),
        last_name: name(&profile.last_name),
        email: profile
            .email
            .as_ref()
            .map_or("", |it| it.as_str())
            .to_owned(),
        birthday: profile
            .birthday
            .map_or_else(String::new, |day| day.to_string()),
        user_name: String::new(),
        password: Secret::default(),
        invitation: Secret::default(),
    };
    sign_up_with(ctx, form, Some(pending.identity.clone()), visit).await
}

async fn connect(
    ctx: &Ctx,
    name: &str,
    user: &User,
    identity: &VerifiedIdentity,
) -> Result<(), IdentityError> {
    let event = Event::IdentityConnected {
        name: name.to_owned(),
    };
    let connected = ctx
        .store
        .connect_identity(user, identity, &event, ctx.clock.now());
    match connected.await {
        Ok(true) => {
            tracing::info!(user = %user.id, provider = identity.provider.slug(), "an identity is connected");
            Ok(())
        }
        Ok(false) => Err(IdentityError::rejected(
            "Your password was changed in the meantime. Log in and try again.",
        )),
        Err(StoreError::Taken(what)) => Err(taken(name, what)),
        Err(error) => Err(error.into()),
    }
}

fn taken(name: &str, what: &str) -> IdentityError {
    IdentityError::Rejected(match what {
        "identity" => {
            format!("This {name} account is already connected to a different Passbook account.")
        }
        _ => format!("You already have another {name} account connected. Disconnect it first."),
    })
}
