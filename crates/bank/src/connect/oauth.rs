//! An institution's own site, where the person allows or denies access.

use leptos::prelude::*;
use url::Url;

use super::{base, messages, pages};
use crate::bank::{Bank, BankError, MxInstitution, WindowSession, mx_institution, no};
use crate::link::answers::Answers;
use crate::link::pages::ends::bare;
use crate::link::pages::frame::{Shell, logo};
use crate::link::pages::icons;

/// Renders the institution's page for its current state.
pub(super) async fn page(bank: &Bank, session: &WindowSession) -> Result<String, BankError> {
    let name = session.record.member.as_deref().unwrap_or_default();
    let view = bank.member(&session.user, name).await?;
    let found = mx_institution(&view.member.institution_code)
        .ok_or_else(|| no(404, "This bank is no longer available."))?;
    let base = base(bank);
    let (body, onward, messages) = match session.record.decided {
        None => (ask(found), None, None),
        Some(allowed) => {
            let onward = onward(session.record.redirect.as_deref(), name, allowed);
            let message = messages::oauth_complete(name, allowed);
            (over(found, onward.as_deref()), onward, Some(message))
        }
    };
    let shell = Shell {
        class: "away",
        brand: Some(format!("{base}/brand/{}.css", found.world.id)),
        done: messages.is_some() && onward.is_none(),
        onward,
        messages,
        ..bare(base, &found.name)
    };
    let body = view! {
        <header class="bar">
            <div class="where">{logo(base, found.world.id, "")}<span>{found.name.clone()}</span></div>
        </header>
        <main>{body}</main>
    };
    Ok(shell.document(body.into_any()))
}

/// Records the decision.
pub(super) async fn take(
    bank: &Bank,
    session: &mut WindowSession,
    answers: &Answers,
) -> Result<(), BankError> {
    if session.record.decided.is_some() {
        return Ok(());
    }
    let allowed = answers.get("go") == "allow";
    let name = session.record.member.clone().unwrap_or_default();
    bank.come_back(&session.user, &name, allowed).await?;
    session.record.decided = Some(allowed);
    Ok(())
}

fn ask(institution: &MxInstitution) -> AnyView {
    let words = format!(
        "An app wants to read your accounts and transactions at {} through MX.",
        institution.name
    );
    view! {
        <form method="post" class="step">
            <div class="scroll" tabindex="0">
                <h1 tabindex="-1">"Share your accounts?"</h1>
                <p class="soft">{words}</p>
                <p class="note small soft">"Demo bank: everything here is made up, so there’s no log-in."</p>
            </div>
            <div class="foot">
                <button class="primary" name="go" value="allow" data-focus="1">"Allow"</button>
                <button class="second" name="go" value="deny">"Don’t allow"</button>
            </div>
        </form>
    }
    .into_any()
}

fn over(institution: &MxInstitution, onward: Option<&str>) -> AnyView {
    let link = onward.map(|to| {
        view! { <div class="foot"><a class="primary" href=to.to_owned()>"Continue"</a></div> }
    });
    let words = match onward {
        Some(_) => "Taking you back…",
        None => "You can close this window.",
    };
    view! {
        <div class="scroll middle">
            <div class="tick">{icons::tick()}</div>
            <h1 tabindex="-1">{format!("You’re done at {}", institution.name)}</h1>
            <p class="soft" role="status">{words}</p>
        </div>
        {link}
    }
    .into_any()
}

/// Returns the application's redirect address with the outcome; `None` without a safe one.
fn onward(redirect: Option<&str>, member: &str, allowed: bool) -> Option<String> {
    let mut to = Url::parse(redirect?).ok()?;
    if pages::is_a_script(&to) {
        return None;
    }
    let status = if allowed { "success" } else { "error" };
    to.query_pairs_mut()
        .append_pair("status", status)
        .append_pair("member_guid", member);
    if !allowed {
        to.query_pairs_mut()
            .append_pair("error_reason", "CANCELLED");
    }
    Some(to.to_string())
}
