//! One run for one connection: fetches every page with no transaction open, then writes everything at once.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::SyncError;
use super::fetch::{Fetched, Run, end_of, status_of};
use super::institution::want_institution;
use super::link::{ask_person, retire_duplicate};
use super::nudge::nudge;
use super::pace::{after, next_look};
use super::plan::plan;
use super::sealed::access_token;
use crate::context::Ctx;
use crate::metrics::Rows;
use crate::queue::{Done, RunError, counted};
use domain::connection::{Connection, Lease};
use domain::feed::{FeedPage, UpdateStatus};
use domain::id::ConnectionId;
use domain::problem::{Problem, Reason, Remedy};
use domain::provider::Reads;
use providers::{Key, Provider, ReadFrom};
use store::{Applied, Lacking, SyncCommit, Whole};

/// Syncs one connection and returns when to come again.
///
/// # Errors
/// When the provider refuses.
pub async fn sync_connection(
    ctx: &Ctx,
    lease: &Lease,
    id: &ConnectionId,
) -> Result<Done, RunError> {
    let Some((connection, sealed, cursor)) = ctx.store.connection_to_sync(id).await? else {
        return Ok(Done::default());
    };
    if connection.unlink_asked_at.is_some() || connection.linked_at.is_none() {
        return Ok(Done::default());
    }
    // Ending the suspension requests the next sync.
    if ctx.store.is_suspended(&connection.user_id).await? {
        return Ok(Done::default());
    }
    let token = match access_token(ctx, &connection, &sealed) {
        Ok(token) => token,
        Err(problem) => return fail(ctx, lease, id, problem).await,
    };
    let key = Key {
        token: &token,
        connection: id,
    };
    let provider = match ctx.providers.named(&connection.provider) {
        Ok(provider) => provider,
        Err(problem) => return fail(ctx, lease, id, problem).await,
    };
    let asked = ctx.store.begins_again(id).await?;
    let begins_anew = asked.is_some() || reads_set_aside_again(ctx, &connection).await?;
    let run = Run {
        ctx,
        lease,
        connection: &connection,
        provider,
        key,
        from: match begins_anew {
            true => ReadFrom::Beginning,
            false => begins_at(provider, &connection, cursor.as_deref()),
        },
        stored: cursor.as_deref(),
    };
    let synced = fetch_and_apply(&run).await;
    count(&run, &synced);
    match synced {
        Ok(synced) => {
            if let Some(asked) = asked.filter(|_| synced.whole) {
                ctx.store.began_again(id, asked).await?;
            }
            want_institution(ctx, &connection).await?;
            let Synced {
                status,
                applied,
                heard_at,
                ..
            } = synced;
            let sooner = nudge(ctx, &connection, provider, key, status, heard_at).await?;
            Ok(Done {
                next: sooner.or_else(|| Some(next_look(ctx, &connection, status))),
                result: Some(summary(applied)),
            })
        }
        Err(RunError::Provider(problem)) => fail(ctx, lease, id, problem).await,
        Err(error) => Err(error),
    }
}

fn count(run: &Run<'_>, synced: &Result<Synced, RunError>) {
    let applied = synced.as_ref().map(|synced| synced.applied);
    let Applied {
        added,
        modified,
        removed,
    } = applied.unwrap_or_default();
    let rows = Rows {
        added,
        modified,
        removed,
    };
    let metrics = &run.ctx.metrics;
    metrics.synced(run.provider.name(), counted(synced), rows);
}

/// Returns where a run begins: at the stored cursor, or, where the provider has none, a number of days before the last
/// sync.
fn begins_at<'a>(
    provider: &dyn Provider,
    connection: &Connection,
    cursor: Option<&'a str>,
) -> ReadFrom<'a> {
    let last = connection.last_synced_at;
    let last = last.filter(|_| connection.history_complete_at.is_some());
    match (provider.capabilities().reads, last) {
        (Reads::Cursor, _) => cursor.map_or(ReadFrom::Beginning, ReadFrom::Cursor),
        (Reads::Window { overlap_days }, Some(last)) => {
            let day = last.to_zoned(TimeZone::UTC).date();
            let first = day.checked_sub(SignedDuration::from_hours(24 * i64::from(overlap_days)));
            first.map_or(ReadFrom::Beginning, ReadFrom::Day)
        }
        (Reads::Window { .. }, None) => ReadFrom::Beginning,
    }
}

/// Writes a problem down. A temporary one is shown only when it occurs again.
async fn fail<T>(
    ctx: &Ctx,
    lease: &Lease,
    id: &ConnectionId,
    problem: Problem,
) -> Result<T, RunError> {
    tracing::warn!(connection = %id, code = problem.code, request_id = problem.request_id, "a sync did not succeed");
    let passes = problem.remedy() == Remedy::Retry && lease.attempts < 2;
    if !passes && problem.reason != Reason::HeldBack {
        ctx.store
            .record_problem(lease, id, &problem, ctx.clock.now())
            .await?;
    }
    Err(problem.into())
}

