//! What the forms send. Each is a server function at a fixed address, ends in a redirect, and checks its own
//! user. No argument is missing: an absent field reads as an empty one, and the use-case says what it lacks.

pub mod apps;
pub mod checking;
pub mod consent;
pub mod editing;
pub mod linking;
pub mod notes;
pub mod operating;
pub mod people;
pub mod programs;
pub mod settings;
pub mod signing_in;
pub mod syncing;
pub mod typing;
pub mod unlinking;
pub mod webhooks;

use super::error::PageError;
use super::flash::Flash;
use super::visitor;

/// Where a form leads, and what the page there says.
#[derive(Debug, PartialEq, Eq)]
pub struct Next {
    /// A path of this site.
    pub path: String,
    /// The message for that page.
    pub flash: Flash,
}

impl Next {
    /// To a page that has nothing to add.
    fn to(path: impl Into<String>) -> Self {
        Self::saying(path, Flash::default())
    }

    /// To a page with a message.
    fn saying(path: impl Into<String>, flash: Flash) -> Self {
        let path = path.into();
        Self { path, flash }
    }

    /// Leaves the message and sends the browser on.
    async fn go(self) -> Result<(), PageError> {
        if self.flash != Flash::default() {
            let ctx = visitor::ctx()?;
            self.flash.leave(&ctx, &visitor::session().await?).await?;
        }
        visitor::go(&self.path);
        Ok(())
    }
}
