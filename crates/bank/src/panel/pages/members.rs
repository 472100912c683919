//! MX's members: their status, their challenges, their faults and their webhooks.

use leptos::prelude::*;

use super::controls::{button, choice, chosen, form, hidden, number, text, tick};
use super::member_webhooks;
use super::rows::own;
use crate::bank::{Fault, FaultKind, MemberView, STATUSES, mx_institution, status_message};
use crate::store::deliveries::Told;
use crate::store::members::Outcome;

/// The calls that can be selected here; the API takes any other.
const ENDPOINTS: [(&str, &str); 8] = [
    ("", "any"),
    ("GET /users/{user}/members/{member}/status", "get status"),
    (
        "GET /users/{user}/members/{member}/challenges",
        "get questions",
    ),
    ("PUT /users/{user}/members/{member}/resume", "send answers"),
    ("PUT /users/{user}/members/{member}", "update credentials"),
    (
        "POST /users/{user}/members/{member}/aggregate",
        "start an update",
    ),
    (
        "GET /users/{user}/members/{member}/accounts",
        "list accounts",
    ),
    (
        "GET /users/{user}/members/{member}/transactions",
        "list transactions",
    ),
];
/// The bodies that an error can have.
const BODIES: [(&str, &str); 4] = [
    ("", "MX’s usual"),
    ("text", "as in some MX products"),
    ("html", "HTML"),
    ("empty", "nothing"),
];

/// A status that MX does not have.
const UNKNOWN: &str = "OF_TOMORROW";

/// Renders the members that a visitor may change.
pub(super) fn list(base: &str, all: &[MemberView]) -> Option<AnyView> {
    let lines: Vec<_> = all
        .iter()
        .map(|view| {
            let href = format!("{base}/members/{}", view.member.guid);
            view! { <li><a href=href>{name(view)}</a> <small>{state(view)}</small></li> }
        })
        .collect();
    let any = !lines.is_empty();
    any.then(|| {
        view! { <section><h2>"MX members"</h2><ul class="shared">{lines}</ul></section> }.into_any()
    })
}

/// Returns the display name of a member's institution.
pub(super) fn name(view: &MemberView) -> String {
    mx_institution(&view.member.institution_code)
        .map_or("A bank".to_owned(), |institution| institution.name.clone())
}

/// Describes a member's status in a few words.
pub(super) fn state(view: &MemberView) -> String {
    let record = &view.member.record;
    let status = record.status.as_deref();
    let words = status.and_then(|status| status_message(status, &name(view)));
    let runs = if record.run.is_some() {
        ", update in progress"
    } else {
        ""
    };
    let word = status.unwrap_or("null");
    match words {
        Some(words) => format!("{word}{runs}: {words}"),
        None => format!("{word}{runs}"),
    }
}

/// Renders all controls of a member.
pub(super) fn sections(base: &str, view: &MemberView, all: &[Fault], told: &[Told]) -> AnyView {
    view! {
        <section id="standing">
            <h2>"Status"</h2>
            <p>{format!("Now: {}", state(view))}</p>
            {standing(base, view)}
            {next_update(base, view)}
            <h3>"Security questions"</h3>
            {questions(base, view)}
        </section>
        {member_webhooks::section(base, view, told)}
        {faults(base, view, all)}
    }
    .into_any()
}

fn standing(base: &str, view: &MemberView) -> AnyView {
    let status = view.member.record.status.as_deref().unwrap_or_default();
    let body = view! {
        {hidden("member_guid", &view.member.guid)}
        <div class="fields">
            {chosen("New status", "connection_status", statuses(status), Some(status))}
            {number("Status checks until it is final", "polls", "0")}
        </div>
        <div class="row">{button("Set status")}</div>
    };
    form(base, "member/status", None, body.into_any())
}

fn next_update(base: &str, view: &MemberView) -> AnyView {
    let record = &view.member.record;
    let status = match &record.next {
        Some(Outcome::Status(status)) => status.as_deref(),
        Some(Outcome::Challenge(_)) => Some("CHALLENGED"),
        None => record.status.as_deref(),
    };
    let status = status.unwrap_or_default();
    let body = view! {
        {hidden("member_guid", &view.member.guid)}
        <div class="fields">
            {chosen("Next update ends with", "connection_status", statuses(status), Some(status))}
        </div>
        <div class="row">{button("Set next update")}</div>
    };
    form(base, "member/next", None, body.into_any())
}

fn questions(base: &str, view: &MemberView) -> AnyView {
    let body = view! {
        {hidden("member_guid", &view.member.guid)}
        <p class="soft">
            "Types: TEXT, TOKEN, OPTIONS, IMAGE_DATA and IMAGE_OPTIONS. Every type you list is asked in every round."
        </p>
        <div class="fields">
            {text("Types", "challenges", "separated by spaces")}
            {number("Rounds", "rounds", "1")}
        </div>
        <div class="row">{tick("Send types as numbers", "as_numbers")} {button("Ask now")}</div>
    };
    form(base, "member/challenge", None, body.into_any())
}

/// Returns all statuses as options, and the present one even if it is unknown.
fn statuses(present: &str) -> Vec<(&str, String)> {
    let known = STATUSES.map(|(_, word, _)| own((word, word)));
    let mut all: Vec<_> = known.into();
    all.push(own(("", "null")));
    all.push(own((UNKNOWN, "an unknown status")));
    if !all.iter().any(|(word, _)| *word == present) {
        all.push(own((present, present)));
    }
    all
}

fn faults(base: &str, view: &MemberView, all: &[Fault]) -> AnyView {
    let guid = view.member.guid.as_str();
    let kinds = FaultKind::of_banks().map(own);
    let add = view! {
        {hidden("member_guid", guid)}
        <div class="fields">
            {choice("Fault", "fault", kinds)}
            {choice("API call", "endpoint", ENDPOINTS.map(own))}
            {number("Number of calls", "times", "1")}
            {number("HTTP status of the error", "status", "")}
            {choice("Body of the error", "body", BODIES.map(own))}
            {number("Retry-After in seconds", "retry_after", "")}
        </div>
        <div class="row">{tick("Until cleared", "until_cleared")} {button("Add fault")}</div>
    };
    let waiting = all
        .iter()
        .filter(|fault| fault.item_id.as_deref() == Some(guid))
        .count();
    let clear = (waiting > 0).then(|| {
        let body = view! { {hidden("member_guid", guid)} {button("Clear all")} };
        view! { <p>{format!("Pending faults: {waiting}.")}</p> {form(base, "fault/clear", None, body.into_any())} }
    });
    view! {
        <section id="faults">
            <h2>"Faults"</h2>
            {form(base, "fault/add", None, add.into_any())}
            {clear}
        </section>
    }
    .into_any()
}