/// Limits on unreadable rows. A single one is set aside. More than `MOST_SET_ASIDE`, or more than the readable rows
/// plus `FEW_SET_ASIDE`, mean that the provider's format has changed, and then the cursor must not move on.
const MOST_SET_ASIDE: usize = 100;
const FEW_SET_ASIDE: usize = 3;
/// How often everything is read again because of a row that was set aside. The response may have been broken rather
/// than the row, and the bank does not send a row twice.
const READ_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// Whether a run begins before the stored cursor, so that rows that were set aside are sent again.
async fn reads_set_aside_again(ctx: &Ctx, connection: &Connection) -> Result<bool, RunError> {
    if connection.set_aside_rows == 0 {
        return Ok(false);
    }
    let before = after(ctx.clock.now(), -READ_AGAIN);
    Ok(ctx.store.set_aside_since(&connection.id, before).await?)
}

/// The result of a run.
struct Synced {
    status: UpdateStatus,
    applied: Applied,
    /// Whether the provider had all its data. Without cursors, `false` while it is still asking the bank.
    whole: bool,
    /// When the provider last heard from the bank.
    heard_at: Option<Timestamp>,
}

async fn fetch_and_apply(run: &Run<'_>) -> Result<Synced, RunError> {
    let Run {
        ctx,
        lease,
        connection,
        provider,
        key,
        stored,
        ..
    } = *run;
    let facts = provider.facts(key).await?;
    if let Some(problem) = facts.problem {
        if facts.challenged && connection.link_phase.is_none() {
            asked(ask_person(ctx, provider, connection, key).await)?;
        }
        return Err(problem.into());
    }
    let accounts = provider.accounts(key).await?;
    if retire_duplicate(ctx, connection, &accounts)
        .await?
        .is_some()
    {
        return Ok(Synced {
            status: UpdateStatus::NotReady,
            applied: Applied::default(),
            whole: true,
            heard_at: None,
        });
    }
    let Fetched {
        pages,
        from,
        cursor_lost,
    } = run.fetch().await?;
    // The provider gives no cursor while it has no data; the stored one stays valid.
    let (next, told) = (end_of(provider, &pages), status_of(&pages));
    let status = run.status(told).await?;
    let lacking = lacking(provider, &pages);
    let mut plan = plan(pages);
    plan.removed.extend(run.fetch_gone(&plan).await?);
    let unreadable = plan.set_aside.len();
    if unreadable > MOST_SET_ASIDE || unreadable > plan.upserts.len() + FEW_SET_ASIDE {
        tracing::error!(connection = %connection.id, rows = unreadable, "too many rows cannot be read");
        return Err(Problem::ours(Reason::BadAnswer).into());
    }
    let whole_from = match from {
        ReadFrom::Cursor(_) => None,
        ReadFrom::Beginning => plan.first_day(),
        ReadFrom::Day(day) => Some(day),
    };
    let cursor = provider.capabilities().reads == Reads::Cursor;
    let whole = cursor || told == UpdateStatus::Historical;
    let commit = SyncCommit {
        lease,
        connection,
        cursor_before: stored,
        cursor_after: next.as_deref().or(stored),
        status,
        accounts: &accounts,
        former_accounts: &plan.accounts,
        upserts: &plan.upserts,
        removed: &plan.removed,
        set_aside: &plan.set_aside,
        whole: (whole_from.zip(lacking)).map(|(from, lacking)| Whole { from, lacking }),
        synced: whole,
        cursor_lost,
        facts: &facts,
        now: ctx.clock.now(),
        today: ctx.clock.today(),
    };
    let applied = ctx.store.apply_sync(&commit).await?;
    tracing::info!(connection = %connection.id, added = applied.added, modified = applied.modified,
        removed = applied.removed, status = status.as_str(), "synced");
    Ok(Synced {
        status: told,
        applied,
        whole,
        heard_at: facts.provider_updated_at,
    })
}

/// Drops every error but the database's: the connection shows whether the person could be asked, not the sync.
fn asked(outcome: Result<(), SyncError>) -> Result<(), RunError> {
    match outcome {
        Err(SyncError::Store(error)) => Err(error.into()),
        Err(error) => {
            tracing::info!(%error, "what the bank asks was not passed on");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Returns what it means that the pages lack a row. `None` if the pages do not add up, or, without cursors, while the
/// bank is being asked.
fn lacking(provider: &dyn Provider, pages: &[FeedPage]) -> Option<Lacking> {
    let add_up = pages.iter().all(|page| !page.incomplete);
    let all_there = |page: &FeedPage| page.status == UpdateStatus::Historical;
    match provider.capabilities().reads {
        Reads::Cursor => add_up.then_some(Lacking::Goes),
        Reads::Window { .. } => {
            let quiet = pages.iter().all(all_there);
            (add_up && quiet).then_some(Lacking::GoesTheSecondTime)
        }
    }
}

/// Returns what a run changed, as JSON for its record.
fn summary(applied: Applied) -> String {
    let Applied {
        added,
        modified,
        removed,
    } = applied;
    format!(r#"{{"added":{added},"modified":{modified},"removed":{removed}}}"#)
}
