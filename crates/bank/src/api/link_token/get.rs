//! `/link/token/get`: what a token was created with and the results of its sessions.

use serde_json::{Map, Value, json};

use crate::api::call::{Call, Reply};
use crate::bank::{Bank, BankError, ItemAddResult, LinkToken, Refusal, SessionRecord, wire_moment};

/// Answers `/link/token/get`, even for an expired token.
pub async fn get(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let token = bank.link_token(call.text("link_token")).await?;
    let token = token.ok_or_else(|| Refusal::from_code("INVALID_LINK_TOKEN"))?;
    let sessions = bank.sessions_of(&token.token).await?;
    let sessions: Vec<Value> = sessions.iter().map(session).collect();
    Ok(Reply::empty()
        .with("created_at", &wire_moment(token.created_at))?
        .with("expiration", &wire_moment(token.expires_at))?
        .with("link_sessions", &sessions)?
        .with("link_token", &token.token)?
        .with("metadata", &metadata(&token))?)
}

fn metadata(token: &LinkToken) -> Value {
    let filters: Map<String, Value> = token
        .account_filters
        .iter()
        .map(|filter| {
            (
                filter.kind.clone(),
                json!({"account_subtypes": filter.subtypes}),
            )
        })
        .collect();
    let mut metadata = json!({
        "client_name": token.client_name,
        "country_codes": token.country_codes,
        "initial_products": token.products,
        "language": token.language,
        "redirect_uri": token.redirect_uri,
        "webhook": token.webhook,
    });
    if !filters.is_empty() {
        metadata["account_filters"] = filters.into();
    }
    metadata
}

fn session(session: &SessionRecord) -> Value {
    let mut wire = json!({
        "link_session_id": session.id,
        "started_at": wire_moment(session.started_at),
        "finished_at": session.finished_at.map(wire_moment),
        "events": session.events,
    });
    if let Some(exit) = &session.exit {
        wire["exit"] = exit.clone();
        wire["on_exit"] = exit.clone();
    }
    if let Some(first) = session.results.first() {
        let results: Vec<Value> = session.results.iter().map(item_add_result).collect();
        wire["results"] = json!({
            "item_add_results": results,
            "cra_item_add_results": [],
            "cra_update_results": [],
            "bank_income_results": [],
            "payroll_income_results": [],
            "document_income_results": null,
        });
        let mut metadata = item_add_result(first);
        metadata["link_session_id"] = session.id.as_str().into();
        metadata["transfer_status"] = Value::Null;
        if let Some(metadata) = metadata.as_object_mut() {
            metadata.remove("public_token");
        }
        wire["on_success"] = json!({"public_token": first.public_token, "metadata": metadata});
    }
    wire
}

fn item_add_result(result: &ItemAddResult) -> Value {
    let accounts: Vec<Value> = result
        .accounts
        .iter()
        .map(|account| {
            json!({
                "id": account.id, "name": account.name, "mask": account.mask, "type": account.kind,
                // Not nullable on this wire, unlike in `/accounts/get`.
                "subtype": account.subtype.as_deref().unwrap_or("other"),
                "verification_status": null, "class_type": null,
            })
        })
        .collect();
    json!({
        "public_token": result.public_token,
        "accounts": accounts,
        "institution": {"name": result.institution_name, "institution_id": result.institution_id},
    })
}
