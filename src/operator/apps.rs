//! Registered apps (OAuth 2.0), for the operator.

use super::view::{AppLine, RegisteredApp, State, Tone};
use super::words::state;
use super::{Operator, OperatorError};
use crate::auth::AuthError;
use crate::auth::oauth::{self, NewClient};
use crate::context::Ctx;
use crate::ledger::when_or_until;
use domain::client::Client;
use domain::id::ClientId;
use domain::secret::Secret;
use domain::wording::grouped;

/// Returns every app, the newest first.
pub async fn apps(ctx: &Ctx, _: &Operator) -> Result<Vec<AppLine>, OperatorError> {
    let found = oauth::list(ctx).await?;
    Ok(found.into_iter().map(|it| line(ctx, it)).collect())
}

/// Registers an app. Its secret is returned only here.
///
/// # Errors
/// [`AuthError::Form`] with every problem.
pub async fn register_app(
    ctx: &Ctx,
    by: &Operator,
    new: NewClient,
) -> Result<RegisteredApp, AuthError> {
    let (client, secret) = oauth::register(ctx, new).await?;
    tracing::info!(operator = %by.user().id, client = %client.id, "an operator registered an app");
    let said = format!(
        "“{}” is registered. Its client ID is {}.",
        client.name, client.id
    );
    Ok(RegisteredApp { said, secret })
}

/// Enables or disables an app; disabling it revokes all its tokens at once. Returns the result as a sentence.
///
/// # Errors
/// [`OperatorError::NotFound`].
pub async fn switch_app(
    ctx: &Ctx,
    by: &Operator,
    id: &str,
    on: bool,
) -> Result<String, OperatorError> {
    let client = client(ctx, id).await?;
    if !oauth::switch(ctx, id, on).await? {
        return Err(OperatorError::NotFound);
    }
    tracing::info!(operator = %by.user().id, client = %client.id, on, "an operator switched an app");
    Ok(match on {
        true => format!(
            "“{}” is on. Everyone has to allow it again before it can read anything.",
            client.name
        ),
        false => format!(
            "“{}” is off. It can no longer use this Passbook.",
            client.name
        ),
    })
}

/// Replaces an app's secret. The new one is returned only here, with the result as a sentence.
///
/// # Errors
/// [`OperatorError::NotFound`], also for an app that has no secret.
pub async fn new_app_secret(
    ctx: &Ctx,
    by: &Operator,
    id: &str,
) -> Result<(String, Secret), OperatorError> {
    let client = client(ctx, id).await?;
    let secret = oauth::new_secret(ctx, id).await?;
    let secret = secret.ok_or(OperatorError::NotFound)?;
    tracing::info!(operator = %by.user().id, client = %client.id, "an operator gave an app another secret");
    let said = format!(
        "“{}” has a new secret. The old one no longer works.",
        client.name
    );
    Ok((said, secret))
}

async fn client(ctx: &Ctx, id: &str) -> Result<Client, OperatorError> {
    let id = ClientId::parse(id).ok_or(OperatorError::NotFound)?;
    let client = ctx.store.client(&id).await?;
    client.ok_or(OperatorError::NotFound)
}

fn line(ctx: &Ctx, (client, people): (Client, i64)) -> AppLine {
    AppLine {
        id: client.id.to_string(),
        name: client.name,
        addresses: client.redirect_uris,
        scopes: client.scopes,
        has_secret: client.confidential,
        people: match people {
            0 => "No one has given it access.".to_owned(),
            1 => "1 person has given it access.".to_owned(),
            n => format!("{} people have given it access.", grouped(n)),
        },
        since: when_or_until(&ctx.clock, client.created_at),
        off_since: client.disabled_at.map(|at| when_or_until(&ctx.clock, at)),
        state: standing(client.disabled_at.is_none()),
    }
}

fn standing(on: bool) -> State {
    match on {
        true => state(Tone::Good, "On"),
        false => state(Tone::Plain, "Off"),
    }
}
