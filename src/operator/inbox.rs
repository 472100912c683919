//! The inbox of genuine webhooks, and those that were refused.

use serde_json::Value;

use super::view::{DeliveryDetail, DeliveryLine, Lines, Refused, RefusedLine};
use super::words::{caused, duration, refusal};
use super::{Operator, OperatorError, PAGE};
use crate::context::Ctx;
use crate::ledger::when_or_until;
use crate::sync;
use domain::id::ConnectionId;
use domain::page::cut;
use domain::text::{isolated, spelled_out};
use domain::webhook::FollowUp;
use domain::wording::grouped;
use store::DeliveryRecord;

/// How many replays a webhook's page lists.
const REPLAYS: u32 = 20;

/// Returns genuine webhooks, the latest first; of one connection if one is named.
pub async fn deliveries(
    ctx: &Ctx,
    _: &Operator,
    connection: &str,
    after: &str,
) -> Result<Lines<DeliveryLine>, OperatorError> {
    let connection = ConnectionId::parse(connection);
    let found = ctx
        .store
        .deliveries(connection.as_ref(), place(after), PAGE + 1)
        .await?;
    let (found, older) = cut(found, PAGE, |record| {
        format!("{}.{}", record.last_received_at.as_millisecond(), record.id)
    });
    let lines = found.iter().map(|record| line(ctx, record)).collect();
    Ok(Lines { lines, older })
}

/// Returns one genuine webhook.
///
/// # Errors
/// [`OperatorError::NotFound`].
pub async fn delivery(ctx: &Ctx, _: &Operator, id: &str) -> Result<DeliveryDetail, OperatorError> {
    let id = number(id)?;
    let found = ctx.store.delivery(id).await?;
    let (record, body) = found.ok_or(OperatorError::NotFound)?;
    let replays = ctx.store.replays_of(id, REPLAYS).await?;
    let replays = replays.into_iter().map(|replay| {
        let by = replay.by.unwrap_or_else(|| "a former admin".into());
        (
            when_or_until(&ctx.clock, replay.at),
            by,
            caused(&replay.caused).to_owned(),
        )
    });
    Ok(DeliveryDetail {
        line: line(ctx, &record),
        facts: facts(ctx, &record),
        body: readable(&body),
        replays: replays.collect(),
    })
}

/// Repeats what a webhook asked for. Returns what follows from it, as a sentence.
///
/// # Errors
/// [`OperatorError::NotFound`].
pub async fn replay(ctx: &Ctx, by: &Operator, id: &str) -> Result<&'static str, OperatorError> {
    let caused = sync::replay_webhook(ctx, by.user(), number(id)?).await?;
    Ok(match caused {
        FollowUp::Sync => "Replayed. A sync has started.",
        FollowUp::FinishLink => "Replayed. Passbook is completing the link.",
        FollowUp::Nothing => {
            "Replayed. No action needed: its connection isn’t known here, or is no longer linked."
        }
    })
}

/// Returns refused webhooks. `after` is the place that the previous page gave.
pub async fn refused_webhooks(
    ctx: &Ctx,
    _: &Operator,
    after: &str,
) -> Result<Refused, OperatorError> {
    let counts = ctx.store.refusal_counts().await?;
    let found = ctx.store.refusals(after.parse().ok(), PAGE + 1).await?;
    let (found, older) = cut(found, PAGE, |record| record.id.to_string());
    let lines = found.into_iter().map(|record| RefusedLine {
        reason: refusal(&record.reason),
        came: when_or_until(&ctx.clock, record.received_at),
        hash: record.body_hash,
    });
    Ok(Refused {
        counts: counts
            .into_iter()
            .map(|(reason, n)| (refusal(&reason), grouped(n)))
            .collect(),
        last: Lines {
            lines: lines.collect(),
            older,
        },
    })
}

fn line(ctx: &Ctx, record: &DeliveryRecord) -> DeliveryLine {
    DeliveryLine {
        id: record.id,
        name: format!("{}: {}", record.webhook_type, record.webhook_code),
        error: record.error_code.clone().unwrap_or_default(),
        about: match (&record.institution, &record.owner) {
            (Some(institution), Some(owner)) => {
                format!("{}, {}", isolated(institution), isolated(owner))
            }
            _ if record.item_id.is_some() => "an unknown connection".into(),
            _ => "no connection".into(),
        },
        came: when_or_until(&ctx.clock, record.last_received_at),
        latency: duration(record.latency_ms),
        caused: caused(&record.caused).to_owned(),
        times: times(record),
    }
}

fn times(record: &DeliveryRecord) -> String {
    let often = |n: i64| match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{} times", grouped(n)),
    };
    let came = (record.times > 1).then(|| format!("received {}", often(record.times)));
    let replayed = (record.replays > 0).then(|| format!("replayed {}", often(record.replays)));
    [came, replayed]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

fn facts(ctx: &Ctx, record: &DeliveryRecord) -> Vec<(String, String)> {
    let told = |at| {
        let when = when_or_until(&ctx.clock, at);
        format!("{} ({})", when.words, when.long)
    };
    let line = line(ctx, record);
    let facts = [
        ("About", Some(line.about)),
        ("Provider’s ID", record.item_id.clone()),
        ("Error", record.error_code.clone()),
        ("First received", Some(told(record.received_at))),
        ("Last received", Some(told(record.last_received_at))),
        ("Times received", Some(grouped(record.times))),
        ("Delivery time", Some(line.latency)),
        ("Result", Some(line.caused)),
    ];
    facts
        .into_iter()
        .filter_map(|(what, value)| Some((what.to_owned(), value?)))
        .collect()
}

/// Formats a body without its secrets: public tokens were not kept, and a link token gives access to a person's session
/// at the provider.
fn readable(body: &[u8]) -> String {
    let text = match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            hide_tokens(&mut value);
            format!("{value:#}")
        }
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    spelled_out(&text)
}

fn hide_tokens(value: &mut Value) {
    match value {
        Value::String(text) => {
            let opens = ["link-", "public-", "access-"];
            if opens.iter().any(|prefix| text.starts_with(prefix)) {
                "[hidden]".clone_into(text);
            }
        }
        Value::Array(all) => all.iter_mut().for_each(hide_tokens),
        Value::Object(all) => all.values_mut().for_each(hide_tokens),
        _ => {}
    }
}

fn number(id: &str) -> Result<i64, OperatorError> {
    id.parse().map_err(|_| OperatorError::NotFound)
}

/// Parses a place in the list: `MILLISECONDS.NUMBER`. Anything else means the beginning.
fn place(after: &str) -> Option<(i64, i64)> {
    let (at, id) = after.split_once('.')?;
    Some((at.parse().ok()?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_shown_whole_but_for_what_opens_something() {
        let body = br#"{"webhook_type":"LINK","link_token":"link-sandbox-1","link_session_id":"s1",
            "public_tokens":["[blanked]"],"error":{"error_code":"X","causes":["access-1"]}}"#;
        let shown = readable(body);
        for gone in ["link-sandbox-1", "access-1"] {
            assert!(!shown.contains(gone), "{shown}");
        }
        for kept in ["\"s1\"", "\"LINK\"", "[blanked]", "\"X\""] {
            assert!(shown.contains(kept), "{shown}");
        }
        assert_eq!(readable(b"rubbish"), "rubbish");
    }

    #[test]
    fn places_are_read_or_are_the_beginning() {
        assert_eq!(place("1795262400000.7"), Some((1_795_262_400_000, 7)));
        for bad in ["", "7", "x.7", "7.x", "1.2.3", "99999999999999999999.1"] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }
}
