//! An Item's rows over time: none at first, then 30 days, then all history. After that, pending rows are posted and new
//! rows appear day by day.

use jiff::ToSpan;
use jiff::civil::Date;
use sqlx::SqliteConnection;

use super::webhooks::Event;
use super::{Bank, BankError, Refusal, items as bank_items, moment, rows};
use crate::store::accounts;
use crate::store::items::ItemRow;
use crate::store::rows as store;
use crate::store::rows::Row;
use crate::world;

/// Earlier than the date of any row.
const ALL_DAYS: &str = "0000-00-00";

/// The changes that a step made.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// The number of rows that are new to the client.
    pub added: usize,
    /// The number of rows that changed.
    pub modified: usize,
    /// The ids of removed rows.
    pub removed: Vec<String>,
}

impl Changes {
    fn none(&self) -> bool {
        self.added == 0 && self.modified == 0 && self.removed.is_empty()
    }
}

impl Bank {
    /// Creates an Item's rows and schedules the two stages in which they become visible.
    pub(super) async fn start_transactions(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        days_requested: u16,
    ) -> Result<(), BankError> {
        let institution = institution_of(item)?;
        let linked_day = day(&item.linked_day)?;
        let profile = bank_items::profile(item, institution, linked_day)?;
        let first_day = linked_day.saturating_sub(i64::from(days_requested).days());
        for account in accounts::of_item(db, &item.id).await? {
            let seeds = profile.accounts.iter().find(|seed| seed.key == account.key);
            let Some(seeds) = seeds.filter(|seed| rows::has_transactions(&seed.kind)) else {
                continue;
            };
            for seed in &seeds.transactions {
                if item.ignores_days || seed.date_posted >= first_day {
                    let row = rows::row(&item.id, &account.id, seed, linked_day);
                    store::insert(db, &item.id, &row).await?;
                }
            }
        }
        let now = self.now().as_millisecond();
        let pace = self.pace();
        let after = |wait: std::time::Duration| {
            now.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
        };
        item.days_requested = i64::from(days_requested);
        item.initial_at = Some(after(pace.initial));
        item.historical_at = Some(after(pace.historical.max(pace.initial)));
        Ok(())
    }

    /// Whether the Item has work due.
    pub(super) fn is_due(&self, item: &ItemRow) -> bool {
        let now = self.now().as_millisecond();
        let next = match item.stage {
            0 => item.initial_at,
            1 => item.historical_at,
            _ => None,
        };
        let started = item.initial_at.is_some();
        item.error.is_none()
            && (next.is_some_and(|at| at <= now)
                || (started && item.world_day < self.today().to_string())
                || Self::consent_is_due(item, self.now()))
    }

    /// Brings an Item up to date. The caller saves it.
    pub(super) async fn catch_up(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
    ) -> Result<(), BankError> {
        if !self.is_due(item) {
            return Ok(());
        }
        let now = self.now().as_millisecond();
        if item.stage == 0 && item.initial_at.is_some_and(|at| at <= now) {
            self.reach(db, item, 1).await?;
        }
        if item.stage == 1 && item.historical_at.is_some_and(|at| at <= now) {
            self.reach(db, item, 2).await?;
        }
        let today = self.today();
        if item.initial_at.is_some() && item.world_day < today.to_string() {
            let mut changes = self.settle(db, item, &today.to_string()).await?;
            self.grow(db, item, today).await?;
            changes.added += show(db, item).await?;
            item.world_day = today.to_string();
            self.announce_changes(db, item, &changes).await?;
        }
        self.heed_consent(db, item).await
    }

    /// Posts the pending rows that are due by a day: each is removed and its posted row added.
    pub(super) async fn settle(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        by: &str,
    ) -> Result<Changes, BankError> {
        let mut changes = Changes::default();
        for mut pending in store::settling(db, &item.id, by).await? {
            let mut posted = rows::posted(&item.id, &pending);
            if pending.changed_seq.is_some() {
                remove(db, item, &mut pending).await?;
                changes.removed.push(pending.id);
                item.seq += 1;
                posted.added_seq = Some(item.seq);
                posted.changed_seq = Some(item.seq);
                changes.added += 1;
            } else {
                store::delete(db, &pending.id).await?;
            }
            store::insert(db, &item.id, &posted).await?;
        }
        Ok(changes)
    }

