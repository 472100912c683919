//! Facebook's callback for people who want what it told of them deleted.

use super::IdentityError;
use crate::auth::AuthError;
use crate::auth::digest::random_code;
use crate::context::Ctx;
use domain::activity::Event;
use domain::identity::{IdentityProvider, SignInError};
use store::Forgotten;

/// Forgets what a provider has told of the person that its signed message names. Returns a code by which the person can
/// see later that it was done. The identity itself stays when its owner could not log in without it.
///
/// # Errors
/// [`IdentityError::Provider`] when the message is not the provider's.
pub async fn forget(
    ctx: &Ctx,
    provider: IdentityProvider,
    message: &str,
) -> Result<String, IdentityError> {
    let nobody = || IdentityError::rejected("This provider is not set up here.");
    let source = ctx.sign_in.source(provider).ok_or_else(nobody)?;
    let subject = source.to_forget(message).map_err(|error: SignInError| {
        tracing::warn!(%error, "somebody asked to have a person forgotten, and was not believed");
        IdentityError::Provider(source.name().to_owned(), error)
    })?;
    let event = Event::IdentityForgotten {
        name: source.name().to_owned(),
    };
    let (issuers, now) = (ctx.sign_in.issuers(), ctx.clock.now());
    let done = ctx
        .store
        .forget_identity(source.issuer(), &subject, &issuers, &event, now);
    match done.await? {
        Forgotten::Removed | Forgotten::LastWay => {
            tracing::info!("what a provider told of a person is deleted")
        }
        Forgotten::Unknown => tracing::info!("a provider asked to forget somebody who is not here"),
    }
    let random = random_code().map_err(|_| IdentityError::Auth(AuthError::Busy))?;
    let random: String = random.chars().take(CODE).collect();
    Ok(format!("{random}{}", mark(ctx, &random)))
}

/// Letters of a code that are random, and letters by which it is known as ours.
const CODE: usize = 12;

/// Whether a code is one that [`forget`] gave out: the deletion was done by then.
#[must_use]
pub fn confirms(ctx: &Ctx, code: &str) -> bool {
    let split = code.split_at_checked(CODE);
    split.is_some_and(|(random, said)| said == mark(ctx, random))
}

fn mark(ctx: &Ctx, random: &str) -> String {
    let full = ctx
        .vault
        .fingerprint(format!("deletion {random}").as_bytes());
    full.chars()
        .filter(char::is_ascii_alphanumeric)
        .take(CODE)
        .collect()
}
