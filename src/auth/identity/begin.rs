//! Sending somebody to a provider.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::IdentityError;
use crate::auth::{AuthError, FieldProblem, kept, log_in, session};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::identity::IdentityProvider;
use domain::secret::Secret;
use domain::user::User;

/// How long somebody may stay at the provider.
const LASTS: SignedDuration = SignedDuration::from_mins(10);
const KEPT_AS: &str = "sign_in";

/// What is known again when somebody comes back.
#[derive(Serialize, Deserialize)]
pub(super) struct Begun {
    pub(super) provider: String,
    state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// The address of ours that they come back to.
    pub(super) back: String,
    /// Where they wanted to go.
    pub(super) next: String,
    /// The person who connects the identity; nobody when somebody logs in.
    pub(super) person: Option<String>,
    /// Milliseconds since the epoch.
    until: i64,
}

/// Begins a log-in with a provider; `next` is the page to go to afterwards, `here` how the browser reaches Passbook.
/// Returns the provider's address to go to.
///
/// # Errors
/// [`IdentityError::Rejected`] when the provider is not set up; [`IdentityError::Provider`] when it is away.
pub async fn begin(
    ctx: &Ctx,
    session: &Session,
    here: &str,
    provider: &str,
    next: &str,
) -> Result<String, IdentityError> {
    go(ctx, session, here, provider, (next, None)).await
}

/// Begins to connect an identity to a person, who gives their password; one who has none has to have logged in just now.
///
/// # Errors
/// As [`begin`]; [`AuthError::Form`] about `password` when it is wrong, or when the log-in is too long ago.
pub async fn begin_connecting(
    ctx: &Ctx,
    session: &Session,
    here: &str,
    provider: &str,
    user: &User,
    proof: Proof<'_>,
) -> Result<String, IdentityError> {
    prove(ctx, session, user, proof).await?;
    go(ctx, session, here, provider, ("", Some(user))).await
}

/// What shows that the person themselves is at the browser.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// Their password.
    pub password: &'a Secret,
    /// Where the request comes from.
    pub visit: &'a Visit,
    /// The browser's device token.
    pub device: Option<&'a Secret>,
}

async fn prove(
    ctx: &Ctx,
    session: &Session,
    user: &User,
    proof: Proof<'_>,
) -> Result<(), AuthError> {
    let wrong = |message: &str| {
        AuthError::Form(vec![FieldProblem {
            field: "password",
            message: message.to_owned(),
        }])
    };
    if !ctx.store.has_password(&user.id).await? {
        return match session::is_fresh(ctx, session).await? {
            true => Ok(()),
            false => Err(wrong(
                "You logged in a while ago. Log out, log in again and repeat this.",
            )),
        };
    }
    if proof.password.expose().is_empty() {
        return Err(wrong("Enter your password."));
    }
    let (name, refused) = (user.email.as_str(), Event::WrongCurrentPassword);
    let proven = log_in::recognise(
        ctx,
        name,
        proof.password,
        proof.visit,
        proof.device,
        refused,
    );
    match proven.await {
        Err(AuthError::Mismatch) => Err(wrong("That is not your password.")),
        proven => proven.map(|_| ()),
    }
}

async fn go(
    ctx: &Ctx,
    session: &Session,
    here: &str,
    provider: &str,
    (next, person): (&str, Option<&User>),
) -> Result<String, IdentityError> {
    let source = IdentityProvider::from_word(provider).and_then(|it| ctx.sign_in.source(it));
    let source = source.ok_or(IdentityError::rejected(
        "This way to log in is not set up here. Choose another.",
    ))?;
    let back = format!("{here}/sign-in/{provider}");
    let begun = source.begin(&back).await;
    let begun = begun.map_err(|error| super::arrive::of_provider(source, error))?;
    let kept = Begun {
        provider: provider.to_owned(),
        state: begun.state.expose().to_owned(),
        nonce: begun.nonce.expose().to_owned(),
        verifier: begun.verifier.expose().to_owned(),
        back,
        next: next.to_owned(),
        person: person.map(|user| user.id.as_str().to_owned()),
        until: (ctx.clock.now().checked_add(LASTS)).map_or(i64::MAX, |at| at.as_millisecond()),
    };
    kept::keep(ctx, session, KEPT_AS, &kept).await?;
    Ok(begun.address)
}

impl Begun {
    /// The sign-in with this provider that the state belongs to. It is taken: it ends once. What does not belong to it
    /// leaves it alone, since any site can send a browser here.
    pub(super) async fn take(
        ctx: &Ctx,
        session: &Session,
        provider: &str,
        state: &str,
    ) -> Result<Option<Self>, AuthError> {
        let Some(begun) = kept::look::<Self>(ctx, session, KEPT_AS).await? else {
            return Ok(None);
        };
        let same = verify_slices_are_equal(begun.state.as_bytes(), state.as_bytes()).is_ok();
        if !same || begun.provider != provider {
            return Ok(None);
        }
        kept::remove(session, KEPT_AS).await?;
        Ok(Some(begun).filter(|begun| begun.until > ctx.clock.now().as_millisecond()))
    }
}
