//! The Connect widget: choose a bank, type credentials, answer questions, done.

use serde_json::json;

use super::messages::{Messages, institution};
use super::{fields, pages};
use crate::bank::{
    Bank, BankError, Bench, MemberChange, MemberView, NewMember, WindowSession, bench,
    bench_by_name, credential, no, status_number,
};
use crate::link::answers::Answers;
use crate::store::members::Job;

/// Where somebody is in the widget.
pub(super) enum Step {
    /// Choosing a bank, of these.
    Search(Vec<&'static Bench>),
    /// Typing credentials of a bank, for the first time or anew.
    Credentials(&'static Bench, bool),
    /// Answering questions.
    Mfa(&'static Bench, MemberView),
    /// Waiting.
    Connecting(&'static Bench),
    /// In the bank's own window, at this address.
    OAuth(&'static Bench, String),
    /// Linked.
    Connected(&'static Bench),
    /// Something is wrong that credentials do not mend.
    Trouble(&'static Bench, String),
}

impl Step {
    fn name(&self) -> &'static str {
        match self {
            Self::Search(_) => "search",
            Self::Credentials(..) => "enterCreds",
            Self::Mfa(..) => "mfa",
            Self::Connecting(_) => "connecting",
            Self::OAuth(..) => "oauth",
            Self::Connected(_) => "connected",
            Self::Trouble(..) => "loginError",
        }
    }
}

/// The page that a visitor of the widget is at. Looking at it is looking at the member.
pub(super) async fn page(bank: &Bank, session: &mut WindowSession) -> Result<String, BankError> {
    let view = match session.record.member.clone() {
        Some(name) => Some(bank.look_at_member(&session.user, &name).await?),
        None => None,
    };
    let step = step(bank, session, view.as_ref()).await?;
    let messages = tell(session, &step, view.as_ref());
    let html = pages::page(bank, session, &step, messages);
    session.record.trouble = None;
    Ok(html)
}

async fn step(
    bank: &Bank,
    session: &mut WindowSession,
    view: Option<&MemberView>,
) -> Result<Step, BankError> {
    let record = &mut session.record;
    let Some(view) = view else {
        let chosen = record.institution.as_deref().and_then(bench);
        return Ok(match chosen {
            Some(bench) => Step::Credentials(bench, false),
            None => Step::Search(bench_by_name(&record.query).collect()),
        });
    };
    let member = &view.member;
    let bench = bench(&member.institution_code)
        .ok_or_else(|| no(404, "The institution is known no longer."))?;
    let status = member.record.status.as_deref().unwrap_or_default();
    let runs = member.record.run.is_some();
    if record.updates && !bench.oauth {
        return Ok(Step::Credentials(bench, true));
    }
    Ok(match status {
        "CHALLENGED" => Step::Mfa(bench, view.clone()),
        "CONNECTED" if !runs => Step::Connected(bench),
        "PENDING" => Step::OAuth(bench, bank.way_to_window(record, view).await?),
        _ if runs => Step::Connecting(bench),
        "DENIED" | "PREVENTED" | "IMPAIRED" | "IMPORTED" if bench.oauth => {
            Step::OAuth(bench, bank.way_to_window(record, view).await?)
        }
        "DENIED" | "PREVENTED" | "IMPAIRED" | "IMPORTED" => Step::Credentials(bench, true),
        other => Step::Trouble(bench, other.to_owned()),
    })
}

/// What is new since whoever opened the page was told last.
fn tell(session: &mut WindowSession, step: &Step, view: Option<&MemberView>) -> Messages {
    let mut messages = Messages::of(session);
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
    if let (Some(view), Some(status)) = (view, &status) {
        if was_status != Some(status) {
            messages.add(
                "memberStatusUpdate",
                json!({"member_guid": view.member.guid, "connection_status": status_number(status)}),
            );
        }
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
        Step::Credentials(bench, false) => {
            messages.add(
                "selectedInstitution",
                json!({"code": bench.code, "guid": bench.guid, "name": bench.name, "url": bench.world.url}),
            );
            messages.add("enterCredentials", institution(bench));
        }
        Step::Search(_) if was == "enterCreds" => messages.add("backToSearch", json!({})),
        Step::OAuth(_, url) => {
            messages.add("oauthRequested", json!({"url": url, "member_guid": member}));
        }
        Step::Connected(_) => messages.add("memberConnected", json!({"member_guid": member})),
        _ => {}
    }
    messages
}

/// What came of the last form.
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
            ("createMemberError", Step::Credentials(bench, _)) => {
                json!({"institution_guid": bench.guid, "institution_code": bench.code})
            }
            _ => json!({"member_guid": member}),
        };
        messages.add(&name, more);
    }
}

/// Takes a form.
pub(super) async fn take(
    bank: &Bank,
    session: &mut WindowSession,
    answers: &Answers,
) -> Result<(), BankError> {
    let user = session.user.clone();
    match (answers.get("go"), session.record.member.clone()) {
        ("search", None) => {
            session.record.query = answers.get("q").trim().chars().take(100).collect();
            session.record.says.push("institutionSearch".to_owned());
        }
        ("bank", None) if session.record.institution.is_none() => {
            let chosen = bench(answers.get("institution"))
                .ok_or_else(|| no(404, "Please choose a bank from the list."))?;
            session.record.institution = Some(chosen.code.clone());
        }
        ("back", None) if !session.record.is_fixed => session.record.institution = None,
        ("log-in", None) => {
            let chosen = session.record.institution.as_deref().and_then(bench);
            let chosen = chosen.ok_or_else(|| no(404, "Please choose a bank first."))?;
            let new = NewMember {
                institution_code: chosen.code.clone(),
                credentials: typed(chosen, answers),
                is_oauth: chosen.oauth,
                ..NewMember::default()
            };
            match bank.create_member(&user, new).await {
                Ok(made) => session.record.member = Some(made.member.guid),
                Err(error) => {
                    session.record.says.push("createMemberError".to_owned());
                    return Err(error);
                }
            }
        }
        ("log-in", Some(member)) => {
            let view = bank.member(&user, &member).await?;
            let chosen = bench(&view.member.institution_code)
                .ok_or_else(|| no(404, "The institution is known no longer."))?;
            let change = MemberChange {
                credentials: typed(chosen, answers),
                ..MemberChange::default()
            };
            bank.change_member(&user, &member, change).await?;
            session.record.says.push("updateCredentials".to_owned());
            session.record.updates = false;
        }
        ("answer", Some(member)) => {
            session.record.says.push("submitMFA".to_owned());
            let view = bank.member(&user, &member).await?;
            let given = fields::answers(&view.member.record.challenges, answers);
            bank.resume_member(&user, &member, &given).await?;
        }
        ("again", Some(member)) => {
            bank.run_member(&user, &member, Job::Aggregation, None)
                .await?;
        }
        _ => {}
    }
    Ok(())
}

fn typed(bench: &Bench, answers: &Answers) -> Vec<(String, String)> {
    if bench.oauth {
        return Vec::new();
    }
    ["LOGIN", "PASSWORD"]
        .map(|field| (credential(bench, field), answers.get(field).to_owned()))
        .into()
}
