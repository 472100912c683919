//! One run for one endpoint: turns what is new into messages and sends those that are due.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::endpoints::previous_signs_until;
use super::pace::verdict;
use crate::context::Ctx;
use crate::ledger::cursor_at;
use crate::outbound_http::{Letter, Sent};
use domain::connection::Lease;
use domain::id::{EndpointId, MessageId};
use domain::outbound::{
    Attempt, ConnectionEvent, DisabledFor, Endpoint, Message, MessageKind, MessageState, News,
};
use domain::secret::Secret;
use store::{SealedSecrets, StoreError};

/// The most messages of one run. The rest waits for the next, so that other work gets its turn.
const IN_A_RUN: u32 = 20;

/// Sends an endpoint's messages. Returns when to come again, or `None` if nothing waits.
///
/// # Errors
/// When the database fails or another worker has the lease. An endpoint that does not answer is no error.
pub async fn deliver(
    ctx: &Ctx,
    lease: &Lease,
    id: &EndpointId,
) -> Result<Option<Timestamp>, StoreError> {
    let Some((endpoint, sealed)) = ctx.store.endpoint_to_call(id).await? else {
        return Ok(None);
    };
    if endpoint.disabled.is_some() {
        return Ok(None);
    }
    let Some(secrets) = open(ctx, &endpoint, &sealed) else {
        tracing::error!(endpoint = %id, "the key does not open a webhook's secret");
        let now = ctx.clock.now();
        ctx.store
            .disable_endpoint(lease, id, DisabledFor::Secret, now)
            .await?;
        return Ok(None);
    };
    write_news(ctx, lease, &endpoint).await?;
    for message in ctx
        .store
        .due_messages(id, ctx.clock.now(), IN_A_RUN)
        .await?
    {
        let (sent, stop) = send(ctx, lease, &endpoint, &message, &secrets).await?;
        if stop {
            return Ok(None);
        }
        // An endpoint that did not answer this one will not answer the next, and each would cost the worker its
        // timeout.
        if sent.answer.is_err() {
            break;
        }
    }
    ctx.store.next_message(id).await
}

/// Writes messages for the changes since the endpoint's place. A waiting message that says that transactions changed
/// covers these too, because its receiver reads the changes from the feed.
async fn write_news(ctx: &Ctx, lease: &Lease, endpoint: &Endpoint) -> Result<(), StoreError> {
    let news = ctx.store.news(endpoint).await?;
    if news.head <= endpoint.told_place {
        return Ok(());
    }
    let messages = messages(endpoint, &news, ctx.clock.now());
    ctx.store.tell(lease, endpoint, news.head, &messages).await
}

fn messages(endpoint: &Endpoint, news: &News, now: Timestamp) -> Vec<Message> {
    let mut messages: Vec<Message> = news
        .events
        .iter()
        .map(|event| of_event(event, now))
        .collect();
    if news.changed && !news.change_waits {
        let since = cursor_at(&endpoint.user_id, endpoint.told_place);
        let kind = MessageKind::TransactionsChanged;
        messages.push(message(kind, now, now, json!({ "cursor": since })));
    }
    messages
}

fn of_event(event: &ConnectionEvent, now: Timestamp) -> Message {
    let mut data = json!({ "connection_id": event.connection_id.as_str() });
    if let Some(code) = &event.problem_code {
        data["code"] = code.as_str().into();
    }
    if let Some(reason) = &event.problem_reason {
        data["reason"] = reason.as_str().into();
    }
    if let Some(remedy) = &event.problem_remedy {
        data["remedy"] = remedy.as_str().into();
    }
    message(event.kind, event.happened_at, now, data)
}

pub(super) fn ping_message(now: Timestamp) -> Message {
    message(MessageKind::Ping, now, now, json!({}))
}

fn message(kind: MessageKind, happened_at: Timestamp, now: Timestamp, data: Value) -> Message {
    let body = json!({
        "type": kind.as_str(),
        "timestamp": happened_at.to_string(),
        "data": data,
    });
    Message {
        id: MessageId::generate(),
        kind,
        body: body.to_string(),
        created_at: now,
        state: MessageState::Waiting,
        attempts: 0,
        next_at: Some(now),
    }
}

/// Sends a message once and writes down the outcome. The flag is `true` if the endpoint has been switched off.
async fn send(
    ctx: &Ctx,
    lease: &Lease,
    endpoint: &Endpoint,
    message: &Message,
    secrets: &[Secret],
) -> Result<(Sent, bool), StoreError> {
    let started_at = ctx.clock.now();
    let letter = Letter {
        id: message.id.as_str(),
        url: &endpoint.url,
        body: &message.body,
        secrets,
        at: started_at,
    };
    let sent = ctx.outbound.send(letter).await;
    let verdict = verdict(endpoint, message, &sent, ctx.clock.now());
    let attempt = Attempt {
        started_at,
        duration_ms: i64::try_from(sent.took.as_millis()).unwrap_or(i64::MAX),
        answer: sent.answer,
    };
    ctx.store
        .record_attempt(lease, &endpoint.id, message, &attempt, &verdict)
        .await?;
    tracing::info!(endpoint = %endpoint.id, message = %message.id, kind = message.kind.as_str(),
        answer = ?sent.answer, "called a webhook");
    Ok((sent, verdict.disable.is_some()))
}

/// Returns the signing secrets: the newest, and for a while the previous one. `None` when the newest cannot be
/// unsealed.
fn open(ctx: &Ctx, endpoint: &Endpoint, sealed: &SealedSecrets) -> Option<Vec<Secret>> {
    let unseal = |sealed: &[u8]| {
        let (row, owner) = (endpoint.id.as_str(), endpoint.user_id.as_str());
        ctx.vault.unseal(sealed, row, owner).ok()
    };
    let mut secrets = vec![unseal(&sealed.secret)?];
    let now = ctx.clock.now();
    let counts = previous_signs_until(endpoint, now).is_some();
    let previous = sealed.previous.as_deref().filter(|_| counts);
    secrets.extend(previous.and_then(unseal));
    Some(secrets)
}