    /// Sends the webhooks that Plaid sends after an update, if there are changes.
    pub(super) async fn announce_changes(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        changes: &Changes,
    ) -> Result<(), BankError> {
        item.last_update_at = Some(self.now().as_millisecond());
        if changes.none() || item.stage == 0 {
            return Ok(());
        }
        if item.member_guid.is_some() {
            return self.tell_of_item(db, item, changes).await;
        }
        if changes.added > 0 {
            self.announce(db, item, Event::DefaultUpdate { new: changes.added })
                .await?;
        }
        if !changes.removed.is_empty() {
            let removed = changes.removed.clone();
            self.announce(db, item, Event::TransactionsRemoved { removed })
                .await?;
        }
        self.announce(db, item, Event::SyncUpdatesAvailable).await
    }

    async fn reach(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        stage: i64,
    ) -> Result<(), BankError> {
        item.stage = stage;
        item.last_update_at = Some(self.now().as_millisecond());
        let new = show(db, item).await?;
        let event = if stage == 1 {
            Event::InitialUpdate { new }
        } else {
            Event::HistoricalUpdate { new }
        };
        self.announce(db, item, event).await?;
        self.announce(db, item, Event::SyncUpdatesAvailable).await
    }

    /// Adds the rows that the world has produced since `world_day`. Custom users and dynamic users produce none.
    async fn grow(
        &self,
        db: &mut SqliteConnection,
        item: &ItemRow,
        today: Date,
    ) -> Result<(), BankError> {
        if item.dynamic || item.ignores_days {
            return Ok(());
        }
        let institution = institution_of(item)?;
        let told_to = day(&item.world_day)?;
        let profile = bank_items::profile(item, institution, today)?;
        for mut account in accounts::of_item(db, &item.id).await? {
            let Some(seeds) = profile.accounts.iter().find(|seed| seed.key == account.key) else {
                continue;
            };
            account.record = rows::account_record(seeds);
            accounts::update(db, &account).await?;
            if !rows::has_transactions(&seeds.kind) {
                continue;
            }
            for seed in seeds
                .transactions
                .iter()
                .filter(|seed| seed.date_transacted > told_to)
            {
                store::insert(db, &item.id, &rows::row(&item.id, &account.id, seed, today)).await?;
            }
        }
        Ok(())
    }
}

/// Makes the rows visible that the Item's stage and selected accounts allow, and returns their number.
pub(super) async fn show(
    db: &mut SqliteConnection,
    item: &mut ItemRow,
) -> Result<usize, BankError> {
    let first = match item.stage {
        0 => return Ok(0),
        1 => day(&item.linked_day)?.saturating_sub(30.days()).to_string(),
        _ => ALL_DAYS.to_owned(),
    };
    let unseen = store::unseen(db, &item.id, &first).await?;
    let new = unseen.len();
    for mut row in unseen {
        item.seq += 1;
        row.added_seq = Some(item.seq);
        row.changed_seq = Some(item.seq);
        store::update(db, &row).await?;
    }
    Ok(new)
}

/// Marks a row as removed.
pub(super) async fn remove(
    db: &mut SqliteConnection,
    item: &mut ItemRow,
    row: &mut Row,
) -> Result<(), BankError> {
    item.seq += 1;
    row.changed_seq = Some(item.seq);
    row.removed = true;
    Ok(store::update(db, row).await?)
}

/// Returns an Item's institution. One that this program no longer knows is refused as Plaid would.
pub(super) fn institution_of(item: &ItemRow) -> Result<&'static world::Institution, Refusal> {
    world::institution(&item.institution_id)
        .ok_or_else(|| Refusal::from_code("INSTITUTION_NO_LONGER_SUPPORTED"))
}

/// Parses a date that the bank wrote itself.
fn day(text: &str) -> Result<Date, BankError> {
    moment::day(text).ok_or(BankError::Store(crate::store::StoreError::Value))
}
