//! A member's status and the challenges of its institution.

use serde_json::{Value, json};

use super::answer::Reply;
use super::call::Call;
use super::paging::{MOST, page};
use crate::bank::{Bank, BankError, wire_moment_full};
use crate::connect::picture;
use crate::store::members::{Challenge, Choice, Member};

/// The state that a client sees, which may be an outdated one.
pub(super) struct Seen<'a> {
    pub(super) status: Option<&'a str>,
    pub(super) is_being_aggregated: bool,
    challenges: &'a [Challenge],
}

impl<'a> Seen<'a> {
    pub(super) fn of_member(member: &'a Member) -> Self {
        let record = &member.record;
        match &record.stale {
            Some(stale) => Self {
                status: stale.status.as_deref(),
                is_being_aggregated: stale.is_being_aggregated,
                challenges: &stale.challenges,
            },
            None => Self {
                status: record.status.as_deref(),
                is_being_aggregated: record.says_aggregated.unwrap_or(record.run.is_some()),
                challenges: &record.challenges,
            },
        }
    }
}

/// Answers `GET …/status`.
pub(super) async fn get_status(bank: &Bank, user: &str, member: &str) -> Result<Reply, BankError> {
    let view = bank.look_at_member(user, member).await?;
    let record = &view.member.record;
    let seen = Seen::of_member(&view.member);
    let mut object = json!({
        "aggregated_at": record.aggregated_at.map(wire_moment_full),
        "connection_status": seen.status,
        "guid": view.member.guid,
        "has_processed_account_numbers": false,
        "has_processed_accounts": record.has_accounts,
        "has_processed_transactions": record.has_transactions,
        "is_authenticated": record.is_authenticated,
        "is_being_aggregated": seen.is_being_aggregated,
        "successfully_aggregated_at": record.succeeded_at.map(wire_moment_full),
    });
    if !seen.challenges.is_empty() {
        object["challenges"] = seen.challenges.iter().map(written).collect();
    }
    Ok(Reply::wrapping("member", &object.to_string()))
}

/// Answers `GET …/challenges` with 204 when there are none.
pub(super) async fn challenges(
    bank: &Bank,
    call: &Call,
    user: &str,
    member: &str,
) -> Result<Reply, BankError> {
    let view = bank.member(user, member).await?;
    let seen = Seen::of_member(&view.member);
    if seen.challenges.is_empty() {
        return Ok(Reply::Nothing);
    }
    Ok(page(call, "challenges", MOST, seen.challenges, |one| {
        written(one).to_string()
    }))
}

/// MX's `ChallengeResponse`.
fn written(challenge: &Challenge) -> Value {
    let kind = if challenge.as_number {
        number(&challenge.kind).into()
    } else {
        Value::from(challenge.kind.as_str())
    };
    let mut object = json!({
        "field_name": null, "guid": challenge.guid, "label": challenge.label, "type": kind,
    });
    match challenge.kind.as_str() {
        "OPTIONS" => object["options"] = challenge.options.iter().map(option).collect(),
        "IMAGE_DATA" => object["image_data"] = picture(0).1.into(),
        "IMAGE_OPTIONS" => {
            let all = (0..).zip(&challenge.options).map(|(place, choice)| {
                let mut object = option(choice);
                object["data_uri"] = format!("data:image/png;base64,{}", picture(place).1).into();
                object
            });
            object["image_options"] = all.collect();
        }
        _ => {}
    }
    object
}

fn option(choice: &Choice) -> Value {
    json!({"guid": choice.guid, "label": choice.label, "value": choice.value})
}

/// Returns the number that MX's examples use for a challenge type.
fn number(kind: &str) -> u8 {
    match kind {
        "OPTIONS" => 2,
        "TOKEN" => 12,
        "IMAGE_DATA" => 13,
        "IMAGE_OPTIONS" => 14,
        _ => 0,
    }
}
