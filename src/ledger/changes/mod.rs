//! The change feed: a person's transactions as what was added, modified and removed since a reader last asked,
//! so that one link feeds any number of programs.
//!
//! The words mean what they mean in the feeds of providers: rows are whole, ids are stable, and a reader that writes
//! `added` and `modified` under their ids and deletes `removed` has what Passbook has, also when it reads a part twice.

mod cursor;
#[cfg(test)]
mod tests;

pub use cursor::{cursor_at, is_cursor};

use crate::context::Ctx;
use domain::change::FeedChanges;
use domain::id::UserId;
use domain::user::User;
use store::{Store, StoreError};

/// How many transactions a page has when nobody says.
pub const USUAL_COUNT: u32 = 100;
/// How many transactions a page has at most.
pub const MOST_COUNT: u32 = 500;

/// A page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePage {
    /// What changed.
    pub changes: FeedChanges,
    /// Where the next page goes on: now when `has_more`, else whenever the reader wants to know what is new.
    pub next_cursor: String,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ChangesError {
    /// A parameter cannot be read: its name and a sentence.
    #[error("{0}: {1}")]
    Parameter(&'static str, &'static str),
    /// The cursor is too old, or ahead of what there is: the reader must begin anew, without one.
    #[error("{START_AGAIN}")]
    StartAgain,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
}

/// What a reader is told whose cursor leads no further.
pub const START_AGAIN: &str = "This cursor leads no further: it is too old, and what was removed since is no longer \
    known, or it is ahead of all that is here, as after a backup was put back. Start again without a cursor, and drop the transactions that do not come again.";

/// What changed since a cursor, at most `count` transactions; without a cursor all there is.
///
/// # Errors
/// [`ChangesError::Parameter`] for a cursor that is not this person's or none of ours and for a count out of
/// bounds; [`ChangesError::StartAgain`]; when the database fails.
pub async fn changes(
    ctx: &Ctx,
    user: &User,
    cursor: Option<&str>,
    count: Option<u32>,
) -> Result<ChangePage, ChangesError> {
    page(&ctx.store, &user.id, cursor, count.unwrap_or(USUAL_COUNT)).await
}

async fn page(
    store: &Store,
    user: &UserId,
    cursor: Option<&str>,
    count: u32,
) -> Result<ChangePage, ChangesError> {
    if !(1..=MOST_COUNT).contains(&count) {
        let wanted = "Ask for 1 to 500 transactions.";
        return Err(ChangesError::Parameter("count", wanted));
    }
    let position = match cursor {
        None | Some("") => None,
        Some(text) => {
            let unknown = "Use the next_cursor of an earlier answer, or none.";
            let read = cursor::read(user, text);
            Some(read.ok_or(ChangesError::Parameter("cursor", unknown))?)
        }
    };
    let page = store.changes(user, position, count).await?;
    let (changes, next) = page.ok_or(ChangesError::StartAgain)?;
    Ok(ChangePage {
        changes,
        next_cursor: cursor::write(user, next),
    })
}
