//! `/transactions/sync`: the net changes since a cursor. All pages of one run describe the same state.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::items::well;
use super::lifecycle::institution_of;
use super::{Bank, BankError, Refusal, ids};
use crate::store::accounts::{self, Account};
use crate::store::items::{self, ItemRow};
use crate::store::rows::{self, Row};
use crate::store::settings;

/// The parameters of `/transactions/sync`.
pub struct SyncRequest {
    /// The last cursor; `None` or `""` starts from the beginning.
    pub cursor: Option<String>,
    /// The most changes on a page.
    pub count: u16,
    /// Only this account. Its cursors are separate from the Item's.
    pub account_id: Option<String>,
    /// Days of history, used if the Item has no transactions product yet.
    pub days_requested: u16,
}

/// A page of changes.
pub struct Page {
    /// Plaid's `transactions_update_status`.
    pub status: &'static str,
    /// The accounts of the rows on this page.
    pub accounts: Vec<Account>,
    /// Rows that are new to the client.
    pub added: Vec<Row>,
    /// Rows that have changed.
    pub modified: Vec<Row>,
    /// Rows that were removed.
    pub removed: Vec<Row>,
    /// The cursor for the next page or the next run.
    pub next_cursor: String,
    /// Whether there are more pages in this run.
    pub has_more: bool,
}

impl Bank {
    /// Returns one page of `/transactions/sync`.
    pub async fn sync(&self, access_token: &str, request: &SyncRequest) -> Result<Page, BankError> {
        self.prepare_sync(access_token, request.days_requested)
            .await?;
        let mut read = self.store().begin_read().await?;
        let item = self.item_for(&mut read, access_token).await?;
        well(&item)?;
        let mut chosen = accounts::of_item(&mut read, &item.id).await?;
        chosen.retain(|account| account.selected);
        let stream = request.account_id.as_deref();
        let era = settings::number(&mut read, &settings::forgotten(&item.id)).await?;
        let stamp = Stamp {
            item: &item,
            stream,
            era,
        };
        if stream.is_some_and(|id| !chosen.iter().any(|account| account.id == id)) {
            return Err(Refusal::from_code("INVALID_ACCOUNT_ID").into());
        }
        let cursor = Cursor::decode(request.cursor.as_deref().unwrap_or(""), stamp)?;
        if item.stage == 0 {
            return Ok(Page::not_ready());
        }
        if cursor.state.is_some_and(|state| state != item.seq) {
            return Err(Refusal::from_code("TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION").into());
        }
        let limit = i64::from(request.count) + 1;
        let rows = rows::changed(
            &mut read,
            &item.id,
            stream,
            cursor.from,
            cursor.after,
            limit,
        )
        .await?;
        let count = usize::from(request.count);
        Ok(Page::slice(stamp, cursor, rows, chosen, count))
    }

    /// The first call adds the transactions product if Link did not, and enables `SYNC_UPDATES_AVAILABLE`.
    async fn prepare_sync(&self, access_token: &str, days_requested: u16) -> Result<(), BankError> {
        let item = self.fresh_item(access_token).await?;
        if item.synced_at.is_some() {
            return Ok(());
        }
        let mut write = self.store().write().await?;
        let mut item = self.item_for(&mut write, access_token).await?;
        item.synced_at = Some(self.now().as_millisecond());
        if item.initial_at.is_none() {
            self.add_transactions(&mut write, &mut item, days_requested)
                .await?;
            self.catch_up(&mut write, &mut item).await?;
        }
        items::update(&mut write, &item).await?;
        self.commit(write).await
    }

    /// Adds the transactions product to an Item that was linked without it.
    pub(super) async fn add_transactions(
        &self,
        db: &mut sqlx::SqliteConnection,
        item: &mut ItemRow,
        days_requested: u16,
    ) -> Result<(), BankError> {
        if !institution_of(item)?.products.contains(&"transactions") {
            return Err(Refusal::from_code("PRODUCTS_NOT_SUPPORTED").into());
        }
        for list in [&mut item.products, &mut item.consented] {
            let mut products: Vec<String> = serde_json::from_str(list).unwrap_or_default();
            products.push("transactions".to_owned());
            *list = serde_json::json!(products).to_string();
        }
        self.start_transactions(db, item, days_requested).await
    }
}

