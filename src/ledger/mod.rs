//! Reading the books: balances, net worth, transactions.

mod accounts;
mod asking;
mod attention;
mod changes;
mod edits;
mod export;
mod facts;
mod filter;
mod matching;
mod net_worth;
mod overview;
pub mod proof;
pub mod records;
mod transactions;
pub mod view;
mod words;

pub use accounts::{account, connections, ended_connection};
pub use asking::asking;
pub use attention::{attention, offers};
pub use changes::{
    ChangePage, ChangesError, MOST_COUNT, START_AGAIN, USUAL_COUNT, changes, cursor_at, is_cursor,
};
pub use edits::edit_transaction;
pub use export::{Export, Pace, export};
pub use matching::matching;
pub use overview::overview;
pub use proof::{activity, calls, check};
pub use transactions::{transaction, transactions};
pub use words::{access, grouped, mark, on_day, until, when};

use crate::context::Ctx;
use domain::own::Mistake;
use domain::user::User;

/// Transactions on a page.
pub const PAGE: u32 = 50;

/// Why something cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is none, or it is somebody else's: nobody may know which.
    #[error("not found")]
    NotFound,
    /// What was sent cannot be kept; every field that is wrong, with a sentence for the person.
    #[error("the form is not right")]
    Form(Vec<Mistake>),
    /// Another file is being sent to the same person.
    #[error("another export is under way")]
    ExportUnderWay,
    /// The reader of a file took too long over it.
    #[error("the reader is too slow")]
    TooSlow,
    /// A file cannot be written.
    #[error("the file cannot be written")]
    Csv(#[from] csv::Error),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] store::StoreError),
}

/// The PNG of an institution's logo, as the provider gave it.
///
/// # Errors
/// [`LedgerError::NotFound`] when there is none.
pub async fn logo(ctx: &Ctx, user: &User, institution_id: &str) -> Result<Vec<u8>, LedgerError> {
    ctx.store
        .institution_logo(&user.id, institution_id)
        .await?
        .ok_or(LedgerError::NotFound)
}
