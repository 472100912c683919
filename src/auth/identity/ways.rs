//! The ways in which a person can log in, and taking one away.

use tower_sessions::Session;

use super::IdentityError;
use crate::auth::session_store;
use crate::context::Ctx;
use domain::activity::Event;
use domain::identity::Identity;
use domain::user::User;
use store::Forgotten;

/// A provider that people can log in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The word in addresses.
    pub word: &'static str,
    /// What people call it.
    pub name: String,
    /// Whether the built-in bank plays it.
    pub played: bool,
}

/// How a person can log in.
#[derive(Clone, Debug)]
pub struct Ways {
    /// Whether they have a password.
    pub password: bool,
    /// The identities that are connected.
    pub identities: Vec<Way>,
    /// Providers with which none is.
    pub offers: Vec<Offer>,
}

/// An identity, as a way to log in.
#[derive(Clone, Debug)]
pub struct Way {
    /// The identity.
    pub identity: Identity,
    /// What people call the provider.
    pub name: String,
    /// Whether the provider is still set up: else nobody can log in with it.
    pub works: bool,
    /// Whether the person could log in without it.
    pub can_go: bool,
}

/// The providers that are set up.
#[must_use]
pub fn offers(ctx: &Ctx) -> Vec<Offer> {
    let sources = ctx.sign_in.sources.iter();
    sources
        .map(|source| Offer {
            word: source.provider().word(),
            name: source.name().to_owned(),
            played: ctx.sign_in.played,
        })
        .collect()
}

/// How a person can log in.
///
/// # Errors
/// When the database fails.
pub async fn ways(ctx: &Ctx, user: &User) -> Result<Ways, IdentityError> {
    let password = ctx.store.has_password(&user.id).await?;
    let identities = ctx.store.identities(&user.id).await?;
    let issuers = ctx.sign_in.issuers();
    let works = |identity: &Identity| issuers.contains(&identity.issuer.as_str());
    let others = |issuer: &str| identities.iter().any(|it| it.issuer != issuer && works(it));
    let sources = ctx.sign_in.sources.iter().zip(offers(ctx));
    let connected = |issuer: &str| identities.iter().any(|it| it.issuer == issuer);
    Ok(Ways {
        password,
        offers: sources
            .filter(|(source, _)| !connected(source.issuer()))
            .map(|(_, offer)| offer)
            .collect(),
        identities: identities
            .iter()
            .map(|identity| Way {
                name: ctx.sign_in.name_of(&identity.issuer),
                works: works(identity),
                can_go: password || others(&identity.issuer),
                identity: identity.clone(),
            })
            .collect(),
    })
}

/// Takes an identity away. Browsers on which the person is logged in end with it, but for this one.
///
/// # Errors
/// [`IdentityError::Rejected`] when it is the last way to log in.
pub async fn disconnect(
    ctx: &Ctx,
    session: &Session,
    user: &User,
    issuer: &str,
) -> Result<Option<String>, IdentityError> {
    let name = ctx.sign_in.name_of(issuer);
    let event = Event::IdentityDisconnected { name: name.clone() };
    let stays = session.id().map(|id| session_store::key(&id));
    let (issuers, now) = (ctx.sign_in.issuers(), ctx.clock.now());
    let stays = stays.unwrap_or_default();
    let gone = ctx
        .store
        .disconnect_identity(&user.id, issuer, &issuers, &stays, &event, now);
    match gone.await? {
        Forgotten::Removed => {
            tracing::info!(user = %user.id, "an identity is disconnected");
            Ok(Some(name))
        }
        Forgotten::Unknown => Ok(None),
        Forgotten::LastWay => Err(IdentityError::Rejected(format!(
            "You could not log in any more without {name}. Set a password first."
        ))),
    }
}
