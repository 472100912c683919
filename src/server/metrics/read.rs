//! Readings taken on request: a few counts along indexes, the sizes of two files, and what is in memory.

use std::path::Path;
use std::time::Duration;

use jiff::SignedDuration;

use super::Scraped;
use crate::context::Ctx;
use crate::metrics::{Build, DatabaseReadings, ProviderBudget, Readings};
use crate::rates::{RatesError, left_today};
use domain::job::OVERDUE;
use domain::usage::Usage;
use store::schema;

/// How long the database may take. Prometheus waits ten seconds by default, and needs the other readings all the same.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn readings(scraped: &Scraped) -> Readings {
    let ctx = &scraped.ctx;
    let file = |name: &str| size(&ctx.config.data_dir.join(name));
    let (database_bytes, wal_bytes) = (file("passbook.db"), file("passbook.db-wal"));
    Readings {
        build: Build {
            version: env!("CARGO_PKG_VERSION"),
            schema: schema(),
        },
        started_at: scraped.started_at,
        resident_bytes: std::fs::read_to_string("/proc/self/status")
            .ok()
            .and_then(|status| resident(&status)),
        http_connections: scraped.connections.count(),
        websocket_subscribers: ctx.rates.told.receiver_count(),
        database_bytes,
        // The log is missing after the last connection has been closed, and is then empty.
        wal_bytes: wal_bytes.or(database_bytes.map(|_| 0)),
        provider_budgets: provider_budgets(ctx),
        database: database(ctx).await,
    }
}

fn size(path: &Path) -> Option<u64> {
    Some(path.metadata().ok()?.len())
}

/// Reads the resident memory from Linux's `/proc/self/status`. `statm` counts in pages, whose size differs by machine.
fn resident(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1_024)
}

/// Returns `None` when the database fails or takes too long.
async fn database(ctx: &Ctx) -> Option<DatabaseReadings> {
    match tokio::time::timeout(PATIENCE, ask_database(ctx)).await {
        Ok(Ok(readings)) => Some(readings),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database could not be read for /metrics");
            None
        }
        Err(_) => {
            tracing::warn!("the database took too long to be read for /metrics");
            None
        }
    }
}

async fn ask_database(ctx: &Ctx) -> Result<DatabaseReadings, RatesError> {
    let now = ctx.clock.now();
    let at = now.as_millisecond();
    let overdue = i64::try_from(OVERDUE.as_millis()).unwrap_or(0);
    // Calls and refusals are counted in memory, so the query asks for none before this moment.
    let health = ctx.store.health(at, at - overdue, at).await?;
    let (sessions, anonymous_sessions) = ctx.store.live_sessions(now).await?;
    Ok(DatabaseReadings {
        jobs_waiting: health.waiting,
        jobs_overdue: health.overdue,
        jobs_failing: health.retrying,
        jobs_running: health.running,
        sessions,
        anonymous_sessions,
        rate_budgets: left_today(ctx).await?,
    })
}

/// Returns what is left of each limit; of limits that each connection has for itself, the smallest remainder.
fn provider_budgets(ctx: &Ctx) -> Vec<ProviderBudget> {
    let mut budgets: Vec<ProviderBudget> = Vec::new();
    for provider in ctx.providers.all() {
        for usage in provider.usage().iter().filter(|usage| usage.enforced) {
            let budget = budget(provider.name(), usage);
            let same = |other: &&mut ProviderBudget| {
                let of = |it: &ProviderBudget| (it.provider, it.endpoint, it.scope, it.seconds);
                of(other) == of(&budget)
            };
            match budgets.iter_mut().find(same) {
                Some(known) => known.left = known.left.min(budget.left),
                None => budgets.push(budget),
            }
        }
    }
    budgets
}

fn budget(provider: &'static str, usage: &Usage) -> ProviderBudget {
    let scope = match (&usage.connection, usage.from_the_beginning) {
        (Some(_), _) => "connection",
        (None, true) => "from_the_beginning",
        (None, false) => "all",
    };
    ProviderBudget {
        provider,
        endpoint: usage.endpoint,
        scope,
        seconds: SignedDuration::as_secs(&usage.per),
        left: usage.ours.saturating_sub(usage.used),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_is_read_where_the_system_tells_it() {
        let status = "Name:\tpassbook\nVmHWM:\t   99999 kB\nVmRSS:\t   51234 kB\nThreads:\t7\n";
        assert_eq!(resident(status), Some(51_234 * 1_024));
        for other in ["", "Name:\tpassbook\n", "VmRSS:\tmuch\n", "VmRSS:\t1 MB\n"] {
            assert_eq!(resident(other), None, "{other:?}");
        }
    }
}
