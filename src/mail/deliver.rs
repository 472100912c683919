//! One run of the job: makes the words of the mails that are due, and sends them.

use jiff::Timestamp;
use lettre::Message;

use super::letter::{Origin, letter};
use super::pace::{given_up, verdict};
use super::server::{MailServer, Sent};
use crate::config::Mail;
use crate::context::Ctx;
use domain::connection::Lease;
use store::{MailToSend, MailVerdict, StoreError};

/// The most mails of one run. The rest waits for the next, so that other work gets its turn.
const IN_A_RUN: u32 = 20;

/// Sends the mails that are due. Returns when to come again, or `None` if nothing waits.
///
/// # Errors
/// When the database fails or another worker has the lease. A mail server that does not answer is no error.
pub async fn deliver(ctx: &Ctx, lease: &Lease) -> Result<Option<Timestamp>, StoreError> {
    let Some(settings) = &ctx.config.mail else {
        ctx.store.set_mails(false).await?;
        return Ok(None);
    };
    let mails = ctx.store.due_mails(ctx.clock.now(), IN_A_RUN).await?;
    if mails.is_empty() {
        return ctx.store.next_mail().await;
    }
    let server = MailServer::from_settings(settings, &ctx.config.base_url());
    for mail in &mails {
        let verdict = send(ctx, settings, server.as_ref(), mail).await;
        let now = ctx.clock.now();
        ctx.store
            .record_mail(lease, &mail.id, &verdict, now)
            .await?;
        tracing::info!(mail = %mail.id, user = %mail.user_id, sent = verdict.sent, error = verdict.error, "a mail");
        // A server that could not be used for this one cannot be used for the next.
        if verdict.others_wait_until.is_some() {
            break;
        }
    }
    ctx.store.next_mail().await
}

/// Sends one mail.
async fn send(
    ctx: &Ctx,
    settings: &Mail,
    server: Option<&MailServer>,
    mail: &MailToSend,
) -> MailVerdict {
    let message = match message(ctx, settings, mail) {
        Ok(message) => message,
        Err(error) => return given_up(error),
    };
    let sent = match server {
        Some(server) => server.send(message).await,
        None => Sent::Unusable("settings".into()),
    };
    verdict(mail, sent, ctx.clock.now())
}

/// Makes the message, or says in a word why that is impossible.
fn message(ctx: &Ctx, settings: &Mail, mail: &MailToSend) -> Result<Message, &'static str> {
    let kind = mail.kind.ok_or("unknown")?;
    let code = match &mail.sealed_code {
        Some(sealed) => {
            let (row, owner) = (mail.id.as_str(), mail.user_id.as_str());
            let code = ctx.vault.unseal(sealed, row, owner);
            Some(code.map_err(|_| "key")?)
        }
        None => None,
    };
    let base_url = ctx.config.base_url();
    let letter = letter(mail, kind, code.as_ref(), &base_url);
    let origin = Origin {
        from: &settings.from,
        id: &mail.id,
        base_url: &base_url,
    };
    letter.message(&mail.recipient, &origin).ok_or("address")
}
