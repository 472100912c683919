//! The Item behind a member, which has its accounts and transactions.

use sqlx::SqliteConnection;

use super::run::mx_institution_of;
use super::verdict::person;
use crate::bank::items::NewItem;
use crate::bank::lifecycle::{Changes, show};
use crate::bank::{Bank, BankError};
use crate::store::items::{self, ItemRow};
use crate::store::members::{self, Job, Member};
use crate::store::{accounts, rows, users};

/// The days of history that an ordinary run reads.
const ORDINARY_DAYS: u16 = 90;
/// The most days of history that MX reads: 24 months.
const ALL_DAYS: u16 = 730;

impl Bank {
    /// Creates a member's Item, if it has none or its log-in now belongs to another person.
    pub(super) async fn give_item(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
    ) -> Result<(), BankError> {
        let institution = mx_institution_of(member)?;
        let (username, person) = person(member);
        if let Some(mut item) = self.item_of_member(db, member).await? {
            if item.username == username {
                return Ok(());
            }
            self.forget_item(db, &mut item).await?;
        }
        let user = users::find(db, &member.user_guid).await?;
        let new = NewItem {
            institution: institution.world,
            username: &username,
            person,
            products: Vec::new(),
            days_requested: ORDINARY_DAYS,
            webhook: None,
            client_user_id: user.and_then(|user| user.id),
        };
        let mut item = self.insert_item(db, new, None).await?;
        item.member_guid = Some(member.guid.clone());
        // MX reports the end of a log-in in its own way.
        item.consent_expires_at = None;
        items::update(db, &item).await?;
        member.item_id = Some(item.id);
        Ok(())
    }

    /// Fetches a member's transactions and returns the changes.
    pub(super) async fn fetch_rows(
        &self,
        db: &mut SqliteConnection,
        member: &Member,
        job: Job,
    ) -> Result<Changes, BankError> {
        let Some(mut item) = self.item_of_member(db, member).await? else {
            return Ok(Changes::default());
        };
        let mut changes = Changes::default();
        let begins = item.initial_at.is_none();
        let days = match job {
            Job::History => Some(ALL_DAYS),
            Job::Aggregation => begins.then_some(ORDINARY_DAYS),
        };
        if let Some(days) = days {
            self.start_transactions(db, &mut item, days).await?;
            let now = Some(self.now().as_millisecond());
            (item.initial_at, item.historical_at, item.stage) = (now, now, 2);
            changes.added += show(db, &mut item).await?;
        }
        // Without its guid the Item announces nothing: changes of a new day are reported once, with the rest.
        let (before, member_guid) = (item.seq, item.member_guid.take());
        self.catch_up(db, &mut item).await?;
        item.member_guid = member_guid;
        changes.added += usize::try_from(item.seq - before).unwrap_or(0);
        if item.dynamic && !begins {
            let moved = self.move_money(db, &mut item, Vec::new()).await?;
            changes.added += moved.added;
            changes.modified += moved.modified;
        }
        items::update(db, &item).await?;
        Ok(changes)
    }

    /// Deletes a member with its accounts and transactions.
    pub(super) async fn forget_member(
        &self,
        db: &mut SqliteConnection,
        member: &Member,
    ) -> Result<(), BankError> {
        if let Some(mut item) = self.item_of_member(db, member).await? {
            self.forget_item(db, &mut item).await?;
        }
        Ok(members::delete(db, &member.guid).await?)
    }

    /// Deletes an Item's accounts and transactions and marks it as removed. Its id is kept.
    pub(in crate::bank) async fn forget_item(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
    ) -> Result<(), BankError> {
        item.removed_at = Some(self.now().as_millisecond());
        items::update(db, item).await?;
        rows::delete_of_item(db, &item.id).await?;
        Ok(accounts::delete_of_item(db, &item.id).await?)
    }

    /// Whether the Item is updated automatically: always for Plaid, and for MX if its member is connected and enabled.
    pub(in crate::bank) async fn is_fetched_by_itself(
        &self,
        db: &mut SqliteConnection,
        item: &ItemRow,
    ) -> Result<bool, BankError> {
        let Some(guid) = &item.member_guid else {
            return Ok(true);
        };
        let Some(member) = members::by_guid(db, guid).await? else {
            return Ok(false);
        };
        let user = users::find(db, &member.user_guid).await?;
        let record = &member.record;
        Ok(record.status.as_deref() == Some("CONNECTED")
            && !record.background_is_disabled
            && user.is_some_and(|user| !user.is_disabled))
    }

    pub(super) async fn item_of_member(
        &self,
        db: &mut SqliteConnection,
        member: &Member,
    ) -> Result<Option<ItemRow>, BankError> {
        let Some(id) = &member.item_id else {
            return Ok(None);
        };
        let item = items::by_id(db, id).await?;
        Ok(item.filter(|item| item.removed_at.is_none()))
    }
}
