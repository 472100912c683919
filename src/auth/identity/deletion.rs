//! Facebook's data deletion callback, for people who want their profile deleted.

use super::IdentityError;
use crate::auth::AuthError;
use crate::auth::digest::random_code;
use crate::context::Ctx;
use domain::activity::Event;
use domain::identity::IdentityProvider;
use store::Removal;

/// The length of a confirmation code, in characters.
const CODE: usize = 16;

/// Deletes the profile of the person whom the provider's signed request names. Returns the confirmation code that the
/// provider requires. The identity itself stays when its owner could not log in without it.
///
/// # Errors
/// [`IdentityError::Provider`] when the request was not signed by the provider.
pub async fn delete_told(
    ctx: &Ctx,
    provider: IdentityProvider,
    request: &str,
) -> Result<String, IdentityError> {
    let not_set_up = || IdentityError::rejected("This provider isn’t set up here.");
    let source = ctx.sign_in.source(provider.slug()).ok_or_else(not_set_up)?;
    let subject = source.read_deletion_request(request).map_err(|error| {
        tracing::warn!(%error, "a request to delete a profile was not believed");
        IdentityError::Provider(source.name().to_owned(), error)
    })?;
    let event = Event::IdentityForgotten {
        name: source.name().to_owned(),
    };
    let (issuers, now) = (ctx.sign_in.issuers(), ctx.clock.now());
    let deleted = ctx
        .store
        .delete_profile(source.issuer(), &subject, &issuers, &event, now);
    match deleted.await? {
        Removal::Removed => {
            tracing::info!("an identity is deleted, because its provider asks for it")
        }
        Removal::LastMethod => {
            tracing::info!("a profile is deleted, because its provider asks for it")
        }
        Removal::NotConnected => {
            tracing::info!("a provider wants somebody deleted who is not here")
        }
    }
    let code = random_code().map_err(|_| AuthError::Busy)?;
    Ok(code.chars().take(CODE).collect())
}
