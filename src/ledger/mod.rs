//! Reads balances, net worth, connections, accounts, transactions, the change feed and the activity log, for the pages
//! and the API.
//!
//! Pages get finished words and figures (`view`); programs get the records as they are stored (`records`). It writes
//! only a person's own values on accounts and transactions; `sync` writes everything else.

mod account_edits;
mod accounts;
mod accounts_by_type;
mod archive;
mod attention;
mod challenges;
mod changes;
mod edits;
mod export;
mod facts;
mod filter;
mod format;
pub mod history;
mod matching;
mod net_worth;
mod overview;
pub mod records;
mod this_month;
mod totals;
mod transactions;
pub mod view;

pub use account_edits::{Step, edit_account, move_account, order_accounts};
pub use accounts::{account, connections, ended_connection};
pub use accounts_by_type::accounts;
pub use archive::{Archive, archive};
pub use attention::{attention, offers};
pub use challenges::asking;
pub use changes::{
    ChangePage, ChangesError, MOST_COUNT, START_AGAIN, USUAL_COUNT, changes, cursor_at, is_cursor,
};
pub use edits::{all_of, edit_many, edit_others, edit_transaction, set_transfer, undo_edit};
pub use export::{Export, Pace, export};
pub use format::{access, mark, on_day, until, when, when_or_until};
pub use history::{activity, calls, check};
pub use matching::matching;
pub use overview::overview;
pub use store::{BulkEdited, Chosen};
pub use transactions::{transaction, transactions};

use crate::context::Ctx;
use domain::own::Mistake;
use domain::user::User;

/// Transactions a page.
pub const PAGE: u32 = 50;

/// Why reading or editing financial data failed.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It does not exist or belongs to another person. The caller must not learn which.
    #[error("not found")]
    NotFound,
    /// The input is invalid; holds every invalid field with a sentence for the person.
    #[error("invalid input")]
    Form(Vec<Mistake>),
    /// Another file is being sent to the same person.
    #[error("another export is under way")]
    ExportUnderWay,
    /// The client reads a file too slowly.
    #[error("the client is reading too slowly")]
    TooSlow,
    /// A row cannot be written as CSV.
    #[error("the file cannot be written")]
    Csv(#[from] csv::Error),
    /// A file to send cannot be made.
    #[error("the file cannot be written")]
    File(#[from] std::io::Error),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] store::StoreError),
}

/// Returns the PNG of an institution's logo, as the provider supplied it.
///
/// # Errors
/// [`LedgerError::NotFound`] when it has none.
pub async fn logo(ctx: &Ctx, user: &User, institution_id: &str) -> Result<Vec<u8>, LedgerError> {
    ctx.store
        .institution_logo(&user.id, institution_id)
        .await?
        .ok_or(LedgerError::NotFound)
}
