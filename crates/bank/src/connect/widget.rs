//! The Connect widget: choosing an institution, typing credentials, answering challenges, done.

use super::telling::tell;
use super::{fields, pages, words};
use crate::bank::{
    Bank, BankError, MemberChange, MemberView, MxInstitution, NewMember, WindowSession, credential,
    mx_institution, mx_institutions_by_name, no,
};
use crate::link::answers::Answers;
use crate::store::members::{Challenge, Job};

/// The current step of the widget.
pub(super) enum Step {
    /// Choosing one of these institutions.
    Search(Vec<&'static MxInstitution>),
    /// Typing credentials for an institution: the first time, or again because of this status.
    Credentials(&'static MxInstitution, Option<String>),
    /// Answering challenges.
    Mfa(&'static MxInstitution, Vec<Challenge>),
    /// Waiting for the institution.
    Connecting(&'static MxInstitution),
    /// At the institution's own site, with its address and the status that led there.
    OAuth(&'static MxInstitution, String, String),
    /// Linked.
    Connected(&'static MxInstitution),
    /// A problem that credentials do not solve, with the status.
    Trouble(&'static MxInstitution, String),
}

impl Step {
    /// Returns MX's name of the step.
    pub(super) fn name(&self) -> &'static str {
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

    /// Returns what went wrong, in words; `None` when nothing did.
    pub(super) fn wrong(&self) -> Option<String> {
        match self {
            Self::Credentials(institution, Some(status)) | Self::OAuth(institution, _, status) => {
                words::wrong(status, institution)
            }
            Self::Trouble(institution, status) => words::wrong(status, institution).or_else(|| {
                let words = "isn’t finished. Try again.";
                Some(format!("The connection to {} {words}", institution.name))
            }),
            _ => None,
        }
    }
}

/// Renders the widget's current page, which also counts as a look at the member.
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
        let chosen = record.institution.as_deref().and_then(mx_institution);
        return Ok(match chosen {
            Some(institution) => Step::Credentials(institution, None),
            None => Step::Search(mx_institutions_by_name(&record.query).collect()),
        });
    };
    let member = &view.member;
    let institution = mx_institution(&member.institution_code)
        .ok_or_else(|| no(404, "This bank is no longer available."))?;
    let status = member.record.status.as_deref().unwrap_or_default();
    let because = status.to_owned();
    let runs = member.record.run.is_some();
    if record.updates && !institution.oauth {
        return Ok(Step::Credentials(institution, Some(because)));
    }
    Ok(match status {
        "CHALLENGED" => Step::Mfa(institution, member.record.challenges.clone()),
        "CONNECTED" if !runs => Step::Connected(institution),
        "PENDING" => Step::OAuth(
            institution,
            bank.way_to_window(record, view).await?,
            because,
        ),
        _ if runs => Step::Connecting(institution),
        "DENIED" | "PREVENTED" | "IMPAIRED" | "IMPORTED" if institution.oauth => Step::OAuth(
            institution,
            bank.way_to_window(record, view).await?,
            because,
        ),
        "DENIED" | "PREVENTED" | "IMPAIRED" | "IMPORTED" => {
            Step::Credentials(institution, Some(because))
        }
        _ => Step::Trouble(institution, because),
    })
}

/// Processes a form.
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
            let chosen = mx_institution(answers.get("institution"))
                .ok_or_else(|| no(404, "Please choose a bank from the list."))?;
            session.record.institution = Some(chosen.code.clone());
        }
        ("back", None) if !session.record.is_fixed => session.record.institution = None,
        ("log-in", None) => {
            let chosen = session
                .record
                .institution
                .as_deref()
                .and_then(mx_institution);
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
            let chosen = mx_institution(&view.member.institution_code)
                .ok_or_else(|| no(404, "This bank is no longer available."))?;
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
        ("other", Some(_)) => session.record.updates = true,
        ("again", Some(member)) => {
            bank.run_member(&user, &member, Job::Aggregation, None)
                .await?;
        }
        _ => {}
    }
    Ok(())
}

fn typed(institution: &MxInstitution, answers: &Answers) -> Vec<(String, String)> {
    if institution.oauth {
        return Vec::new();
    }
    ["LOGIN", "PASSWORD"]
        .map(|field| {
            (
                credential(institution, field),
                answers.get(field).to_owned(),
            )
        })
        .into()
}
