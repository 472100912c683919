//! The calls that were made to providers, for all people.

use super::view::{CallFilter, CallLine, Calls, Lines, Tone};
use super::words::{duration, state};
use super::{Operator, OperatorError, PAGE};
use crate::context::Ctx;
use crate::ledger::history::came_of_it;
use crate::ledger::when_or_until;
use domain::id::ConnectionId;
use domain::page::cut;
use store::{CallNarrowing, CallRecord};

/// Returns calls, the newest first.
pub async fn calls(
    ctx: &Ctx,
    _: &Operator,
    filter: &CallFilter,
    after: &str,
) -> Result<Calls, OperatorError> {
    let narrowing = CallNarrowing {
        connection: ConnectionId::parse(&filter.connection),
        endpoint: Some(filter.endpoint.clone()).filter(|path| !path.is_empty()),
        failed_only: filter.failed,
    };
    let found = ctx
        .store
        .page_of_calls(&narrowing, after.parse().ok(), PAGE + 1)
        .await?;
    let (found, older) = cut(found, PAGE, |record| record.id.to_string());
    Ok(Calls {
        calls: Lines {
            lines: found.iter().map(|record| line(ctx, record)).collect(),
            older,
        },
        endpoints: ctx.store.called_endpoints().await?,
    })
}

fn line(ctx: &Ctx, record: &CallRecord) -> CallLine {
    let good = record.outcome == "ok";
    CallLine {
        words: ctx
            .providers
            .asked(&record.provider, &record.endpoint)
            .to_owned(),
        endpoint: record.endpoint.clone(),
        connection: record
            .connection_id
            .as_ref()
            .map(|id| id.to_string())
            .unwrap_or_default(),
        institution: record.institution_name.clone().unwrap_or_default(),
        began: when_or_until(&ctx.clock, record.started_at),
        took: duration(record.duration_ms),
        outcome: if good {
            state(Tone::Good, "OK")
        } else {
            let words = came_of_it(record);
            let first = words.chars().next().unwrap_or_default().to_uppercase();
            let rest: String = words.chars().skip(1).collect();
            state(Tone::Warn, format!("{first}{rest}"))
        },
        code: if good {
            String::new()
        } else {
            record.outcome.clone()
        },
        request_id: record.request_id.clone().unwrap_or_default(),
    }
}
