//! Fetches both sides of a comparison.

use std::collections::{HashMap, HashSet};

use super::compare::{Bank, Comparison, compare};
use crate::context::Ctx;
use crate::queue::RunError;
use crate::sync::fetch::{Reader, end_of, status_of};
use crate::sync::plan::{Plan, plan};
use crate::sync::sealed::access_token;
use domain::check::{Check, KeptRow};
use domain::connection::{Connection, Lease};
use domain::feed::{ConnectionFacts, FeedAccount, FeedPage, SetAside, UpdateStatus};
use domain::id::ConnectionId;
use domain::problem::{Problem, Reason};
use domain::provider::Reads;
use providers::{Key, ReadFrom};

/// How often to ask the bank whether it has changed in the meantime before giving up.
const ATTEMPTS: u32 = 5;
/// The most rows that are shown one by one. Beyond that only their number is shown.
const SHOWN: usize = 200;

/// Both sides of a comparison, and its result.
pub(super) struct Survey {
    pub connection: Connection,
    pub facts: ConnectionFacts,
    /// The accounts that the bank lists.
    pub accounts: Vec<FeedAccount>,
    /// The cursor of the kept rows.
    pub cursor: Option<String>,
    /// The cursor at the end of the bank's list.
    pub end: Option<String>,
    pub status: UpdateStatus,
    /// What the next sync would write.
    pub waiting: Plan,
    /// Accounts that rows belong to, including those that the bank no longer lists.
    pub former: Vec<FeedAccount>,
    /// The bank's rows that cannot be read.
    pub set_aside: Vec<SetAside>,
    pub comparison: Comparison,
    unreadable: u64,
}

impl Survey {
    /// Returns the result in the form in which it is kept.
    pub(super) fn check(&self, ctx: &Ctx) -> Check {
        let found = &self.comparison;
        Check {
            checked_at: ctx.clock.now(),
            problem: None,
            compared: found.compared,
            missing: count(found.missing.len()),
            extra: count(found.extra.len()),
            different: count(found.different.len()),
            waiting: count(self.waiting.upserts.len() + self.waiting.removed.len()),
            older: found.older,
            former: found.former,
            unreadable: self.unreadable,
            rows: found.rows(SHOWN),
        }
    }
}

/// Reads both sides and writes nothing. Renews `lease`, if given, while reading.
pub(super) async fn survey(
    ctx: &Ctx,
    lease: Option<&Lease>,
    id: &ConnectionId,
) -> Result<Option<Survey>, RunError> {
    let Some(books) = ctx.store.books_to_check(id).await? else {
        return Ok(None);
    };
    let token = access_token(ctx, &books.connection, &books.sealed_token)?;
    let key = Key {
        token: &token,
        connection: id,
    };
    let provider = ctx.providers.named(&books.connection.provider)?;
    let facts = provider.facts(key).await?;
    if let Some(problem) = facts.problem {
        return Err(problem.into());
    }
    let accounts = provider.accounts(key).await?;
    let reader = Reader {
        ctx,
        lease,
        connection: &books.connection,
        provider,
        key,
    };
    let (whole, waiting) = both(&reader, books.cursor.as_deref()).await?;
    let (end, status) = (end_of(provider, &whole), status_of(&whole));
    let (whole, waiting) = (plan(whole), plan(waiting));
    let (kept, hidden) = brought_up(books.rows, books.hidden, &waiting, &accounts);
    let bank = Bank::new(&whole, &accounts);
    let (comparison, unreadable) = (compare(&bank, &kept, &hidden), bank.unreadable);
    Ok(Some(Survey {
        connection: books.connection,
        cursor: books.cursor,
        end,
        status,
        unreadable,
        comparison,
        former: whole.accounts,
        set_aside: whole.set_aside,
        facts,
        accounts,
        waiting,
    }))
}

/// Fetches everything that the bank has, and the changes since the cursor, as of the same moment: the two fit together
/// once nothing has happened since the whole list was fetched.
async fn both(
    reader: &Reader<'_>,
    cursor: Option<&str>,
) -> Result<(Vec<FeedPage>, Vec<FeedPage>), RunError> {
    let mut whole = reader.from(ReadFrom::Beginning).await?;
    if whole.iter().any(|page| page.incomplete) {
        return Err(Problem::ours(Reason::BadAnswer).into());
    }
    if reader.provider.capabilities().reads != Reads::Cursor {
        // The changes since the last sync are unknown, so every difference is reported.
        return Ok((whole, Vec::new()));
    }
    for _ in 0..ATTEMPTS {
        let waiting = match cursor {
            // Without a cursor that the provider knows, no change counts as waiting, so every difference is reported.
            Some(stored) => reader.since(stored).await?.unwrap_or_default(),
            None => reader.from(ReadFrom::Beginning).await?,
        };
        // The provider gives no cursor while it has no data.
        let Some(end) = end_of(reader.provider, &whole) else {
            return Ok((whole, waiting));
        };
        let since = reader.from(ReadFrom::Cursor(&end)).await?;
        let quiet = since.iter().all(|page| {
            page.added.is_empty() && page.modified.is_empty() && page.removed.is_empty()
        });
        if quiet {
            return Ok((whole, waiting));
        }
        whole.extend(since);
    }
    Err(Problem::ours(Reason::ChangedMeanwhile).into())
}

/// Returns the kept rows as the next sync would leave them.
fn brought_up(
    rows: Vec<KeptRow>,
    mut hidden: HashSet<String>,
    waiting: &Plan,
    accounts: &[FeedAccount],
) -> (Vec<KeptRow>, HashSet<String>) {
    let names: HashMap<&str, &str> = accounts
        .iter()
        .chain(&waiting.accounts)
        .map(|account| (account.provider_id.as_str(), account.name.as_str()))
        .collect();
    let mut kept: HashMap<String, KeptRow> = rows
        .into_iter()
        .map(|kept| (kept.row.provider_id.clone(), kept))
        .collect();
    for gone in &waiting.removed {
        kept.remove(gone);
        hidden.remove(gone);
    }
    for row in &waiting.upserts {
        let account = names.get(row.account_provider_id.as_str());
        let account = account.copied().unwrap_or_default().to_owned();
        let row = row.clone();
        kept.insert(row.provider_id.clone(), KeptRow { row, account });
    }
    let mut kept: Vec<KeptRow> = kept.into_values().collect();
    kept.sort_unstable_by(|a, b| {
        (b.row.date, &b.row.provider_id).cmp(&(a.row.date, &a.row.provider_id))
    });
    (kept, hidden)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
