//! Somebody comes back from a provider.

use std::sync::Arc;

use tower_sessions::Session;

use super::begin::Begun;
use super::claimed::PendingIdentity;
use super::{IdentityError, connect};
use crate::auth::sign_up::count_sign_up;
use crate::auth::{Admission, AuthError, SIGN_UP_CLOSED, admission, devices};
use crate::context::Ctx;
use domain::activity::Visit;
use domain::identity::{IdentityProvider, SignInError, VerifiedIdentity};
use domain::secret::Secret;
use domain::user::User;
use providers::identity::{CodeExchange, IdentitySource};

/// What the browser brought, as it came.
#[derive(Clone, Debug, Default)]
pub struct CallbackParams {
    /// What was given to the provider.
    pub state: String,
    /// What is exchanged for tokens.
    pub code: Secret,
    /// Why there is no code.
    pub error: String,
    /// Who the provider says it is (RFC 9207); empty when it does not say.
    pub issuer: String,
}

/// What comes of it.
#[derive(Debug)]
pub enum SignInOutcome {
    /// The person is known, or has signed up: they are to be logged in, and go on to the page that they wanted.
    Known(User, String),
    /// The identity is connected to the person who is logged in; what the provider is called.
    Connected(String),
    /// The address belongs to a person here: they have to log in to that account. The identity waits in the session.
    HasAccount,
    /// Somebody new, of whom something has to be asked. The identity waits in the session.
    New,
}

/// Finds out who comes back from a provider, and what becomes of it. `viewer` is who is logged in on the browser.
///
/// # Errors
/// [`IdentityError::Rejected`] with a sentence for the person; [`IdentityError::Provider`].
pub async fn arrive(
    ctx: &Ctx,
    session: &Session,
    provider: &str,
    brought: &CallbackParams,
    viewer: Option<&User>,
    visit: &Visit,
) -> Result<SignInOutcome, IdentityError> {
    let begun = Begun::take(ctx, session, provider, &brought.state).await?;
    let source = IdentityProvider::from_word(provider).and_then(|it| ctx.sign_in.source(it));
    let (Some(begun), Some(source)) = (begun, source) else {
        return Err(IdentityError::rejected(
            "This log-in was begun in another browser or too long ago, or it has ended already. Start again.",
        ));
    };
    let told = ask(source, &begun, brought).await?;
    let owner = ctx
        .store
        .person_of_identity(&told.issuer, &told.profile.subject);
    let owner = owner.await?;
    if let Some(person) = &begun.person {
        let viewer = viewer.filter(|viewer| viewer.id.as_str() == person);
        let viewer = viewer.ok_or(IdentityError::rejected(
            "You are no longer logged in as the person who began this. Log in and try again.",
        ))?;
        return connect::to_viewer(ctx, source.name(), viewer, owner, &told).await;
    }
    match owner {
        Some(user) => {
            known(ctx, source.name(), &user, &told, visit).await?;
            Ok(SignInOutcome::Known(user, begun.next))
        }
        None => nobodys(ctx, session, source.name(), told, begun.next, visit).await,
    }
}

/// Asks the provider who it is.
async fn ask(
    source: &Arc<dyn IdentitySource>,
    begun: &Begun,
    brought: &CallbackParams,
) -> Result<VerifiedIdentity, IdentityError> {
    let name = source.name();
    match brought.error.as_str() {
        "" if !brought.code.expose().is_empty() => {}
        "access_denied" => {
            let told = format!(
                "You did not allow {name} to log you in. Try again, or log in another way."
            );
            return Err(IdentityError::Rejected(told));
        }
        _ => {
            tracing::info!(
                provider = source.provider().word(),
                "a provider sent somebody back without a code"
            );
            let told = format!("{name} could not log you in. Try again, or log in another way.");
            return Err(IdentityError::Rejected(told));
        }
    }
    let (nonce, verifier) = (Secret::new(&*begun.nonce), Secret::new(&*begun.verifier));
    let profile = source.finish(CodeExchange {
        back: &begun.back,
        code: &brought.code,
        issuer: Some(brought.issuer.as_str()).filter(|it| !it.is_empty()),
        nonce: &nonce,
        verifier: &verifier,
    });
    Ok(VerifiedIdentity {
        provider: source.provider(),
        issuer: source.issuer().to_owned(),
        profile: profile.await.map_err(|error| of_provider(source, error))?,
    })
}

/// A person whose identity this is logs in.
async fn known(
    ctx: &Ctx,
    name: &str,
    user: &User,
    told: &VerifiedIdentity,
    visit: &Visit,
) -> Result<(), IdentityError> {
    if ctx.sign_in.played && user.is_operator() {
        return Err(IdentityError::Rejected(format!(
            "This {name} is made up, and lets anybody be anybody: admins log in with their password."
        )));
    }
    ctx.store.note_identity_used(told, ctx.clock.now()).await?;
    devices::logged_in(ctx, user, visit).await?;
    tracing::info!(user = %user.id, provider = told.provider.word(), "logged in with an identity provider");
    Ok(())
}

/// An identity that is nobody's here.
async fn nobodys(
    ctx: &Ctx,
    session: &Session,
    name: &str,
    told: VerifiedIdentity,
    next: String,
    visit: &Visit,
) -> Result<SignInOutcome, IdentityError> {
    let claimed = PendingIdentity { told, next };
    if let Some(email) = &claimed.told.profile.email {
        let known = ctx.store.user_to_log_in(&email.folded()).await?;
        match (known, claimed.verified_email()) {
            (None, _) => {}
            (Some(_), Some(_)) => {
                claimed.keep(ctx, session).await?;
                return Ok(SignInOutcome::HasAccount);
            }
            (Some(_), None) => {
                // Telling it costs as much as at the sign-up form.
                count_sign_up(ctx, visit).await?;
                return Err(IdentityError::Rejected(format!(
                    "There is already an account with the e-mail address that {name} gave, and {name} doesn’t say that \
                     the address is yours. Log in to that account, then connect {name} in Settings."
                )));
            }
        }
    }
    match admission(ctx).await? {
        Admission::Nobody => return Err(IdentityError::rejected(SIGN_UP_CLOSED)),
        Admission::Anybody if claimed.is_complete() => {
            match connect::sign_up_as_told(ctx, &claimed, visit).await {
                Ok(user) => return Ok(SignInOutcome::Known(user, claimed.next)),
                // What is wrong is said on the page that asks for it.
                Err(AuthError::Form(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Admission::Anybody | Admission::Invited => {}
    }
    claimed.keep(ctx, session).await?;
    Ok(SignInOutcome::New)
}

impl PendingIdentity {
    /// Whether all was told that a person has to say who signs up.
    fn is_complete(&self) -> bool {
        let profile = &self.told.profile;
        profile.email.is_some()
            && profile.first_name.is_some()
            && profile.last_name.is_some()
            && profile.birthday.is_some()
    }
}

/// What failed at a provider, for the log and for the person.
pub(super) fn of_provider(source: &Arc<dyn IdentitySource>, error: SignInError) -> IdentityError {
    tracing::warn!(provider = source.provider().word(), %error, "an identity provider failed");
    IdentityError::Provider(source.name().to_owned(), error)
}
