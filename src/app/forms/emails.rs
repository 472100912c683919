//! The emails that a person wants.

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::mail;
use domain::mail::MailChoices;

/// Stores the emails that a person wants. Those about security are always sent.
#[server(name = ChooseEmails, prefix = "/forms", endpoint = "emails")]
pub async fn choose_emails(
    #[server(default)] banks: String,
    #[server(default)] webhooks: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let choices = MailChoices {
        banks: !banks.is_empty(),
        webhooks: !webhooks.is_empty(),
    };
    mail::choose(&ctx, &user, choices).await?;
    Next::saying("/settings/mail", Flash::notice("Saved."))
        .go()
        .await
}
