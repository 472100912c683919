//! Log-ins that fail and recover, and cursors that become invalid.

use super::super::lifecycle::institution_of;
use super::super::webhooks::Event;
use super::super::{Bank, BankError, Refusal};
use super::{Deed, Which};
use crate::store::settings;

impl Bank {
    /// Makes every call for an Item fail with a code until its person logs in again. `None` repairs the Item.
    pub async fn set_error(
        &self,
        which: Which<'_>,
        code: Option<&str>,
        quiet: bool,
    ) -> Result<Deed, BankError> {
        let (mut write, mut item) = self.begin(which).await?;
        if item.member_guid.is_some() {
            let words = "this connection is an MX member: call /misbehave/member/status instead";
            return Err(Refusal::invalid_field(words).into());
        }
        let was_ill = item.error.is_some();
        item.error = code.map(str::to_owned);
        let event = match code {
            Some("USER_PERMISSION_REVOKED") => Some(Event::UserPermissionRevoked),
            Some(_) => Some(Event::ItemError),
            None => was_ill.then_some(Event::LoginRepaired),
        };
        if code.is_some() {
            item.last_failure_at = Some(self.now().as_millisecond());
        } else {
            item.log_in_at = Some(self.now().as_millisecond());
            item.consent_expires_at = self.consent_end(institution_of(&item)?);
            self.catch_up(&mut write, &mut item).await?;
        }
        if let Some(event) = event.filter(|_| !quiet) {
            self.announce(&mut write, &mut item, event).await?;
        }
        self.end(write, &item).await?;
        Ok(health_set(code, quiet))
    }

    /// Invalidates all cursors of an Item, so that its client has to start without one.
    pub async fn forget_cursors(&self, which: Which<'_>) -> Result<Deed, BankError> {
        let (mut write, item) = self.begin(which).await?;
        let name = settings::forgotten(&item.id);
        let times = settings::number(&mut write, &name).await?;
        settings::set_number(&mut write, &name, times.saturating_add(1)).await?;
        self.end(write, &item).await?;
        Ok(Deed::new(
            "The bank no longer recognizes this connection’s cursors.",
            "The next sync starts over, at most once a day. Every transaction stays, once, with its ID and the person’s changes.",
        ))
    }
}

fn health_set(code: Option<&str>, quiet: bool) -> Deed {
    let how = if quiet {
        "the next time it checks"
    } else {
        "within seconds"
    };
    match code {
        None => Deed::new(
            "The connection works again.",
            format!("The app shows it as working {how}."),
        ),
        Some("USER_PERMISSION_REVOKED") => Deed::new(
            "Access was revoked at the bank.",
            format!("The app says so {how} and offers to link the bank again."),
        ),
        Some(code) => Deed::new(
            format!("Every call for this connection now fails with {code}."),
            format!(
                "The app says {how} what’s wrong and what to do. Repairing the connection in Link fixes it."
            ),
        ),
    }
}
