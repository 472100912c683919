//! Fetches every page of a run, without an open database transaction.

use std::collections::HashSet;

use jiff::SignedDuration;

use super::pace::after;
use super::plan::{Plan, plan};
use crate::context::Ctx;
use crate::queue::{self, RunError};
use domain::connection::{Connection, Lease};
use domain::feed::{FeedPage, UpdateStatus};
use domain::problem::{Problem, Reason, Remedy};
use domain::provider::Reads;
use providers::{Key, Provider, ReadFrom};

/// How often a run restarts because the data changed while it was reading.
const RESTARTS: u32 = 5;
/// The most pages of a run, of 500 rows each: more than any bank has in two years. Beyond it something is wrong, and
/// the run fails.
const MOST_PAGES: usize = 2_000;
/// The shortest time between two reads of a connection from the beginning because the provider refused its cursor.
const LOST_CURSOR_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// One run of one worker for one connection.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub ctx: &'a Ctx,
    pub lease: &'a Lease,
    pub connection: &'a Connection,
    pub provider: &'a dyn Provider,
    pub key: Key<'a>,
    /// Where the run begins. It restarts here when the data changes while it is reading.
    pub from: ReadFrom<'a>,
    /// The stored cursor. The run may begin before it.
    pub stored: Option<&'a str>,
}

/// What a run has fetched.
pub(super) struct Fetched<'a> {
    pub pages: Vec<FeedPage>,
    /// Where the pages begin.
    pub from: ReadFrom<'a>,
    /// Whether they start from the beginning because the provider refused the stored cursor.
    pub cursor_lost: bool,
}

impl<'a> Run<'a> {
    /// Fetches every page from where the run begins, or from the beginning when the provider no longer knows the
    /// cursor.
    pub(super) async fn fetch(&self) -> Result<Fetched<'a>, RunError> {
        let has_cursor = matches!(self.from, ReadFrom::Cursor(_));
        let refusal = match self.reader().from(self.from).await {
            Err(RunError::Provider(refusal)) if has_cursor && may_be_cursor(&refusal) => refusal,
            pages => {
                return Ok(Fetched {
                    pages: pages?,
                    from: self.from,
                    cursor_lost: false,
                });
            }
        };
        let now = self.ctx.clock.now();
        let since = after(now, -LOST_CURSOR_AGAIN);
        let id = &self.connection.id;
        if self.ctx.store.cursor_lost_since(id, since).await? {
            return Err(lost_again(refusal).into());
        }
        tracing::warn!(connection = %id, code = refusal.code, request_id = refusal.request_id,
            "the provider refuses the stored cursor; everything is read from the beginning");
        match self.reader().from(ReadFrom::Beginning).await {
            Ok(pages) => Ok(Fetched {
                // Without a new cursor nothing is gained, and the next run may try this again.
                cursor_lost: end_of(self.provider, &pages).is_some(),
                pages,
                from: ReadFrom::Beginning,
            }),
            // The cursor was not the cause.
            Err(RunError::Provider(other)) if may_be_cursor(&other) => Err(refusal.into()),
            Err(error) => Err(error),
        }
    }

    /// Returns how much of the history is there. Until all of it has been requested, what the provider calls complete
    /// is only the first part.
    pub(super) async fn status(&self, told: UpdateStatus) -> Result<UpdateStatus, RunError> {
        let (ctx, connection) = (self.ctx, self.connection);
        let extends = self.provider.capabilities().extends_history;
        if told == UpdateStatus::Historical && extends && connection.history_complete_at.is_none() {
            let nudges = ctx.store.nudges(&connection.id).await?;
            if nudges.history_asked_at.is_none() {
                return Ok(UpdateStatus::Initial);
            }
        }
        Ok(told)
    }

    /// Returns the rows removed since the stored cursor, for a run that begins before it: a list from the beginning
    /// says nothing about rows older than itself. Empty when the provider no longer knows the cursor, which is no
    /// reason to fail.
    pub(super) async fn fetch_gone(&self, whole: &Plan) -> Result<Vec<String>, RunError> {
        let (ReadFrom::Beginning, Some(stored)) = (self.from, self.stored) else {
            return Ok(Vec::new());
        };
        let Some(pages) = self.reader().since(stored).await? else {
            return Ok(Vec::new());
        };
        let listed: HashSet<&str> = whole
            .upserts
            .iter()
            .map(|row| row.provider_id.as_str())
            .collect();
        let mut gone = plan(pages).removed;
        gone.retain(|id| !listed.contains(id.as_str()) && !whole.removed.contains(id));
        Ok(gone)
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            ctx: self.ctx,
            lease: Some(self.lease),
            connection: self.connection,
            provider: self.provider,
            key: self.key,
        }
    }
}

