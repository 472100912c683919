//! The change feed: what was added, modified and removed among a person's transactions since a reader last asked. With
//! it one link feeds any number of programs.
//!
//! The words have the same meaning as in providers' feeds: rows are complete and ids stable. A reader that stores
//! `added` and `modified` under their ids and deletes `removed` has what Passbook has, even when it reads a part twice.

mod cursor;
#[cfg(test)]
mod tests;

pub use cursor::{cursor_at, is_cursor};

use crate::context::Ctx;
use domain::change::FeedChanges;
use domain::id::UserId;
use domain::user::User;
use store::{Store, StoreError};

/// The default number of transactions a page.
pub const USUAL_COUNT: u32 = 100;
/// The most transactions a page.
pub const MOST_COUNT: u32 = 500;

/// A page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePage {
    /// What changed.
    pub changes: FeedChanges,
    /// The cursor for the next page: to be used at once when `has_more`, else whenever the reader wants the news.
    pub next_cursor: String,
}

/// Why a page of changes was refused.
#[derive(Debug, thiserror::Error)]
pub enum ChangesError {
    /// A parameter is invalid. Holds its name and a sentence.
    #[error("{0}: {1}")]
    Parameter(&'static str, &'static str),
    /// The cursor is too old, or ahead of the feed. The reader must start again without one.
    #[error("{START_AGAIN}")]
    StartAgain,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
}

/// The message for a reader whose cursor no longer works.
pub const START_AGAIN: &str = "This cursor no longer works. Either it is too old, or it is newer than the data (for \
    example after a backup was restored). Start again without a cursor, and delete any stored transactions that are not \
    returned.";

/// Returns what changed since a cursor, at most `count` transactions; without a cursor, everything.
///
/// # Errors
/// [`ChangesError::Parameter`] for a malformed cursor, a cursor of another person, or a count out of bounds;
/// [`ChangesError::StartAgain`].
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
            let read = cursor::parse_cursor(user, text);
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
