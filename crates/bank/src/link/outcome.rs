//! The end of a session and its report to the application: Plaid's `onSuccess` and `onExit` (plaid.com/docs/link/web).

use serde_json::{Value, json};

use super::flow::Step;
use super::trouble::{Trouble, request_id};
use super::unavailable::Gone;
use super::visit::Visit;
use crate::bank::{BankError, LinkAccount};

/// Links the chosen accounts or repairs the Item. Returns `false` when the bank refuses; the page then says why.
pub(super) async fn finish(visit: &mut Visit) -> Result<bool, Gone> {
    let clock = visit.link.bank.clock();
    if visit.token.expired(clock.now()) {
        visit.stumble("INVALID_LINK_TOKEN", None);
        return Ok(false);
    }
    let password = visit.link.vault.get(&visit.record.id, clock.now());
    let bank = visit.link.bank.clone();
    let finished = if let Some(update) = &visit.token.update {
        let chosen = update
            .account_selection_enabled
            .then_some(visit.flow.chosen.as_slice());
        bank.finish_update(&visit.token, &visit.record.id, chosen)
            .await
    } else {
        let (Some(password), Some(institution)) = (password, visit.institution()) else {
            return Ok(false);
        };
        let (token, id, username) = (&visit.token, &visit.record.id, &visit.flow.username);
        bank.finish_new_item(
            token,
            id,
            institution,
            username,
            &password,
            &visit.flow.chosen,
        )
        .await
    };
    match finished {
        Ok(success) => {
            visit.link.vault.forget(&visit.record.id);
            visit.go(Step::Finished);
            visit.event("HANDOFF", [("view_name", json!("CONNECTED"))]);
            visit.flow.result = Some(succeeded(visit, &success.public_token, &success.accounts));
            Ok(true)
        }
        Err(BankError::Refused(refusal)) => {
            visit.stumble(&refusal.code, Some(refusal.message));
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Ends the session without linking.
pub(super) async fn leave(visit: &mut Visit) -> Result<(), Gone> {
    let error = visit
        .flow
        .trouble
        .as_ref()
        .map_or(Value::Null, Trouble::to_json);
    let status = exit_status(visit);
    let request_id = visit
        .flow
        .trouble
        .as_ref()
        .map_or_else(request_id, |trouble| trouble.request_id.clone());
    let mut metadata = json!({
        "institution": institution(visit),
        "link_session_id": visit.record.id,
        "request_id": request_id,
    });
    // `/link/token/get` omits absent values; only `onExit` has null.
    if let Some(status) = status {
        metadata["status"] = json!(status);
    }
    visit.link.vault.forget(&visit.record.id);
    let mut more: Vec<(&str, Value)> = Vec::new();
    more.extend(status.map(|status| ("exit_status", json!(status))));
    if let Some(trouble) = &visit.flow.trouble {
        more.push(("error_type", json!(trouble.kind())));
        more.push(("error_code", json!(trouble.code)));
        more.push(("error_message", json!(trouble.message())));
    }
    visit.event("EXIT", more);
    visit.flow.step = Step::Left;
    visit.flow.leaving = false;
    let exit = json!({ "error": error, "metadata": metadata });
    visit.flow.result = Some(exited(&exit));
    // Saved first, because the bank's own record needs the events of this session.
    visit.save().await?;
    Ok(visit.link.bank.finish_exit(&visit.record.id, exit).await?)
}

/// Finishes a session that the bank has ended but whose page was not saved, because the program stopped in between.
pub(super) fn catch_up(visit: &mut Visit) {
    if visit.record.finished_at.is_none() || visit.flow.step.is_over() {
        return;
    }
    if let Some(added) = visit.record.results.first().cloned() {
        visit.flow.step = Step::Finished;
        visit.flow.result = Some(succeeded(visit, &added.public_token, &added.accounts));
    } else if let Some(exit) = &visit.record.exit {
        visit.flow.step = Step::Left;
        visit.flow.result = Some(exited(exit));
    }
}

/// Returns the argument of `onExit` when there is no session.
pub(super) fn exit_without_session(trouble: &Trouble) -> Value {
    exited(&json!({
        "error": trouble.to_json(),
        "metadata": {
            "institution": null,
            "status": null,
            "link_session_id": "",
            "request_id": trouble.request_id,
        },
    }))
}

fn exited(exit: &Value) -> Value {
    let mut error = exit["error"].clone();
    if let Some(fields) = error.as_object_mut() {
        fields.remove("request_id");
    }
    let mut metadata = exit["metadata"].clone();
    if metadata["status"].is_null() {
        metadata["status"] = Value::Null;
    }
    json!({ "kind": "exit", "error": error, "metadata": metadata })
}

fn succeeded(visit: &Visit, public_token: &str, accounts: &[LinkAccount]) -> Value {
    let accounts: Vec<Value> = accounts.iter().map(account).collect();
    json!({
        "kind": "success",
        "public_token": public_token,
        "metadata": {
            "institution": institution(visit),
            // Deprecated, but hand-written callers still read it.
            "account": accounts.first(),
            "account_id": accounts.first().map(|first| first["id"].clone()),
            "accounts": accounts,
            "link_session_id": visit.record.id,
            "public_token": public_token,
            "transfer_status": null,
        },
    })
}

fn account(account: &LinkAccount) -> Value {
    json!({
        "id": account.id,
        "name": account.name,
        "mask": account.mask,
        "type": account.kind,
        "subtype": account.subtype,
        "verification_status": null,
        "class_type": null,
    })
}

fn institution(visit: &Visit) -> Value {
    visit.institution().map_or(
        Value::Null,
        |institution| json!({ "name": institution.name, "institution_id": institution.id }),
    )
}

fn exit_status(visit: &Visit) -> Option<&'static str> {
    let step = visit.flow.step;
    if step == Step::Institution && visit.offered().is_empty() {
        return Some("institution_not_found");
    }
    step.exit_status()
}