/// Reads the pages of one connection.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub ctx: &'a Ctx,
    /// Renewed while reading. `None` when nothing at all may be written.
    pub lease: Option<&'a Lease>,
    pub connection: &'a Connection,
    pub provider: &'a dyn Provider,
    pub key: Key<'a>,
}

impl Reader<'_> {
    /// Reads every page since a stored cursor. `None` when the provider no longer knows it.
    pub(super) async fn since(&self, stored: &str) -> Result<Option<Vec<FeedPage>>, RunError> {
        match self.from(ReadFrom::Cursor(stored)).await {
            Err(RunError::Provider(refusal)) if may_be_cursor(&refusal) => {
                tracing::warn!(connection = %self.connection.id, code = refusal.code,
                    request_id = refusal.request_id, "the provider refuses the stored cursor");
                Ok(None)
            }
            pages => pages.map(Some),
        }
    }

    /// Reads every page from a starting point. When the data changes between two pages, all of them are void, and the
    /// run restarts from where it began, not from the page that failed.
    pub(super) async fn from(&self, from: ReadFrom<'_>) -> Result<Vec<FeedPage>, RunError> {
        let mut restarts = 0;
        loop {
            match self.every_page_once(from).await {
                Err(RunError::Provider(p))
                    if p.remedy() == Remedy::Restart && restarts < RESTARTS =>
                {
                    restarts += 1;
                    tracing::info!(connection = %self.connection.id, restarts, "the data changed between two pages");
                    tokio::time::sleep(std::time::Duration::from_millis(100 << restarts)).await;
                }
                other => return other,
            }
        }
    }

    async fn every_page_once(&self, from: ReadFrom<'_>) -> Result<Vec<FeedPage>, RunError> {
        let Self {
            ctx,
            connection,
            provider,
            key,
            ..
        } = *self;
        let mut pages: Vec<FeedPage> = Vec::new();
        let mut rows = 0;
        let mut at: Option<String> = None;
        let began = match from {
            ReadFrom::Cursor(cursor) => Some(cursor),
            ReadFrom::Beginning | ReadFrom::Day(_) => None,
        };
        loop {
            if let Some(lease) = self.lease {
                queue::hold(ctx, lease).await?;
            }
            let page = provider.page(key, from, at.as_deref()).await?;
            rows += i64::try_from(page.added.len()).unwrap_or(0);
            let more = page.has_more;
            let before = at.as_deref().or(began);
            let went_on = page.next_cursor.is_some() && page.next_cursor.as_deref() != before;
            at.clone_from(&page.next_cursor);
            pages.push(page);
            if !more {
                return Ok(pages);
            }
            if !went_on || pages.len() >= MOST_PAGES {
                tracing::error!(connection = %connection.id, pages = pages.len(), "the pages do not end");
                return Err(Problem::ours(Reason::BadAnswer).into());
            }
            if let Some(lease) = self.lease
                && connection.history_complete_at.is_none()
            {
                ctx.store
                    .record_progress(lease, &connection.id, connection.seen_rows.max(rows))
                    .await?;
            }
        }
    }
}

/// Whether a refusal may mean that the provider no longer knows a cursor. It says so itself, or it says that the data
/// changes between two pages however often the run restarts. For the latter, its support advises to begin without a
/// cursor (github.com/monetr/monetr/pull/3126).
fn may_be_cursor(refusal: &Problem) -> bool {
    refusal.reason == Reason::CursorRefused || refusal.remedy() == Remedy::Restart
}

/// The problem of a cursor that was given less than a day ago and is refused already. Reading everything once more
/// would not help.
fn lost_again(refusal: Problem) -> Problem {
    Problem {
        message: "can’t tell us what’s new. We re-read everything less than a day ago, and will do so again tomorrow. \
                  Nothing is lost: until then, “Compare with the bank” finds what’s missing."
            .to_owned(),
        ..refusal
    }
}

/// Returns the cursor at the end of some pages. `None` while the provider has no data, or if it has no cursors.
pub(super) fn end_of(provider: &dyn Provider, pages: &[FeedPage]) -> Option<String> {
    if provider.capabilities().reads != Reads::Cursor {
        return None;
    }
    pages.iter().rev().find_map(|page| page.next_cursor.clone())
}

/// Returns how much of the history the provider had when it gave the last page.
pub(super) fn status_of(pages: &[FeedPage]) -> UpdateStatus {
    let last = pages.last();
    last.map_or(UpdateStatus::NotReady, |page| page.status)
}
