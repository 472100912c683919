//! The forms for a person's webhooks.

use leptos::prelude::*;

use super::{Next, confirming};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::outgoing_webhooks::{self, NotifyError};
use domain::id::EndpointId;

/// The path of the page that lists them.
pub const LIST: &str = "/settings/webhooks";

/// Adds a webhook and leads to the page that shows its secret once.
#[server(name = AddWebhook, prefix = "/forms", endpoint = "webhook-add")]
pub async fn add(
    #[server(default)] url: String,
    #[server(default)] description: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let typed = [("url", url.as_str()), ("description", &description)];
    if !confirming::confirmed(LIST).await? {
        return confirming::hold(&typed).await;
    }
    match outgoing_webhooks::add(&ctx, &user, &url, &description).await {
        Ok(id) => show_secret(&id, "Webhook added.").await,
        Err(NotifyError::Form(mistakes)) => {
            let mistakes = mistakes.into_iter().map(|(field, message)| {
                let field = field.to_owned();
                (field, message)
            });
            let flash = Flash {
                problems: mistakes.collect(),
                ..Flash::for_refused_form(&typed, Vec::new())
            };
            Next::saying(LIST, flash).go().await
        }
        Err(error) => Err(error.into()),
    }
}

/// Sends a test message.
#[server(name = TestWebhook, prefix = "/forms", endpoint = "webhook-test")]
pub async fn test(#[server(default)] webhook: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    outgoing_webhooks::ping(&ctx, &user, &webhook).await?;
    let said = "Sending a test. Refresh in a moment for the result.";
    Next::saying(page(&webhook), Flash::notice(said)).go().await
}

/// Sends a message again.
#[server(name = SendAgain, prefix = "/forms", endpoint = "webhook-again")]
pub async fn send_again(
    #[server(default)] webhook: String,
    #[server(default)] message: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    outgoing_webhooks::send_again(&ctx, &user, &webhook, &message).await?;
    let said = "Sending it again. Refresh in a moment for the result.";
    Next::saying(page(&webhook), Flash::notice(said)).go().await
}

/// Creates a new secret.
#[server(name = RotateWebhook, prefix = "/forms", endpoint = "webhook-rotate")]
pub async fn rotate(#[server(default)] webhook: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if !confirming::confirmed(LIST).await? {
        return Ok(());
    }
    let id = outgoing_webhooks::rotate(&ctx, &user, &webhook).await?;
    show_secret(
        &id,
        "New secret created. The old one keeps working for 24 hours.",
    )
    .await
}

/// Turns a webhook on again.
#[server(name = SwitchWebhookOn, prefix = "/forms", endpoint = "webhook-on")]
pub async fn switch_on(#[server(default)] webhook: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    outgoing_webhooks::switch_on(&ctx, &user, &webhook).await?;
    let said = "Webhook turned on. Sending what it missed.";
    Next::saying(page(&webhook), Flash::notice(said)).go().await
}

/// Deletes a webhook.
#[server(name = DeleteWebhook, prefix = "/forms", endpoint = "webhook-delete")]
pub async fn delete(#[server(default)] webhook: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    outgoing_webhooks::remove(&ctx, &user, &webhook).await?;
    Next::saying(LIST, Flash::notice("Webhook deleted."))
        .go()
        .await
}

/// Leads to the webhook's page, which unseals the secret itself and shows it once.
async fn show_secret(id: &EndpointId, said: &str) -> Result<(), PageError> {
    let flash = Flash {
        secret_of: Some(id.to_string()),
        ..Flash::notice(said)
    };
    Next::saying(page(id.as_str()), flash).go().await
}

/// Returns the path of a webhook's page. Callers pass only ids that were found.
fn page(id: &str) -> String {
    format!("{LIST}/{id}")
}
