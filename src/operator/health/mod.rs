//! This Passbook's state at a glance, and the checks of its setup.

mod checks;
mod facts;
mod settings;

pub use checks::{checks, worst_first};
pub use facts::{Facts, Told};

use jiff::{SignedDuration, Timestamp};

use super::view::{Glance, Overview, State, Tone};
use super::words::state;
use super::{Operator, OperatorError};
use crate::context::Ctx;
use crate::ledger::when_or_until;
use domain::job::OVERDUE;
use domain::wording::{counted_or_no, grouped, size};
use store::{Health, Store, StoreError};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Returns the first page. `islands` says whether the program includes the files that run in the browser.
pub async fn overview(ctx: &Ctx, _: &Operator, islands: bool) -> Result<Overview, OperatorError> {
    let health = figures(&ctx.store, ctx.clock.now()).await?;
    Ok(Overview {
        glance: glance(ctx, &health),
        checks: checks(&Facts::gather(ctx, &health, islands).await?),
        settings: settings::settings(&ctx.config),
    })
}

/// Returns the current state in numbers.
pub async fn figures(store: &Store, now: Timestamp) -> Result<Health, StoreError> {
    let now = now.as_millisecond();
    let before = |by: SignedDuration| now - i64::try_from(by.as_millis()).unwrap_or(0);
    store.health(now, before(OVERDUE), before(DAY)).await
}

fn glance(ctx: &Ctx, health: &Health) -> Vec<Glance> {
    let of = |what: &str, figure: String, state, href: &str| Glance {
        what: what.into(),
        figure,
        state,
        href: href.into(),
    };
    let healthy = |n: i64, good: &str, bad: String| match n {
        0 => state(Tone::Good, good),
        _ => state(Tone::Warn, bad),
    };
    vec![
        of(
            "Users",
            grouped(health.people),
            state(Tone::Plain, counted_or_no(health.operators, "admin")),
            "/admin/users",
        ),
        of(
            "Connections",
            grouped(health.connections),
            healthy(
                health.failing,
                "all healthy",
                match health.failing {
                    1 => "1 needs attention".to_owned(),
                    failing => format!("{} need attention", grouped(failing)),
                },
            ),
            if health.failing == 0 {
                "/admin/connections"
            } else {
                "/admin/connections?show=trouble"
            },
        ),
        of(
            "Jobs",
            format!("{} waiting", grouped(health.waiting)),
            jobs(health),
            "/admin/jobs",
        ),
        of(
            "Calls in 24 hours",
            grouped(health.calls),
            healthy(
                health.calls_failed,
                "all successful",
                format!("{} failed", grouped(health.calls_failed)),
            ),
            "/admin/calls",
        ),
        of(
            "Last webhook",
            health.last_webhook_at.map_or_else(
                || "none yet".into(),
                |at| when_or_until(&ctx.clock, at).words,
            ),
            state(
                Tone::Plain,
                format!("{} rejected in 24 hours", grouped(health.refused)),
            ),
            "/admin/webhooks",
        ),
        of(
            "Log-ins throttled in 24 hours",
            grouped(health.throttled),
            healthy(
                health.throttled,
                "no password guessing",
                "too many wrong passwords".into(),
            ),
            "",
        ),
        of(
            "Database",
            size(facts::database_size(&ctx.config.data_dir)),
            state(Tone::Plain, concat!("Passbook ", env!("CARGO_PKG_VERSION"))),
            "",
        ),
    ]
}

fn jobs(health: &Health) -> State {
    if health.overdue > 0 {
        return state(Tone::Wrong, format!("{} overdue", grouped(health.overdue)));
    }
    if health.retrying > 0 {
        return state(Tone::Warn, format!("{} failing", grouped(health.retrying)));
    }
    match health.running {
        0 => state(Tone::Good, "none overdue"),
        n => state(Tone::Good, format!("{} running, none overdue", grouped(n))),
    }
}
