//! Tests the adapter against a loopback server that answers as MX's documentation says.

mod asking_people;
mod conflicts;
mod errors;
mod linking;
mod loopback;
mod nulls;
mod openapi;
mod people;
mod rows;
mod secrets;
mod statuses;
mod webhooks;
mod windows;

use serde_json::{Value, json};

use super::*;
use crate::{Key, LinkRequest, LinkWay, Provider};
use domain::id::{ConnectionId, LinkId};
use domain::link::LinkState;
use domain::problem::Problem;
use domain::provider::Typed;
use domain::secret::Secret;
use loopback::Loopback;

/// Our id of the person, and MX's id of the member.
const PERSON: &str = "01arz3ndektsv4rrffq69g5fav";
const MEMBER: &str = "MBR-7c6f361b-e582-15b6-60c0-358f12466b4b";

/// Returns the token of the member.
fn token() -> Secret {
    Secret::new([PERSON, "/", MEMBER].concat())
}

/// Returns a request line: a method, the member's path, and `more`.
fn member(method: &str, more: &str) -> String {
    format!("{method} /users/{PERSON}/members/{MEMBER}{more}")
}

fn typed(field: &str, value: &str) -> Typed {
    Typed {
        field: field.to_owned(),
        value: Secret::new(value),
    }
}

/// Begins a link with credentials, for a new bank or a repair.
async fn begin(mx: &Mx, attempt: &LinkId, repair: Option<&Secret>) -> Result<Secret, Problem> {
    let typed = [typed("CRD-1", "mxuser"), typed("CRD-2", "Tr0ub4dor&3")];
    let wanted = LinkRequest {
        id: attempt.as_str(),
        person: PERSON,
        repair,
        choose_accounts: false,
        way: LinkWay::Credentials {
            institution: "mxbank",
            typed: &typed,
        },
    };
    Ok(mx.begin_link(&wanted).await?.token)
}

/// Returns a status response of MX.
fn status(word: impl Into<Value>, running: bool) -> Value {
    let word = word.into();
    json!({"member": {"guid": MEMBER, "connection_status": word, "is_being_aggregated": running,
        "is_authenticated": word == "CONNECTED", "has_processed_accounts": !running,
        "has_processed_transactions": !running, "has_processed_account_numbers": false,
        "aggregated_at": "2026-11-20T18:07:57.000Z", "successfully_aggregated_at": null}})
}

fn pages(page: u64, size: u64, total: u64) -> Value {
    json!({"current_page": page, "per_page": size, "total_entries": total, "total_pages": total.div_ceil(size).max(1)})
}

/// Returns a loopback with a connected member that has an account.
async fn connected() -> Loopback {
    let loopback = Loopback::start().await;
    loopback.on(
        &member("GET", ""),
        200,
        &json!({"member": {"guid": MEMBER, "name": "MX Bank",
        "institution_code": "mxbank", "connection_status": "CONNECTED",
        "successfully_aggregated_at": "2026-11-20T17:57:38.000Z"}}),
    );
    loopback.on(&member("GET", "/accounts"), 200, &json!({"accounts": [
        {"guid": "ACT-1", "name": "Checking", "type": "CHECKING", "balance": 1000.1, "currency_code": "USD",
            "account_number": "XXXX3331261"},
        {"guid": "ACT-2", "name": "Old", "type": "SAVINGS", "balance": 0, "currency_code": "CAD", "is_closed": true}],
        "pagination": pages(1, 1000, 2)}));
    loopback
}