impl Page {
    fn not_ready() -> Self {
        Self {
            status: "NOT_READY",
            accounts: Vec::new(),
            added: Vec::new(),
            modified: Vec::new(),
            removed: Vec::new(),
            next_cursor: String::new(),
            has_more: false,
        }
    }

    fn slice(
        stamp: Stamp<'_>,
        cursor: Cursor,
        mut rows: Vec<Row>,
        mut accounts: Vec<Account>,
        count: usize,
    ) -> Self {
        let item = stamp.item;
        let has_more = rows.len() > count;
        rows.truncate(count);
        let last = rows
            .last()
            .and_then(|row| row.changed_seq)
            .unwrap_or(cursor.after);
        let next = if has_more {
            Cursor {
                from: cursor.from,
                after: last,
                state: Some(item.seq),
            }
        } else {
            Cursor {
                from: item.seq,
                after: item.seq,
                state: None,
            }
        };
        accounts.retain(|account| rows.iter().any(|row| row.account_id == account.id));
        let (removed, kept): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.removed);
        let (added, modified) = kept
            .into_iter()
            .partition(|row| row.added_seq.is_some_and(|seq| seq > cursor.from));
        Self {
            status: status(item.stage),
            accounts,
            added,
            modified,
            removed,
            next_cursor: next.write(stamp),
            has_more,
        }
    }
}

/// Plaid's `transactions_update_status` for a stage.
fn status(stage: i64) -> &'static str {
    match stage {
        0 => "NOT_READY",
        1 => "INITIAL_UPDATE_COMPLETE",
        _ => "HISTORICAL_UPDATE_COMPLETE",
    }
}

/// A client's position: it has everything up to `from`, and in the current run everything up to `after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cursor {
    from: i64,
    after: i64,
    /// Within a run, the Item's `seq` when the run began.
    state: Option<i64>,
}

impl Cursor {
    fn decode(text: &str, stamp: Stamp<'_>) -> Result<Self, Refusal> {
        match text {
            "" => Ok(Self {
                from: 0,
                after: 0,
                state: None,
            }),
            // For clients that migrate from `/transactions/get` and already have everything.
            "now" => Ok(Self {
                from: stamp.item.seq,
                after: stamp.item.seq,
                state: None,
            }),
            _ => Self::parse(text, stamp)
                .ok_or_else(|| Refusal::invalid_field("cursor not associated with access_token")),
        }
    }

    fn write(self, stamp: Stamp<'_>) -> String {
        let state = self
            .state
            .map_or_else(String::new, |state| state.to_string());
        let body = format!("{}.{}.{state}", self.from, self.after);
        STANDARD.encode(format!("{body}.{}", seal(&body, stamp)))
    }

    fn parse(text: &str, stamp: Stamp<'_>) -> Option<Self> {
        let plain = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
        let (body, seal_given) = plain.rsplit_once('.')?;
        if seal_given != seal(body, stamp) {
            return None;
        }
        let mut parts = body.split('.');
        let from = parts.next()?.parse().ok()?;
        let after = parts.next()?.parse().ok()?;
        let state = parts.next()?;
        let state = if state.is_empty() {
            None
        } else {
            Some(state.parse().ok()?)
        };
        Some(Self { from, after, state })
    }
}

/// Whether a cursor asks for a later page of a run.
pub(crate) fn in_a_run(cursor: &str) -> bool {
    let plain = STANDARD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    plain.is_some_and(|plain| {
        plain
            .split('.')
            .nth(2)
            .is_some_and(|state| !state.is_empty())
    })
}

/// What a cursor is bound to.
#[derive(Clone, Copy)]
struct Stamp<'a> {
    item: &'a ItemRow,
    stream: Option<&'a str>,
    /// Incremented when the bank invalidates the cursors that it has issued.
    era: i64,
}

/// Binds a cursor to its stamp, so that a foreign, invalidated or garbled cursor is detected.
fn seal(body: &str, stamp: Stamp<'_>) -> String {
    let (id, stream) = (&stamp.item.id, stamp.stream.unwrap_or(""));
    match stamp.era {
        0 => ids::derived(&["cursor", id, stream, body]),
        era => ids::derived(&["cursor", id, stream, body, &era.to_string()]),
    }
}
