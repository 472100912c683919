//! The server functions that forms post to.
//!
//! Each has a fixed address, checks the user itself and ends in a redirect. An absent field reads as an empty one, and
//! the use-case reports what is missing.

pub mod accounts;
pub mod alerts;
pub mod apps;
pub mod checking;
pub mod confirming;
pub mod consent;
pub mod editing;
pub mod emails;
pub mod leaving;
pub mod linking;
pub mod operating;
pub mod people;
pub mod profile;
pub mod programs;
pub mod reset_password;
pub mod sessions;
pub mod settings;
pub mod signing_in;
pub mod syncing;
pub mod try_this;
pub mod two_step;
pub mod typing;
pub mod unlinking;
pub mod webhooks;

use super::error::PageError;
use super::flash::Flash;
use super::visitor;

/// The page that a form redirects to, with a message for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Next {
    /// A path on this site.
    pub path: String,
    /// The message for that page.
    pub flash: Flash,
}

impl Next {
    /// Leads to a page without a message.
    fn to(path: impl Into<String>) -> Self {
        Self::saying(path, Flash::default())
    }

    /// Leads to a page with a message.
    fn saying(path: impl Into<String>, flash: Flash) -> Self {
        let path = path.into();
        Self { path, flash }
    }

    /// Stores the message and redirects the browser.
    async fn go(self) -> Result<(), PageError> {
        if self.flash != Flash::default() {
            let ctx = visitor::ctx()?;
            self.flash.leave(&ctx, &visitor::session().await?).await?;
        }
        visitor::go(&self.path);
        Ok(())
    }
}
