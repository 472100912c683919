//! Pending rows that are posted on demand: in one update or in two, in either order.

use jiff::civil::Date;
use rust_decimal::Decimal;
use sqlx::SqliteConnection;

use super::super::lifecycle::{Changes, remove};
use super::super::{Bank, BankError, Refusal, rows};
use super::rows::{expect_rows, gone, row_of};
use super::{Deed, Which};
use crate::store::items::ItemRow;
use crate::store::rows::{self as store, Row};

/// How a pending row is posted.
#[derive(Clone, Debug, Default)]
pub struct Settlement {
    /// The id of the pending row.
    pub transaction_id: String,
    /// The posted amount, if it differs.
    pub amount: Option<Decimal>,
    /// The posting date; today by default.
    pub date: Option<Date>,
    /// Which part of the settlement to do.
    pub step: Step,
    /// A value for `pending_transaction_id` in place of the right id: `""` leaves it empty, `another` is the id of some
    /// other row.
    pub refers_to: Option<String>,
    /// Whether to send no webhook.
    pub quiet: bool,
}

/// The part of a settlement to do. The two parts may come in separate updates, in either order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// Remove the pending row and add the posted one together.
    #[default]
    Both,
    /// Only remove the pending row.
    Remove,
    /// Only add the posted row.
    Post,
}

impl Bank {
    /// Posts a pending row, or does one part of it.
    pub async fn settle_row(&self, which: Which<'_>, how: Settlement) -> Result<Deed, BankError> {
        let (mut write, mut item) = self.begin(which).await?;
        let mut pending = row_of(&mut write, &item, &how.transaction_id).await?;
        if !pending.pending {
            return Err(
                Refusal::invalid_field("transaction_id must be a pending transaction").into(),
            );
        }
        let mut changes = Changes::default();
        if how.step != Step::Post {
            if pending.removed && how.step == Step::Remove {
                return Err(gone().into());
            }
            if !pending.removed {
                remove(&mut write, &mut item, &mut pending).await?;
                changes.removed.push(pending.id.clone());
            }
        }
        let mut deed = Deed::default();
        if how.step != Step::Remove {
            let posted = self.posted(&mut write, &mut item, &pending, &how).await?;
            changes.added = 1;
            deed = deed.with("transaction_id", posted.id);
        }
        self.tell(&mut write, &mut item, &changes, how.quiet)
            .await?;
        self.end(write, &item).await?;
        deed.done = match how.step {
            Step::Both => "The pending transaction was posted.",
            Step::Remove => {
                "The pending transaction was removed; the posted one hasn’t been added yet."
            }
            Step::Post => "The posted transaction was added; the pending one is unchanged.",
        }
        .to_owned();
        deed.expect = format!(
            "{} In the end there’s one transaction, with the person’s changes.",
            expect_rows(&item, how.quiet)
        );
        Ok(deed)
    }

    /// Adds the posted row of a pending one.
    async fn posted(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        pending: &Row,
        how: &Settlement,
    ) -> Result<Row, BankError> {
        let day = how.date.unwrap_or(self.today()).to_string();
        let mut posted = rows::posted(&item.id, pending);
        if store::by_id(db, &item.id, &posted.id).await?.is_some() {
            return Err(Refusal::invalid_field("this transaction is already posted").into());
        }
        posted.removed = false;
        posted.date.clone_from(&day);
        posted.record.date_posted = day;
        if let Some(amount) = how.amount {
            posted.record.amount = amount.to_string();
        }
        match how.refers_to.as_deref() {
            None => {}
            Some("") => posted.record.pending_transaction_id = None,
            Some("another") => {
                posted.record.pending_transaction_id = another(db, item, pending).await?;
            }
            Some(id) => posted.record.pending_transaction_id = Some(id.to_owned()),
        }
        item.seq += 1;
        posted.added_seq = Some(item.seq);
        posted.changed_seq = Some(item.seq);
        store::insert(db, &item.id, &posted).await?;
        Ok(posted)
    }
}

async fn another(
    db: &mut SqliteConnection,
    item: &ItemRow,
    pending: &Row,
) -> Result<Option<String>, BankError> {
    let current = store::current(db, &item.id, "0000-00-00", "9999-12-31").await?;
    let other = current.into_iter().find(|row| row.id != pending.id);
    Ok(other.map(|row| row.id))
}
