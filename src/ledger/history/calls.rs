//! The calls that were made to a bank, in words and in codes.

use super::activity::by_day;
use super::view::{CallEntry, CallPage};
use super::{dated, place};
use crate::context::Ctx;
use crate::ledger::{LedgerError, PAGE};
use domain::connection::Connection;
use domain::id::ConnectionId;
use domain::page::cut;
use domain::problem::Reason;
use domain::user::User;
use store::{CallNarrowing, CallRecord};

/// Returns a page of the calls that were made for a connection, the newest first.
///
/// # Errors
/// [`LedgerError::NotFound`] when the connection is not this person's.
pub async fn calls(
    ctx: &Ctx,
    user: &User,
    id: &str,
    failed_only: bool,
    after: &str,
) -> Result<CallPage, LedgerError> {
    let id = ConnectionId::parse(id).ok_or(LedgerError::NotFound)?;
    let connection = ctx.store.connection(&user.id, &id).await?;
    let connection = connection.ok_or(LedgerError::NotFound)?;
    let before = place(after);
    let narrowing = CallNarrowing {
        connection: Some(id),
        endpoint: None,
        failed_only,
    };
    let records = match before {
        Ok(before) => {
            let store = &ctx.store;
            store.page_of_calls(&narrowing, before, PAGE + 1).await?
        }
        Err(_) => Vec::new(),
    };
    let (records, older) = cut(records, PAGE, |last| last.id.to_string());
    Ok(CallPage {
        connection_id: connection.id.to_string(),
        older,
        days: by_day(
            ctx,
            records
                .iter()
                .map(|r| dated(ctx, r.started_at, entry(ctx, r))),
        ),
        newest: after.trim().is_empty(),
        failed_only,
        problem: before.err().map(str::to_owned),
        for_support: for_support(&connection, &records),
        institution: connection.institution_name,
    })
}

fn entry(ctx: &Ctx, record: &CallRecord) -> CallEntry {
    CallEntry {
        id: record.id.to_string(),
        words: ctx
            .providers
            .asked(&record.provider, &record.endpoint)
            .to_owned(),
        endpoint: record.endpoint.clone(),
        outcome: came_of_it(record).to_owned(),
        code: (record.outcome != "ok").then(|| record.outcome.clone()),
        request_id: record.request_id.clone(),
        took: took(record.duration_ms),
    }
}

/// Returns the outcome of a call, in words.
#[must_use]
pub fn came_of_it(record: &CallRecord) -> &'static str {
    match record.reason {
        None if record.outcome == "ok" => "answered",
        None => "rejected",
        Some(reason) => came_of(reason),
    }
}

fn came_of(reason: Reason) -> &'static str {
    match reason {
        Reason::Timeout => "timed out",
        Reason::Unreachable => "couldn’t be reached",
        Reason::BadAnswer => "unreadable response",
        Reason::LogInNeeded => "the bank needs you to log in again",
        Reason::NotReady => "not ready yet",
        Reason::Gone => "the connection no longer exists there",
        Reason::BankDown => "the bank isn’t responding",
        Reason::ChangedMeanwhile => "the data changed in the meantime",
        Reason::RateLimited => "rate limited",
        Reason::ProviderFailed => "the provider had an error",
        _ => "rejected",
    }
}

fn took(millis: i64) -> String {
    match millis {
        ..1 => "under 1 ms".to_owned(),
        1..1_000 => format!("{millis} ms"),
        _ => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
    }
}

/// Formats what every support team asks for: the connection, when, what, and the request ids.
fn for_support(connection: &Connection, records: &[CallRecord]) -> String {
    let mut lines = vec![format!(
        "Item {} at {} ({})",
        connection.item_id,
        connection.institution_name,
        connection.institution_id.as_deref().unwrap_or("no id"),
    )];
    lines.extend(records.iter().map(|record| {
        format!(
            "{} {} request_id={} {} {} ms",
            record.started_at,
            record.endpoint,
            record.request_id.as_deref().unwrap_or("none"),
            record.outcome,
            record.duration_ms
        )
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_at_a_glance() {
        assert_eq!(took(0), "under 1 ms");
        assert_eq!(took(7), "7 ms");
        assert_eq!(took(999), "999 ms");
        assert_eq!(took(31_250), "31.2 s");
    }

    #[test]
    fn outcomes_are_words() {
        for (reason, words) in [
            (Reason::RateLimited, "rate limited"),
            (Reason::BankDown, "the bank isn’t responding"),
            (Reason::WrongCredentials, "rejected"),
            (Reason::Unclear, "rejected"),
        ] {
            assert_eq!(came_of(reason), words);
        }
    }
}
