//! Registers apps, and manages what people have allowed them.

use super::OAuthError;
use super::redirect;
use crate::auth::digest::{hash, random_code};
use crate::auth::{AuthError, FieldProblem};
use crate::context::Ctx;
use domain::access::Scopes;
use domain::client::{AllowedApp, Client};
use domain::clock::Clock;
use domain::id::ClientId;
use domain::secret::Secret;
use domain::text;
use domain::user::User;
use store::Store;

/// The most addresses of one app.
const MOST_ADDRESSES: usize = 10;
/// The most apps in total.
const MOST_CLIENTS: usize = 100;
const LONGEST_NAME: usize = 60;

/// An app to register, as typed.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// The name that people read.
    pub name: String,
    /// The addresses that people are sent back to.
    pub redirect_uris: Vec<String>,
    /// The scopes that it may ask for at most.
    pub scopes: Scopes,
    /// Whether it can keep a secret; an app on a server can.
    pub confidential: bool,
}

/// Registers an app. Its secret is returned only here; `None` for an app that cannot keep one.
///
/// # Errors
/// [`AuthError::Form`] with every problem.
pub async fn register(ctx: &Ctx, new: NewClient) -> Result<(Client, Option<Secret>), AuthError> {
    add(&ctx.store, &ctx.clock, new).await
}

pub(super) async fn add(
    store: &Store,
    clock: &Clock,
    new: NewClient,
) -> Result<(Client, Option<Secret>), AuthError> {
    let name = new.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let now = clock.now();
    let mut problems = wrong(&name, &new);
    if store.clients(now.as_millisecond()).await?.len() >= MOST_CLIENTS {
        problems.push(told("", "You’ve reached the limit of 100 registered apps."));
    }
    if !problems.is_empty() {
        return Err(AuthError::Form(problems));
    }
    let secret = match new.confidential {
        true => Some(Secret::new(random_code().map_err(|_| AuthError::Busy)?)),
        false => None,
    };
    let client = Client {
        id: ClientId::generate(),
        name,
        confidential: new.confidential,
        scopes: new.scopes,
        redirect_uris: new.redirect_uris,
        created_at: now,
        disabled_at: None,
    };
    let uris = client.redirect_uris.iter();
    let origins: Vec<_> = uris.map(|uri| redirect::origin(uri)).collect();
    let secret_hash = secret.as_ref().map(|it| hash(it.expose().as_bytes()));
    store
        .add_client(&client, secret_hash.as_deref(), &origins)
        .await?;
    tracing::info!(client = %client.id, "an app was registered");
    Ok((client, secret))
}

fn wrong(name: &str, new: &NewClient) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if name.is_empty() {
        problems.push(told("name", "Enter the name that people will see."));
    } else if name.chars().count() > LONGEST_NAME || name.chars().any(text::is_control) {
        problems.push(told("name", "Enter a name of up to 60 characters."));
    }
    let uris = &new.redirect_uris;
    if uris.is_empty() {
        problems.push(told("redirect_uris", "Enter at least one address."));
    } else if uris.len() > MOST_ADDRESSES {
        problems.push(told("redirect_uris", "Enter up to 10 addresses."));
    } else if let Some(problem) = uris.iter().find_map(|uri| redirect::problem(uri)) {
        problems.push(told("redirect_uris", problem));
    } else if (1..uris.len()).any(|n| uris[..n].contains(&uris[n])) {
        problems.push(told("redirect_uris", "Enter each address only once."));
    }
    if new.scopes.is_empty() {
        problems.push(told("scopes", "Choose at least one permission."));
    }
    problems
}

fn told(field: &'static str, message: &str) -> FieldProblem {
    FieldProblem {
        field,
        message: message.to_owned(),
    }
}

/// Returns every app and how many people's tokens it holds, the newest first.
pub async fn list(ctx: &Ctx) -> Result<Vec<(Client, i64)>, AuthError> {
    Ok(ctx.store.clients(ctx.clock.now().as_millisecond()).await?)
}

/// Enables or disables an app; `false` when there is no such app. Disabling it revokes all its tokens at once.
pub async fn switch(ctx: &Ctx, id: &str, on: bool) -> Result<bool, AuthError> {
    turn(&ctx.store, &ctx.clock, id, on).await
}

pub(super) async fn turn(
    store: &Store,
    clock: &Clock,
    id: &str,
    on: bool,
) -> Result<bool, AuthError> {
    let Some(id) = ClientId::parse(id) else {
        return Ok(false);
    };
    let now = clock.now().as_millisecond();
    let switched = store.switch_client(&id, on, now).await?;
    if switched {
        tracing::info!(client = %id, on, "an app was switched");
    }
    Ok(switched)
}

/// Replaces an app's secret; the old one stops working at once. `None` when there is no such app, or it has no secret.
///
/// # Errors
/// When the machine's randomness fails.
pub async fn new_secret(ctx: &Ctx, id: &str) -> Result<Option<Secret>, AuthError> {
    replace_secret(&ctx.store, id).await
}

pub(super) async fn replace_secret(store: &Store, id: &str) -> Result<Option<Secret>, AuthError> {
    let Some(id) = ClientId::parse(id) else {
        return Ok(None);
    };
    let secret = random_code().map_err(|_| AuthError::Busy)?;
    let replaced = store
        .replace_client_secret(&id, &hash(secret.as_bytes()))
        .await?;
    if replaced {
        tracing::info!(client = %id, "an app was given another secret");
    }
    Ok(replaced.then(|| Secret::new(secret)))
}

/// Authenticates the app that sends a request. An app with a secret must send it, and one without must send none.
/// Secrets are compared by their hashes, which a guess cannot steer bit by bit.
///
/// # Errors
/// [`OAuthError::InvalidClient`].
pub async fn authenticate(
    ctx: &Ctx,
    id: &str,
    secret: Option<&Secret>,
) -> Result<Client, OAuthError> {
    let id = ClientId::parse(id).ok_or(OAuthError::InvalidClient)?;
    let client = ctx.store.client(&id).await?;
    let client = client
        .filter(|client| client.disabled_at.is_none())
        .ok_or(OAuthError::InvalidClient)?;
    let expected = ctx.store.client_secret_hash(&id).await?;
    let brought = secret.map(|secret| hash(secret.expose().as_bytes()));
    match expected == brought && expected.is_some() == client.confidential {
        true => Ok(client),
        false => Err(OAuthError::InvalidClient),
    }
}

/// Whether this origin belongs to an app, so that scripts on its pages may call the API.
pub async fn is_origin(ctx: &Ctx, origin: &str) -> Result<bool, AuthError> {
    Ok(ctx.store.is_client_origin(origin).await?)
}

/// Returns what a person has allowed apps, the newest first.
pub async fn allowed(ctx: &Ctx, user: &User) -> Result<Vec<AllowedApp>, AuthError> {
    let now = ctx.clock.now().as_millisecond();
    Ok(ctx.store.allowed_apps(&user.id, now).await?)
}

/// Revokes everything that a person has allowed an app; `false` when they have allowed it nothing.
pub async fn revoke_app(ctx: &Ctx, user: &User, client: &str) -> Result<bool, AuthError> {
    let Some(client) = ClientId::parse(client) else {
        return Ok(false);
    };
    let now = ctx.clock.now();
    let revoked = ctx.store.revoke_app(&user.id, &client, now).await?;
    if revoked {
        tracing::info!(user = %user.id, %client, "an app's access was ended by its person");
    }
    Ok(revoked)
}
