//! Decides which messages the window that opened the widget receives, and when.

use serde_json::json;

use super::messages::{Messages, institution};
use super::widget::Step;
use crate::bank::{MemberView, WindowSession, status_number};

/// Returns the messages for what changed since the last page.
pub(super) fn tell(
    session: &mut WindowSession,
    step: &Step,
    view: Option<&MemberView>,
) -> Messages {
    let mut messages = Messages::for_session(session);
    let status = view.and_then(|view| view.member.record.status.clone());
    let now = format!("{} {}", step.name(), status.as_deref().unwrap_or("-"));
    let before = session.record.told.replace(now.clone());
    said(session, step, view, &mut messages);
    if before.as_ref() == Some(&now) {
        return messages;
    }
    let (was, was_status) = match before.as_deref().and_then(|text| text.split_once(' ')) {
        Some((was, status)) => (was, Some(status)),
        None => {
            messages.add("loaded", json!({"initial_step": step.name()}));
            ("", None)
        }
    };
    if let (Some(view), Some(status)) = (view, &status)
        && was_status != Some(status)
    {
        let number = status_number(status);
        messages.add(
            "memberStatusUpdate",
            json!({"member_guid": view.member.guid, "connection_status": number}),
        );
    }
    if was == step.name() {
        return messages;
    }
    if !was.is_empty() {
        messages.add(
            "stepChange",
            json!({"previous": was, "current": step.name()}),
        );
    }
    let member = view.map(|view| view.member.guid.clone());
    match step {
        Step::Credentials(chosen, None) => {
            messages.add(
                "selectedInstitution",
                json!({"code": chosen.code, "guid": chosen.guid, "name": chosen.name, "url": chosen.url}),
            );
            messages.add("enterCredentials", institution(chosen));
        }
        Step::Search(_) if was == "enterCreds" => messages.add("backToSearch", json!({})),
        Step::OAuth(_, url, _) => {
            messages.add("oauthRequested", json!({"url": url, "member_guid": member}));
        }
        Step::Connected(_) => messages.add("memberConnected", json!({"member_guid": member})),
        _ => {}
    }
    messages
}

/// Adds the messages about the last form.
fn said(
    session: &mut WindowSession,
    step: &Step,
    view: Option<&MemberView>,
    messages: &mut Messages,
) {
    let record = &mut session.record;
    for name in std::mem::take(&mut record.says) {
        let member = view.map(|view| view.member.guid.as_str());
        let more = match (name.as_str(), step) {
            ("institutionSearch", _) => json!({"query": record.query}),
            ("createMemberError", Step::Credentials(chosen, _)) => {
                json!({"institution_guid": chosen.guid, "institution_code": chosen.code})
            }
            _ => json!({"member_guid": member}),
        };
        messages.add(&name, more);
    }
}
