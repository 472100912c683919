//! Adding faults and finding the one that applies to a call.

use axum::http::Method;
use serde_json::Value;

use super::{identity, rates, which};
use crate::api::call::Call;
use crate::bank::{
    Bank, BankError, Called, Deed, Fault, FaultKind, IdentityProvider, Refusal, Source, Which,
    in_a_run,
};

/// Adds a fault.
pub async fn add(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let kind = FaultKind::named(call.text("fault")).ok_or_else(|| {
        let names: Vec<&str> = FaultKind::ALL.iter().map(|one| one.1).collect();
        Refusal::invalid_field(format!("fault must be one of {}", names.join(", ")))
    })?;
    let delay = call.get("delay_ms").and_then(Value::as_u64);
    let (source, provider) = (rates::source(call)?, identity::provider(call)?);
    if source.is_some() && provider.is_some() {
        let words = "source and identity cannot be named together";
        return Err(Refusal::invalid_field(words).into());
    }
    let code = match kind {
        FaultKind::IdToken => Some(identity::false_token(call, provider.as_deref())?),
        _ if provider.is_some() => identity::code(call, kind)?,
        _ => rates::code(call, kind, source.is_some())?,
    };
    let fault = Fault {
        endpoint: call.maybe_text("endpoint"),
        code,
        source,
        identity: provider,
        item_id: item_of(bank, call).await?,
        institution_id: call.maybe_text("institution_id"),
        error_type: call.maybe_text("error_type"),
        status: call.get("status").map(|_| call.number("status", 400)),
        body: call.maybe_text("body"),
        retry_after: call
            .get("retry_after")
            .map(|_| call.number("retry_after", 0)),
        delay_ms: delay,
        skip: call.number("skip", 0),
        left: (!call.flag("until_cleared")).then(|| call.number("times", 1)),
        ..Fault::new(kind)
    };
    let deed = fault_added(&fault);
    bank.faults().add(fault);
    Ok(deed)
}

/// Clears one fault, the faults of an Item, a source or an identity provider, or all of them.
pub async fn clear(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let id = call.maybe_text("fault_id");
    let item = item_of(bank, call).await?;
    let (source, provider) = (rates::source(call)?, identity::provider(call)?);
    let cleared = bank.faults().clear(|fault| {
        id.as_ref().is_none_or(|id| *id == fault.id)
            && (source.is_none() || source == fault.source)
            && (provider.is_none() || provider == fault.identity)
            && item
                .as_ref()
                .is_none_or(|item| Some(item) == fault.item_id.as_ref())
    });
    Ok(Deed {
        done: match cleared {
            0 => "There were no faults to clear.".to_owned(),
            1 => "One fault was cleared.".to_owned(),
            more => format!("{more} faults were cleared."),
        },
        expect: "Calls work again, and the app retries what failed.".to_owned(),
        more: vec![("cleared", cleared.into())],
    })
}

/// Returns the fault, if any, that applies to an authenticated call.
pub async fn trouble_for(bank: &Bank, path: &str, call: &Call) -> Option<Fault> {
    if bank.faults().none() {
        return None;
    }
    let view = match call.text("access_token") {
        "" => None,
        token => bank.whole_item(Which::Token(token)).await.ok(),
    };
    let item = view.as_ref().map(|view| &view.item);
    let fault = bank.faults().take(&Called {
        method: "POST",
        path,
        source: None,
        identity: None,
        false_tokens: &[],
        item_id: item.map(|item| item.id.as_str()),
        institution_id: item
            .map(|item| item.institution_id.as_str())
            .or(Some(call.text("institution_id")).filter(|id| !id.is_empty())),
        in_a_run: in_a_run(call.text("cursor")),
    })?;
    if let (FaultKind::Mutation, Some(item)) = (fault.kind, item) {
        // An Item that cannot be changed has no pages either, so a failure does not matter.
        let _ = bank.stir(Which::Id(&item.id)).await;
    }
    Some(fault)
}

