//! Decides how an unconnected identity continues: its owner has an account, signs up, or is refused.

use tower_sessions::Session;

use super::connect::sign_up_as_told;
use super::pending_sign_in::{PendingSignIn, Purpose};
use super::{IdentityError, PendingIdentity, SignInOutcome};
use crate::auth::sign_up::count_sign_up;
use crate::auth::{Admission, AuthError, admission};
use crate::context::Ctx;
use domain::activity::Visit;
use domain::identity::VerifiedIdentity;

/// Signs the person up, or keeps the identity pending and says which page comes next.
pub(super) async fn unconnected(
    ctx: &Ctx,
    session: &Session,
    name: &str,
    identity: VerifiedIdentity,
    sign_in: &PendingSignIn,
    visit: &Visit,
) -> Result<SignInOutcome, IdentityError> {
    let pending = PendingIdentity::new(identity, sign_in.next.clone())?;
    let admission = admission(ctx).await?;
    if has_account(ctx, name, &pending, admission, visit).await? {
        pending.keep(ctx, session).await?;
        return Ok(SignInOutcome::HasAccount);
    }
    if admission == Admission::Nobody {
        return Err(IdentityError::Rejected(closed(name)));
    }
    let signs_up = sign_in.purpose == Purpose::SignUp && admission == Admission::Anybody;
    if signs_up && pending.is_complete() {
        match sign_up_as_told(ctx, &pending, visit).await {
            Ok(user) => return Ok(SignInOutcome::LogIn(user, pending.next)),
            // The page that asks for the profile shows what is wrong.
            Err(AuthError::Form(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    pending.keep(ctx, session).await?;
    Ok(SignInOutcome::New)
}

/// Whether the identity's verified address belongs to a person here.
///
/// # Errors
/// [`IdentityError::Rejected`] for an unverified address that belongs to a person, where anyone may sign up. Elsewhere
/// a caller does not learn who has an account.
async fn has_account(
    ctx: &Ctx,
    name: &str,
    pending: &PendingIdentity,
    admission: Admission,
    visit: &Visit,
) -> Result<bool, IdentityError> {
    let Some(email) = &pending.identity.profile.email else {
        return Ok(false);
    };
    let is_known = async || ctx.store.user_to_log_in(&email.folded()).await;
    if pending.verified_email().is_some() {
        return Ok(is_known().await?.is_some());
    }
    if admission != Admission::Anybody {
        return Ok(false);
    }
    // This reveals as much as a sign-up does, whatever the answer.
    count_sign_up(ctx, visit).await?;
    match is_known().await? {
        None => Ok(false),
        Some(_) => Err(IdentityError::Rejected(format!(
            "The email address from {name} already has an account, and {name} hasn’t confirmed it’s yours. Log in, then              connect {name} in Settings."
        ))),
    }
}

fn closed(name: &str) -> String {
    format!(
        "This Passbook isn’t taking new sign-ups. If you already have an account, log in and connect {name} in Settings."
    )
}

impl PendingIdentity {
    /// Whether the provider has supplied every field that a sign-up requires.
    fn is_complete(&self) -> bool {
        let profile = &self.identity.profile;
        profile.email.is_some()
            && profile.first_name.is_some()
            && profile.last_name.is_some()
            && profile.birthday.is_some()
    }
}
