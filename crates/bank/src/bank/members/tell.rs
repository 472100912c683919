//! What MX's webhooks say of members.

use sqlx::SqliteConnection;

use crate::bank::stages::Changes;
use crate::bank::{Bank, BankError};
use crate::store::members::Member;

impl Bank {
    /// A member stands otherwise from now on.
    pub(super) async fn set_status(
        &self,
        _db: &mut SqliteConnection,
        member: &mut Member,
        status: Option<String>,
    ) -> Result<(), BankError> {
        member.record.status = status;
        Ok(())
    }

    /// A run has ended well.
    pub(super) async fn tell_of_rows(
        &self,
        _db: &mut SqliteConnection,
        _member: &Member,
        _changes: &Changes,
        _is_background: bool,
    ) -> Result<(), BankError> {
        Ok(())
    }
}
