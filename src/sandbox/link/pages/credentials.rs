//! Logging in: here, or at the bank's own site.

use leptos::prelude::*;

use super::frame::{answers_step, focuses, logo, trouble};
use crate::sandbox::link::away::returns_through_application;
use crate::sandbox::link::flow::{BankVisit, Place};
use crate::sandbox::link::visit::Visit;
use crate::sandbox::world::Health;

pub(super) fn view(visit: &Visit) -> AnyView {
    let name = visit
        .institution()
        .map_or("your bank", |institution| institution.name);
    let again = visit.token.update.is_some();
    let heading = if again {
        format!("Log in to {name} again")
    } else {
        format!("Log in to {name}")
    };
    let invalid = visit.flow.trouble.as_ref().map(|_| "true");
    let described = visit.flow.trouble.as_ref().map(|_| "trouble");
    let username = visit.flow.username.clone();
    // Whoever is known already types the password only.
    let (focus_name, focus_word) = if username.is_empty() {
        (Some("1"), None)
    } else {
        (None, Some("1"))
    };
    view! {
        <form method="post" class="step" autocomplete="off">
            {answers_step(visit)}
            <div class="scroll">
                <h1 tabindex="-1">{heading}</h1>
                {trouble(visit)} {weather(visit)}
                <div class="field">
                    <label for="username">"User name"</label>
                    <input type="text" id="username" name="username" value=username required=true maxlength="200"
                        autocapitalize="none" spellcheck="false" autocomplete="off" aria-invalid=invalid
                        aria-describedby=described data-focus=focus_name autofocus=focuses(visit) && focus_name.is_some()/>
                </div>
                <div class="field">
                    <label for="password">"Password"</label>
                    <input type="password" id="password" name="password" required=true maxlength="65536"
                        autocomplete="off" aria-invalid=invalid aria-describedby=described data-focus=focus_word
                        autofocus=focuses(visit) && focus_word.is_some()/>
                </div>
                {hint()}
            </div>
            <div class="foot"><button class="primary">"Log in"</button></div>
        </form>
    }
    .into_any()
}

/// Before one leaves for the bank's own site, and while it is open.
pub(super) fn own_site(visit: &Visit) -> AnyView {
    let Some(institution) = visit.institution() else {
        return ().into_any();
    };
    let name = institution.name;
    let waiting = matches!(visit.flow.visit, BankVisit::LogIn | BankVisit::Choose)
        && visit.flow.place != Place::Hosted;
    let target = match visit.flow.place {
        Place::Hosted => None,
        Place::Pane { .. } if returns_through_application(visit) => Some("_top"),
        Place::Pane { .. } => Some("_blank"),
    };
    let (heading, words, button) = if waiting {
        (
            format!("Waiting for {name}"),
            "Go on in the bank's window. This page follows by itself.".to_owned(),
            "Open the window again".to_owned(),
        )
    } else {
        (
            format!("Log in at {name}"),
            format!(
                "{name} logs you in on its own site and asks what to share. Then you come back here."
            ),
            format!("Continue to {name}"),
        )
    };
    view! {
        <form method="post" class="step" target=target>
            {answers_step(visit)}
            <div class="scroll" tabindex="0">
                {trouble(visit)} {weather(visit)}
                {logo(visit.link.base(), institution.id, "mark")}
                <h1 tabindex="-1">{heading}</h1>
                <p class="soft" role=waiting.then_some("status")>{words}</p>
            </div>
            <div class="foot"><button class="primary" data-focus="1">{button}</button></div>
        </form>
    }
    .into_any()
}

/// How the bank is doing, when not well.
fn weather(visit: &Visit) -> Option<AnyView> {
    let institution = visit.institution()?;
    let words = match institution.health {
        Health::Degraded => "Some log-ins fail at this bank at the moment.",
        Health::Down => "This bank is not answering at the moment. Logging in will probably fail.",
        Health::Healthy | Health::Unsupported => return None,
    };
    (visit.flow.trouble.is_none())
        .then(|| view! { <div class="note warn"><strong>{words}</strong></div> }.into_any())
}

fn hint() -> impl IntoView {
    let row = |what: &'static str, then: &'static str| {
        view! { <div><dt>{what}</dt><dd>{then}</dd></div> }
    };
    view! {
        <details class="note">
            <summary>"A bank for trying things out"</summary>
            <p class="small soft">"It keeps no real money. Log in as "<code>"user_good"</code>" with "
                <code>"pass_good"</code>", or with one of these:"</p>
            <dl>
                {row("mfa_device", "sends a code, which is 1234")}
                {row("mfa_questions_2_1", "asks two rounds of one question")}
                {row("mfa_selections", "asks a question with choices")}
                {row("error_ITEM_LOCKED", "fails, as any error_ and code does")}
                {row("user_transactions_dynamic", "as user name: new rows at every refresh; any password")}
                {row("user_custom", "as user name: its password is a JSON file of accounts")}
            </dl>
        </details>
    }
}
