//! The pages. Each is one form that posts to its own address; the parts that they share are in `frame`.

mod accounts;
pub(super) mod away;
mod challenge;
mod credentials;
pub(crate) mod ends;
pub(crate) mod frame;
pub(crate) mod icons;
mod institution;
mod leaving;

use leptos::prelude::*;
use serde_json::{Value, json};

use super::flow::Step;
use super::unavailable::Gone;
use super::visit::Visit;

/// Renders the session's current page.
pub(super) async fn page(visit: &Visit) -> Result<String, Gone> {
    if visit.flow.leaving {
        return Ok(frame::render(visit, "Stop linking?", leaving::view(visit)));
    }
    let (title, body): (&str, AnyView) = match visit.flow.step {
        Step::Consent => ("Link a bank", ends::consent(visit)),
        Step::Institution => ("Choose your bank", institution::view(visit)),
        Step::Unsupported => ("This bank can’t be linked", institution::unsupported(visit)),
        Step::Credentials => ("Log in", credentials::view(visit)),
        Step::OAuth => ("Log in with your bank", credentials::own_site(visit)),
        Step::Device | Step::Code | Step::Questions(_) | Step::Selections(_) | Step::YesNo => {
            ("Confirm it’s you", challenge::view(visit))
        }
        Step::Accounts => ("Choose accounts", accounts::choose(visit).await?),
        Step::Share => ("Allow access", accounts::share(visit).await?),
        Step::Finished => ("Linked", ends::finished(visit)),
        Step::Left => ("Not linked", ends::left(visit)),
    };
    Ok(frame::render(visit, title, body))
}

/// The fields that `onEvent` always has, null where they do not apply (plaid.com/docs/link/web).
const METADATA: [&str; 14] = [
    "account_number_mask",
    "error_code",
    "error_message",
    "error_type",
    "exit_status",
    "institution_id",
    "institution_name",
    "institution_search_query",
    "match_reason",
    "mfa_type",
    "request_id",
    "routing_number",
    "selection",
    "view_name",
];

/// Returns the message for the page around the pane: the newest events, and the result when there is one.
fn message(visit: &Visit) -> String {
    // More than a single page can cause; the script skips the events that it has already seen.
    const NEWEST: usize = 30;
    let events = &visit.record.events;
    let first = visit.flow.heard.max(events.len().saturating_sub(NEWEST));
    let events: Vec<Value> = events
        .iter()
        .skip(first)
        .map(|event| {
            let mut metadata = json!({});
            for key in METADATA {
                metadata[key] = event["event_metadata"][key].clone();
            }
            metadata["timestamp"] = event["timestamp"].clone();
            metadata["link_session_id"] = json!(visit.record.id);
            metadata["is_update_mode"] = json!(visit.token.update.is_some().to_string());
            json!({
                "event_id": event["event_id"],
                "event_name": event["event_name"],
                "metadata": metadata,
            })
        })
        .collect();
    json!({
        "link": "page",
        "link_session_id": visit.record.id,
        "events": events,
        "result": visit.flow.result,
    })
    .to_string()
}

/// Returns the message when no session could be opened.
pub(super) fn message_without_session(result: &Value) -> String {
    json!({ "link": "page", "events": [], "result": result }).to_string()
}
