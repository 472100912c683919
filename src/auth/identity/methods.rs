//! Lists a person's ways to log in, and removes one.

use super::IdentityError;
use crate::auth::{AuthError, devices};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::identity::{Identity, IdentityProvider};
use domain::secret::Secret;
use domain::user::User;
use store::{KnownHere, Removal};

/// A provider that people can log in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginProvider {
    /// The provider's name in URLs.
    pub slug: &'static str,
    /// The display name.
    pub name: String,
    /// Whether the built-in bank simulates it.
    pub simulated: bool,
}

/// A person's ways to log in.
#[derive(Clone, Debug)]
pub struct LoginMethods {
    /// Whether they have a password.
    pub password: bool,
    /// The connected identities.
    pub identities: Vec<LoginMethod>,
    /// The providers that can still be connected.
    pub available: Vec<LoginProvider>,
}

/// A connected identity, as a way to log in.
#[derive(Clone, Debug)]
pub struct LoginMethod {
    /// The identity.
    pub identity: Identity,
    /// The provider's display name.
    pub name: String,
    /// Whether the provider is still set up; without it the identity cannot be used.
    pub works: bool,
    /// Whether the person could log in without it.
    pub removable: bool,
}

/// Returns the providers that are set up.
#[must_use]
pub fn providers(ctx: &Ctx) -> Vec<LoginProvider> {
    let sources = ctx.sign_in.sources.iter();
    sources
        .map(|source| LoginProvider {
            slug: source.provider().slug(),
            name: source.name().to_owned(),
            simulated: ctx.sign_in.simulated,
        })
        .collect()
}

/// Returns a person's ways to log in.
pub async fn methods(ctx: &Ctx, user: &User) -> Result<LoginMethods, AuthError> {
    let password = ctx.store.has_password(&user.id).await?;
    let identities = ctx.store.identities(&user.id).await?;
    let issuers = ctx.sign_in.issuers();
    let works = |identity: &Identity| issuers.contains(&identity.issuer.as_str());
    let others = |of: IdentityProvider| identities.iter().any(|it| it.provider != of && works(it));
    let connected = |issuer: &str| identities.iter().any(|it| it.issuer == issuer);
    let sources = ctx.sign_in.sources.iter().zip(providers(ctx));
    Ok(LoginMethods {
        password,
        available: sources
            .filter(|(source, _)| !connected(source.issuer()))
            .map(|(_, provider)| provider)
            .collect(),
        identities: identities
            .iter()
            .map(|identity| LoginMethod {
                name: ctx
                    .sign_in
                    .name_of_issuer(identity.provider, &identity.issuer),
                works: works(identity),
                removable: password || others(identity.provider),
                identity: identity.clone(),
            })
            .collect(),
    })
}

/// Disconnects a provider from a person and ends all their sessions. Returns the provider's display name and the
/// person, for a new session; `None` when the provider is not connected.
///
/// # Errors
/// [`IdentityError::Rejected`] when it is the only way to log in.
pub async fn disconnect(
    ctx: &Ctx,
    user: &User,
    provider: &str,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<Option<(String, User)>, IdentityError> {
    let all = methods(ctx, user).await?.identities;
    let slug = |method: &LoginMethod| method.identity.provider.slug() == provider;
    let Some(LoginMethod { identity, name, .. }) = all.into_iter().find(slug) else {
        return Ok(None);
    };
    let here = KnownHere {
        device: device.map(devices::token_hash).unwrap_or_default(),
        address: devices::address_hash(ctx, user.id.as_str(), &visit.address),
    };
    let event = Event::IdentityDisconnected { name: name.clone() };
    let (issuers, now) = (ctx.sign_in.issuers(), ctx.clock.now());
    let removed =
        ctx.store
            .disconnect_identity(user, identity.provider, &issuers, &here, &event, now);
    match removed.await? {
        Removal::Removed => {
            tracing::info!(user = %user.id, provider, "an identity is disconnected");
            let password_version = user.password_version + 1;
            Ok(Some((
                name,
                User {
                    password_version,
                    ..user.clone()
                },
            )))
        }
        Removal::NotConnected => Ok(None),
        Removal::LastMethod => Err(IdentityError::Rejected(format!(
            "{name} is your only way to log in. Set a password first."
        ))),
    }
}