/// Returns the fault, if any, that applies to a call on MX's wire.
pub async fn trouble_for_mx(
    bank: &Bank,
    method: &Method,
    path: &str,
    parts: &[&str],
    in_a_run: bool,
) -> Option<Fault> {
    if bank.faults().none() {
        return None;
    }
    let view = match parts {
        ["users", user, "members", member, ..] => bank.member(user, member).await.ok(),
        _ => None,
    };
    let member = view.as_ref().map(|view| &view.member);
    let fault = bank.faults().take(&Called {
        method: method.as_str(),
        path,
        source: None,
        identity: None,
        false_tokens: &[],
        item_id: member.map(|member| member.guid.as_str()),
        institution_id: member.map(|member| member.institution_code.as_str()),
        in_a_run,
    })?;
    if let (FaultKind::Mutation, Some(member)) = (fault.kind, member) {
        // A member that cannot be changed has no pages either, so a failure does not matter.
        let _ = bank.stir(Which::Member(&member.guid)).await;
    }
    Some(fault)
}

/// Returns the fault, if any, that applies to a call to a source of rates.
pub fn trouble_for_rates(bank: &Bank, source: Source, path: &str) -> Option<Fault> {
    bank.faults().take(&Called {
        method: "GET",
        path,
        source: Some(source),
        identity: None,
        false_tokens: &[],
        item_id: None,
        institution_id: None,
        in_a_run: false,
    })
}

/// Returns the fault, if any, that applies to a call to an identity provider. `false_tokens` are the false claims that
/// its response can carry.
pub fn trouble_for_identity(
    bank: &Bank,
    provider: IdentityProvider,
    method: &Method,
    path: &str,
    false_tokens: &[&'static str],
) -> Option<Fault> {
    bank.faults().take(&Called {
        method: method.as_str(),
        path,
        source: None,
        identity: Some(provider),
        false_tokens,
        item_id: None,
        institution_id: None,
        in_a_run: false,
    })
}

async fn item_of(bank: &Bank, call: &Call) -> Result<Option<String>, BankError> {
    if let Some(guid) = call.maybe_text("member_guid") {
        return Ok(Some(bank.member_named(&guid).await?.member.guid));
    }
    if call.text("access_token").is_empty() && call.text("item_id").is_empty() {
        return Ok(None);
    }
    Ok(Some(bank.whole_item(which(call)?).await?.item.id))
}

fn fault_added(fault: &Fault) -> Deed {
    let (name, words) = fault.kind.words();
    let to = match (fault.source.as_deref(), fault.identity.as_deref()) {
        (Some("any"), _) => Some("to rate sources".to_owned()),
        (_, Some("any")) => Some("to identity providers".to_owned()),
        (Some(name), _) | (_, Some(name)) => Some(format!("to {name}")),
        (None, None) => None,
    };
    let which = match (&fault.endpoint, &fault.item_id, &fault.institution_id) {
        (None, ..) if to.is_some() => format!("calls {}", to.unwrap_or_default()),
        (Some(path), Some(_), _) => format!("{path} calls for this connection"),
        (Some(path), None, _) => format!("{path} calls"),
        (None, Some(_), _) => "calls for this connection".to_owned(),
        (None, None, Some(id)) => format!("calls for {id}"),
        (None, None, None) => "calls".to_owned(),
    };
    let often = match fault.left {
        None => format!("All {which} fail until you clear this"),
        Some(1) => format!("The next of the {which} fails"),
        Some(times) => format!("The next {times} {which} fail"),
    };
    let expect = match fault.kind {
        FaultKind::Mutation => {
            "The sync restarts from where it began, and every transaction is there once."
        }
        FaultKind::Slow => "It takes longer; nothing else happens.",
        _ if fault.source.is_some() => {
            "The app keeps the last rate and shows its age. It retries automatically, waiting longer each time."
        }
        _ if fault.identity.is_some() => {
            "Signing in that way fails with a message, and no one is logged in. The next try works."
        }
        _ => {
            "No data is lost or changed. The app retries automatically, waiting longer each time, and says what's wrong."
        }
    };
    Deed {
        done: format!("{often}: {words}."),
        expect: expect.to_owned(),
        more: vec![
            ("fault_id", fault.id.clone().into()),
            ("fault", name.into()),
        ],
    }
}
