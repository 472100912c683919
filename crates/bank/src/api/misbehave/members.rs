//! Endpoints below `/misbehave/member/`: MX's members, their webhooks and how slow MX is.

use serde_json::{Value, json};

use super::fields::MEMBER;
use super::look;
use crate::api::call::{Call, Reply};
use crate::api::fields::{Field, Kind, may, missing_fields, must};
use crate::bank::{
    Bank, BankError, Deed, MX_FORGERIES, MemberPace, MxReceiver, MxWebhook, Refusal, Standing,
    asking, standing,
};
use crate::store::members::Outcome;

const STATUS: Field = may("connection_status", Kind::AnyText);
const CHALLENGES: Field = may("challenges", Kind::Texts(0));
const ROUNDS: Field = may("rounds", Kind::Int(1, 20));
const NUMBERS: Field = may("as_numbers", Kind::Flag);

const SET: &[Field] = &[
    MEMBER,
    STATUS,
    may("polls", Kind::Int(0, 10_000)),
    may("is_being_aggregated", Kind::Flag),
];
const ASK: &[Field] = &[MEMBER, CHALLENGES, ROUNDS, NUMBERS];
const NEXT: &[Field] = &[MEMBER, STATUS, CHALLENGES, ROUNDS, NUMBERS];
const PACE: &[Field] = &[
    may("polls", Kind::Int(0, 10_000)),
    may("stale", Kind::Int(0, 10_000)),
];
const WEBHOOK: &[Field] = &[
    may("url", Kind::Link),
    may("username", Kind::Text),
    may("password", Kind::Text),
];
const SEND: &[Field] = &[
    MEMBER,
    must("type", Kind::Text),
    may("fields", Kind::Any),
    may("without", Kind::Texts(0)),
    may("times", Kind::Int(1, 1000)),
    may("delay_seconds", Kind::Int(0, 86_400)),
    may("forgery", Kind::Text),
];
const RELEASE: &[Field] = &[MEMBER, may("reversed", Kind::Flag)];

/// Returns the fields of a call; `None` when there is no such call.
pub fn fields_of(path: &str) -> Option<&'static [Field]> {
    Some(match path {
        "/misbehave/member/list" => &[],
        "/misbehave/member/status" => SET,
        "/misbehave/member/challenge" => ASK,
        "/misbehave/member/next" => NEXT,
        "/misbehave/member/pace" => PACE,
        "/misbehave/member/webhook" => WEBHOOK,
        "/misbehave/member/webhook/send" => SEND,
        "/misbehave/member/webhook/list" | "/misbehave/member/webhook/hold" => &[MEMBER],
        "/misbehave/member/webhook/release" => RELEASE,
        _ => return None,
    })
}

/// Performs a call.
pub async fn act(bank: &Bank, path: &str, call: &Call) -> Result<Deed, BankError> {
    match path {
        "/misbehave/member/status" => {
            let how = Standing {
                status: call
                    .maybe_text("connection_status")
                    .filter(|text| !text.is_empty()),
                polls: call.get("polls").map(|_| call.number("polls", 0).into()),
                says_aggregated: call.get("is_being_aggregated").and_then(Value::as_bool),
            };
            bank.set_member(named(call)?, how).await
        }
        "/misbehave/member/challenge" => {
            bank.challenge_member(named(call)?, questions(call)?).await
        }
        "/misbehave/member/next" => {
            let outcome = if call.get("challenges").is_some() {
                Outcome::Challenge(questions(call)?)
            } else {
                let status = call.maybe_text("connection_status");
                standing(status.filter(|text| !text.is_empty()))
            };
            let guid = call.maybe_text("member_guid");
            bank.set_next(guid.as_deref(), outcome).await
        }
        "/misbehave/member/pace" => {
            let usual = MemberPace::default();
            let number = |name: &str, usual: u32| match call.get(name) {
                Some(_) => call.number(name, 0).into(),
                None => usual,
            };
            let pace = MemberPace {
                polls: number("polls", usual.polls),
                stale: number("stale", usual.stale),
            };
            bank.set_pace(pace).await
        }
        "/misbehave/member/webhook" => {
            let receiver = call.maybe_text("url").map(|url| MxReceiver {
                url,
                username: call.maybe_text("username"),
                password: call.maybe_text("password"),
            });
            bank.set_receiver(receiver).await
        }
        "/misbehave/member/webhook/send" => send(bank, call).await,
        "/misbehave/member/webhook/hold" => bank.hold_mx_webhooks(named(call)?, true, false).await,
        "/misbehave/member/webhook/release" => {
            let reversed = call.flag("reversed");
            bank.hold_mx_webhooks(named(call)?, false, reversed).await
        }
        _ => Err(Refusal::from_code("NOT_FOUND").into()),
    }
}

async fn send(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let forgery = match call.text("forgery") {
        "" => None,
        name => Some(
            MX_FORGERIES
                .iter()
                .find(|one| one.0 == name)
                .map(|one| one.0)
                .ok_or_else(|| {
                    Refusal::invalid_field("forgery must be no_password, wrong_password or garbage")
                })?,
        ),
    };
    let fields = match call.get("fields") {
        None => serde_json::Map::new(),
        Some(Value::Object(fields)) => fields.clone(),
        Some(_) => return Err(Refusal::invalid_field("fields must be an object").into()),
    };
    let seconds = call
        .get("delay_seconds")
        .and_then(Value::as_i64)
        .unwrap_or(0);
    let wanted = MxWebhook {
        kind: call.text("type").to_owned(),
        fields,
        without: call.texts("without").unwrap_or_default(),
        times: call.number("times", 1),
        delay_ms: seconds.saturating_mul(1000),
        forgery,
    };
    bank.send_mx_webhook(named(call)?, wanted).await
}

/// Returns all members of all users.
pub async fn list(bank: &Bank) -> Result<Reply, BankError> {
    let all: Vec<Value> = bank
        .all_members()
        .await?
        .iter()
        .map(|view| {
            let (member, record) = (&view.member, &view.member.record);
            json!({
                "member_guid": member.guid, "id": member.id, "user_guid": view.user.guid, "user_id": view.user.id,
                "institution_code": member.institution_code, "item_id": member.item_id,
                "connection_status": record.status, "is_being_aggregated": record.run.is_some(),
                "holds_webhooks": record.holds_webhooks,
            })
        })
        .collect();
    Ok(Reply::empty().with("members", &all)?)
}

/// Returns the last webhooks of a member and their outcome, newest first.
pub async fn webhooks(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    look::told_webhooks(&bank.mx_webhooks_of(named(call)?, 500).await?)
}

fn questions(call: &Call) -> Result<crate::store::members::Asking, Refusal> {
    let kinds = call.texts("challenges").unwrap_or_default();
    let rounds = u8::try_from(call.number("rounds", 1)).unwrap_or(1);
    asking(kinds, rounds, call.flag("as_numbers"))
}

fn named(call: &Call) -> Result<&str, Refusal> {
    match call.text("member_guid") {
        "" => Err(missing_fields(&["member_guid".to_owned()])),
        guid => Ok(guid),
    }
}
