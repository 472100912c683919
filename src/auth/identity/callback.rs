//! Completes a sign-in when the browser returns from the provider.

use tower_sessions::Session;

use super::IdentityError;
use super::connect::connect_to;
use super::pending_sign_in::{PendingSignIn, Purpose};
use super::unconnected::unconnected;
use crate::auth::devices::{self, Through};
use crate::context::Ctx;
use domain::activity::Visit;
use domain::identity::{SignInError, VerifiedIdentity};
use domain::secret::Secret;
use domain::text::code;
use domain::user::User;
use providers::identity::{CodeExchange, IdentitySource};

/// The callback's parameters, unchecked.
#[derive(Clone, Debug, Default)]
pub struct CallbackParams {
    /// `state`.
    pub state: Secret,
    /// `code`.
    pub code: Secret,
    /// `error`: why there is no code.
    pub error: String,
    /// `iss`, the issuer (RFC 9207); empty when the provider names none.
    pub issuer: String,
}

/// The outcome of a sign-in.
#[derive(Debug)]
pub enum SignInOutcome {
    /// The person is known, or has signed up. Log them in and go to the page that they wanted.
    LogIn(User, String),
    /// The person is already logged in. Go to the page that they wanted.
    AlreadyLoggedIn(String),
    /// The identity is connected to the person who is logged in. Holds the provider's display name.
    Connected(String),
    /// The verified address belongs to a person here, who has to log in. The identity is pending.
    HasAccount,
    /// A new person, who has to complete their profile. The identity is pending.
    New,
}

/// Why a sign-in failed, and how to go on.
#[derive(Debug)]
pub struct SignInFailure {
    /// Why.
    pub error: IdentityError,
    /// The page that the person wanted.
    pub next: String,
    /// Whether the sign-in was meant to connect an identity.
    pub connecting: bool,
}

/// Completes a sign-in. `viewer` is the person who is logged in on the browser, and `device` the token of its device
/// cookie.
///
/// # Errors
/// [`SignInFailure`] with the reason.
pub async fn finish(
    ctx: &Ctx,
    session: &Session,
    provider: &str,
    params: &CallbackParams,
    viewer: Option<&User>,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<SignInOutcome, SignInFailure> {
    let stray = |error| SignInFailure {
        error,
        next: "/".into(),
        connecting: false,
    };
    let pending = PendingSignIn::take(ctx, session, provider, params.state.expose()).await;
    let pending = match pending.map_err(|error| stray(error.into()))? {
        Some(pending) => pending,
        // A reload or a second click by a person who has just logged in.
        None if viewer.is_some() => return Ok(SignInOutcome::AlreadyLoggedIn("/".into())),
        None => return Err(stray(IdentityError::Stray)),
    };
    let outcome = outcome(ctx, session, &pending, params, viewer, (visit, device)).await;
    outcome.map_err(|error| SignInFailure {
        error,
        next: pending.next,
        connecting: matches!(pending.purpose, Purpose::Connect(_)),
    })
}

async fn outcome(
    ctx: &Ctx,
    session: &Session,
    pending: &PendingSignIn,
    params: &CallbackParams,
    viewer: Option<&User>,
    (visit, device): (&Visit, Option<&Secret>),
) -> Result<SignInOutcome, IdentityError> {
    let source = ctx.sign_in.source(&pending.provider);
    let source = source.ok_or(IdentityError::Stray)?;
    let identity = ask(source, pending, params).await?;
    let (issuer, subject) = (&identity.issuer, &identity.profile.subject);
    let owner = ctx.store.person_of_identity(issuer, subject).await?;
    match (&pending.purpose, viewer, owner) {
        (Purpose::Connect(person), Some(viewer), owner) if viewer.id.as_str() == person => {
            connect_to(ctx, source.name(), viewer, owner, &identity).await?;
            Ok(SignInOutcome::Connected(source.name().to_owned()))
        }
        (Purpose::Connect(_), ..) => Err(IdentityError::Stray),
        (_, Some(viewer), Some(owner)) if viewer.id == owner.id => {
            Ok(SignInOutcome::AlreadyLoggedIn(pending.next.clone()))
        }
        (_, Some(viewer), _) => Err(IdentityError::Rejected(format!(
            "You’re already logged in as {}. Log out first, or connect {} in Settings.",
            viewer.email.as_str(),
            source.name(),
        ))),
        (_, None, Some(user)) => {
            log_in(ctx, source.name(), &user, &identity, (visit, device)).await?;
            Ok(SignInOutcome::LogIn(user, pending.next.clone()))
        }
        (_, None, None) => unconnected(ctx, session, source.name(), identity, pending, visit).await,
    }
}

/// Asks the provider for the verified identity.
async fn ask(
    source: &dyn IdentitySource,
    pending: &PendingSignIn,
    params: &CallbackParams,
) -> Result<VerifiedIdentity, IdentityError> {
    let name = source.name();
    match params.error.as_str() {
        "" if !params.code.expose().is_empty() => {}
        "access_denied" => {
            let said = match pending.purpose {
                Purpose::Connect(_) => format!("{name} wasn’t connected, because you cancelled."),
                _ => format!("You cancelled logging in with {name}."),
            };
            return Err(IdentityError::Rejected(said));
        }
        error => {
            tracing::warn!(
                provider = pending.provider,
                error = code(error),
                "a provider sent somebody back without a code"
            );
            let told = format!("{name} reported an error. Please try again.");
            return Err(IdentityError::Rejected(told));
        }
    }
    let (nonce, verifier) = (
        Secret::new(&*pending.nonce),
        Secret::new(&*pending.verifier),
    );
    let profile = source.finish(CodeExchange {
        redirect_uri: &pending.redirect_uri,
        code: &params.code,
        issuer: Some(params.issuer.as_str()).filter(|it| !it.is_empty()),
        nonce: &nonce,
        verifier: &verifier,
    });
    Ok(VerifiedIdentity {
        provider: source.provider(),
        issuer: source.issuer().to_owned(),
        profile: profile.await.map_err(|error| failed(source, error))?,
    })
}

/// Records that a person logs in with a connected identity.
async fn log_in(
    ctx: &Ctx,
    name: &str,
    user: &User,
    identity: &VerifiedIdentity,
    (visit, device): (&Visit, Option<&Secret>),
) -> Result<(), IdentityError> {
    if ctx.sign_in.simulated && user.is_operator() {
        return Err(IdentityError::Rejected(format!(
            "In the demo, anyone can log in as anyone with {name}, so admins need their password."
        )));
    }
    if !ctx
        .store
        .record_identity_used(user, identity, ctx.clock.now())
        .await?
    {
        // It was disconnected at this very moment.
        return Err(IdentityError::Stray);
    }
    if !user.two_step {
        devices::logged_in(ctx, user, visit, Through::Browser(device)).await?;
        tracing::info!(user = %user.id, provider = identity.provider.slug(), "logged in with an identity provider");
    }
    Ok(())
}

/// Logs a provider's failure and turns it into an error for the person.
pub(super) fn failed(source: &dyn IdentitySource, error: SignInError) -> IdentityError {
    tracing::warn!(provider = source.provider().slug(), %error, "an identity provider failed");
    IdentityError::Provider(source.name().to_owned(), error)
}
