//! Mails to people: plain text, through the admin's mail server.
//!
//! The store writes a mail together with what it tells of. The job `mail` makes its words and sends it, at least once;
//! nothing else is done while a person waits. Without a mail server there are no mails.

mod deliver;
mod letter;
mod pace;
mod server;

pub use deliver::deliver;

use crate::context::Ctx;
use domain::mail::MailChoices;
use domain::user::User;
use store::StoreError;

/// Why what a person wants of mails cannot be read or stored.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
}

/// Whether a mail server is set up.
#[must_use]
pub fn is_on(ctx: &Ctx) -> bool {
    ctx.config.mail.is_some()
}

/// Returns the mails that a person wants besides those about security.
pub async fn choices(ctx: &Ctx, user: &User) -> Result<MailChoices, MailError> {
    Ok(ctx.store.mail_choices(&user.id).await?)
}

/// Stores the mails that a person wants besides those about security.
pub async fn choose(ctx: &Ctx, user: &User, choices: MailChoices) -> Result<(), MailError> {
    Ok(ctx.store.choose_mails(&user.id, choices).await?)
}
