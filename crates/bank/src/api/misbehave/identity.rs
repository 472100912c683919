//! Endpoints below `/misbehave/identity/`: the identity providers' keys, and data deletion requests.

use jiff::SignedDuration;
use serde_json::Value;

use crate::api::call::Call;
use crate::api::fields::{Field, Kind, may, must};
use crate::bank::{
    Bank, BankError, DELETION_FORGERIES, Deed, Deletion, FALSE_TOKENS, FaultKind, IdentityProvider,
    Refusal,
};

/// Returns the fields of a call; `None` when there is no such call.
pub fn fields_of(path: &str) -> Option<&'static [Field]> {
    Some(match path {
        "/misbehave/identity/key/rotate" => {
            const {
                &[
                    may("identity", Kind::Text),
                    may("expire_after_seconds", Kind::Int(0, 86_400)),
                ]
            }
        }
        "/misbehave/identity/deletion" => {
            const {
                &[
                    must("url", Kind::Link),
                    must("client_secret", Kind::Text),
                    must("user_id", Kind::Text),
                    may("forgery", Kind::Text),
                ]
            }
        }
        _ => return None,
    })
}

/// Performs a call.
pub async fn act(bank: &Bank, path: &str, call: &Call) -> Result<Deed, BankError> {
    match path {
        "/misbehave/identity/key/rotate" => rotate(bank, call).await,
        "/misbehave/identity/deletion" => {
            let wanted = Deletion {
                url: call.text("url"),
                client_secret: call.text("client_secret"),
                user_id: call.text("user_id"),
                forgery: call.text("forgery"),
            };
            let forgeries = DELETION_FORGERIES.map(|one| one.0);
            if !wanted.forgery.is_empty() && !forgeries.contains(&wanted.forgery) {
                return Err(one_of("forgery", &forgeries).into());
            }
            bank.ask_for_deletion(wanted).await
        }
        _ => Err(Refusal::from_code("NOT_FOUND").into()),
    }
}

async fn rotate(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let which = match provider(call)?.as_deref() {
        None | Some("any") => vec![IdentityProvider::Google, IdentityProvider::Oidc],
        Some("facebook") => return Err(Refusal::invalid_field("facebook has no ID tokens").into()),
        Some(name) => IdentityProvider::named(name).into_iter().collect(),
    };
    let seconds = call.get("expire_after_seconds").and_then(Value::as_i64);
    bank.new_identity_keys(&which, SignedDuration::from_secs(seconds.unwrap_or(0)))
        .await
}

/// Returns the identity provider that a call names, or `any`.
pub fn provider(call: &Call) -> Result<Option<String>, Refusal> {
    let Some(name) = call.maybe_text("identity") else {
        return Ok(None);
    };
    if name != "any" && IdentityProvider::named(&name).is_none() {
        let names = IdentityProvider::ALL.map(|one| one.1);
        return Err(one_of("identity", &[&names[..], &["any"]].concat()));
    }
    Ok(Some(name))
}

/// Returns the error code of a fault.
pub fn code(call: &Call, kind: FaultKind) -> Result<Option<String>, Refusal> {
    match kind {
        FaultKind::Error => Ok(call
            .maybe_text("error_code")
            .or(Some("server_error".to_owned()))),
        FaultKind::Figures => Err(Refusal::invalid_field(
            "the fault figures needs a rate source",
        )),
        _ => Ok(None),
    }
}

/// Returns which claim of an ID token is false.
pub fn false_token(call: &Call, provider: Option<&str>) -> Result<String, Refusal> {
    let known = match provider {
        None => return Err(Refusal::invalid_field("id_token needs an identity")),
        Some(name) => IdentityProvider::named(name).map_or_else(
            || FALSE_TOKENS.iter().map(|one| one.0).collect(),
            IdentityProvider::false_tokens,
        ),
    };
    call.maybe_text("error_code")
        .filter(|code| known.contains(&code.as_str()))
        .ok_or_else(|| one_of("error_code", &known))
}

fn one_of(name: &str, all: &[&str]) -> Refusal {
    Refusal::invalid_field(format!("{name} must be one of {}", all.join(", ")))
}
