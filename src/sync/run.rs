//! One run: claim, fetch every page with no transaction open, write all of it at once.

use jiff::{SignedDuration, Timestamp};

use super::plan::plan;
use crate::context::Ctx;
use crate::domain::connection::{Connection, Lease};
use crate::domain::feed::{FeedPage, UpdateStatus};
use crate::domain::id::ConnectionId;
use crate::domain::problem::{Problem, Remedy};
use crate::providers::plaid::{Key, problem};
use crate::store::{StoreError, SyncCommit};

/// A worker that is not heard of for so long has died.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// A connection that nothing else wakes is looked at so often.
const POLL: SignedDuration = SignedDuration::from_hours(6);
/// How often a run begins again because the data changed under it.
const RESTARTS: u32 = 5;
/// 500 rows each: more than any bank has in two years. Beyond it something is wrong, and it is said.
const MOST_PAGES: usize = 2_000;
/// An institution's name and logo are asked for again so often.
const INSTITUTION_STALE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Why a run did not end well.
#[derive(Debug, thiserror::Error)]
enum RunError {
    #[error("the provider refused: {0}")]
    Provider(#[from] Problem),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Runs the sync that is due first, if one is; `false` when none was.
///
/// # Errors
/// When the database fails; a provider's refusal is written down, not returned.
pub async fn run_due(ctx: &Ctx) -> Result<bool, StoreError> {
    let now = ctx.clock.now();
    let Some(lease) = ctx.store.claim_due("sync", now, after(now, LEASE)).await? else {
        return Ok(false);
    };
    let outcome = match ConnectionId::parse(&lease.subject) {
        Some(id) => sync(ctx, &lease, &id).await,
        None => Ok(None),
    };
    let now = ctx.clock.now();
    match outcome {
        Ok(next) => ctx.store.finish_job(&lease, next, None, now).await?,
        Err(RunError::Provider(problem)) => {
            let next = after(now, wait_after(&problem, lease.attempts));
            ctx.store
                .finish_job(&lease, Some(next), Some(&problem.code), now)
                .await?;
        }
        // Another worker has it: there is nothing to give back.
        Err(RunError::Store(StoreError::LeaseLost)) => {}
        Err(RunError::Store(error)) => {
            let next = after(now, SignedDuration::from_secs(30));
            ctx.store
                .finish_job(&lease, Some(next), Some("DATABASE"), now)
                .await?;
            return Err(error);
        }
    }
    Ok(true)
}

/// Syncs one connection; when to come again.
async fn sync(ctx: &Ctx, lease: &Lease, id: &ConnectionId) -> Result<Option<Timestamp>, RunError> {
    let Some((connection, sealed, cursor)) = ctx.store.connection_to_sync(id).await? else {
        return Ok(None);
    };
    let token = match ctx
        .vault
        .unseal(&sealed, id.as_str(), connection.user_id.as_str())
    {
        Ok(token) => token,
        Err(_) => {
            return fail(
                ctx,
                lease,
                id,
                problem("INVALID_INPUT", "KEY_DOES_NOT_OPEN", None),
            )
            .await;
        }
    };
    let key = Key {
        token: &token,
        connection: id,
    };
    match fetch_and_apply(ctx, lease, &connection, key, cursor.as_deref()).await {
        Ok(status) => {
            keep_institution(ctx, &connection).await?;
            Ok(Some(next_look(ctx, &connection, status)))
        }
        Err(RunError::Provider(problem)) => fail(ctx, lease, id, problem).await,
        Err(error) => Err(error),
    }
}

/// Writes a problem down. One that passes by itself is shown only when it comes back.
async fn fail<T>(
    ctx: &Ctx,
    lease: &Lease,
    id: &ConnectionId,
    problem: Problem,
) -> Result<T, RunError> {
    tracing::warn!(connection = %id, code = problem.code, request_id = problem.request_id, "a sync did not succeed");
    if problem.remedy != Remedy::Retry || lease.attempts >= 2 {
        ctx.store
            .record_problem(lease, id, &problem, ctx.clock.now())
            .await?;
    }
    Err(problem.into())
}

async fn fetch_and_apply(
    ctx: &Ctx,
    lease: &Lease,
    connection: &Connection,
    key: Key<'_>,
    cursor: Option<&str>,
) -> Result<UpdateStatus, RunError> {
    let plaid = &ctx.providers.plaid;
    let facts = plaid.facts(key).await?;
    if let Some(problem) = facts.problem {
        return Err(problem.into());
    }
    let accounts = plaid.accounts(key).await?;
    let pages = fetch(ctx, lease, connection, key, cursor).await?;
    let status = pages
        .last()
        .map_or(UpdateStatus::NotReady, |page| page.status);
    // While the provider has nothing, it gives no cursor; the one that we have stays good.
    let next = pages.iter().rev().find_map(|page| page.next_cursor.clone());
    let plan = plan(pages);
    let commit = SyncCommit {
        lease,
        connection,
        cursor_before: cursor,
        cursor_after: next.as_deref().or(cursor),
        status,
        accounts: &accounts,
        former_accounts: &plan.accounts,
        upserts: &plan.upserts,
        removed: &plan.removed,
        facts: &facts,
        now: ctx.clock.now(),
        today: ctx.clock.today(),
    };
    let applied = match ctx.store.apply_sync(&commit).await {
        // A row of an account that nobody described: the provider contradicts itself.
        Err(StoreError::Unreadable(what)) => {
            tracing::error!(connection = %connection.id, what, "the pages do not fit together");
            return Err(problem("API_ERROR", "BAD_ANSWER", None).into());
        }
        applied => applied?,
    };
    tracing::info!(connection = %connection.id, added = applied.added, modified = applied.modified,
        removed = applied.removed, status = status.as_str(), "synced");
    Ok(status)
}

/// Every page from a cursor on. When the data changes between two pages, all of them are void and the run
/// begins again where it began, not at the page that failed (plaid.com/docs/api/products/transactions).
async fn fetch(
    ctx: &Ctx,
    lease: &Lease,
    connection: &Connection,
    key: Key<'_>,
    cursor: Option<&str>,
) -> Result<Vec<FeedPage>, RunError> {
    let mut restarts = 0;
    loop {
        match fetch_once(ctx, lease, connection, key, cursor).await {
            Err(RunError::Provider(p)) if p.remedy == Remedy::Restart && restarts < RESTARTS => {
                restarts += 1;
                tracing::info!(connection = %connection.id, restarts, "the data changed between two pages");
                tokio::time::sleep(std::time::Duration::from_millis(100 << restarts)).await;
            }
            other => return other,
        }
    }
}

async fn fetch_once(
    ctx: &Ctx,
    lease: &Lease,
    connection: &Connection,
    key: Key<'_>,
    cursor: Option<&str>,
) -> Result<Vec<FeedPage>, RunError> {
    let mut pages: Vec<FeedPage> = Vec::new();
    let mut rows = 0;
    let mut at = cursor.map(str::to_owned);
    loop {
        ctx.store
            .renew(lease, after(ctx.clock.now(), LEASE))
            .await?;
        let page = ctx.providers.plaid.page(key, at.as_deref()).await?;
        rows += i64::try_from(page.added.len()).unwrap_or(0);
        let more = page.has_more;
        let went_on = page.next_cursor.is_some() && page.next_cursor != at;
        at.clone_from(&page.next_cursor);
        pages.push(page);
        if !more {
            return Ok(pages);
        }
        if !went_on || pages.len() >= MOST_PAGES {
            tracing::error!(connection = %connection.id, pages = pages.len(), "the pages do not end");
            return Err(problem("API_ERROR", "BAD_ANSWER", None).into());
        }
        if connection.history_complete_at.is_none() {
            ctx.store
                .note_progress(lease, &connection.id, connection.seen_rows.max(rows))
                .await?;
        }
    }
}

/// The name and logo are worth having, but no sync fails for want of them.
async fn keep_institution(ctx: &Ctx, connection: &Connection) -> Result<(), RunError> {
    let Some(id) = &connection.institution_id else {
        return Ok(());
    };
    let now = ctx.clock.now();
    let fetched = ctx
        .store
        .institution_fetched_at(&connection.provider, id)
        .await?;
    if fetched
        .is_some_and(|at| i128::from(now.as_millisecond() - at) < INSTITUTION_STALE.as_millis())
    {
        return Ok(());
    }
    match ctx.providers.plaid.institution(id).await {
        Ok(it) => {
            ctx.store
                .keep_institution(&connection.provider, &it, now.as_millisecond())
                .await?
        }
        Err(problem) => tracing::info!(
            institution = id,
            code = problem.code,
            "no word about the institution"
        ),
    }
    Ok(())
}

/// During the first sync often, ever less so; after it as a safety net.
fn next_look(ctx: &Ctx, connection: &Connection, status: UpdateStatus) -> Timestamp {
    let now = ctx.clock.now();
    if status == UpdateStatus::Historical {
        return after(now, POLL);
    }
    let age = now.duration_since(connection.created_at);
    after(
        now,
        (age / 4).clamp(
            SignedDuration::from_millis(400),
            SignedDuration::from_secs(60),
        ),
    )
}

/// How long to leave a provider alone after a problem.
pub(super) fn wait_after(problem: &Problem, attempts: i64) -> SignedDuration {
    let asked = SignedDuration::from_secs(
        problem
            .retry_after
            .and_then(|s| i64::try_from(s).ok())
            .unwrap_or(0)
            .min(14_400),
    );
    let wait = match problem.remedy {
        Remedy::Retry | Remedy::Restart => {
            let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(10);
            let limited = problem.code.ends_with("_LIMIT") || problem.code == "RATE_LIMIT";
            // Plaid's windows are a minute long.
            let least = if limited { 60_000 } else { 2_000 };
            SignedDuration::from_millis((least << doublings).min(3_600_000))
        }
        Remedy::Wait => SignedDuration::from_hours(2),
        Remedy::Repair | Remedy::ActAtBank | Remedy::Relink | Remedy::Operator => POLL,
    };
    let wait = wait.max(asked);
    // A quarter more or less, so that many connections do not come back at the same moment.
    wait + wait * i32::from(random_byte()) / 1024
}

fn random_byte() -> u8 {
    let mut byte = [0_u8; 1];
    let _ = aws_lc_rs::rand::fill(&mut byte);
    byte[0]
}

pub(super) fn after(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_obey() {
        let busy = problem("RATE_LIMIT_EXCEEDED", "TRANSACTIONS_SYNC_LIMIT", None);
        assert!(wait_after(&busy, 0) >= SignedDuration::from_secs(60));
        let hiccup = problem("API_ERROR", "INTERNAL_SERVER_ERROR", None);
        assert!(wait_after(&hiccup, 0) < SignedDuration::from_secs(3));
        assert!(wait_after(&hiccup, 50) <= SignedDuration::from_secs(4_500));
        let asked = Problem {
            retry_after: Some(7_200),
            ..hiccup
        };
        assert!(wait_after(&asked, 0) >= SignedDuration::from_hours(2));
        assert!(wait_after(&problem("ITEM_ERROR", "ITEM_LOGIN_REQUIRED", None), 0) >= POLL);
    }
}
