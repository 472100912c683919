//! Logging in: here, or at the institution's own site.

use leptos::prelude::*;

use super::frame::{answers_step, focuses, logo, trouble};
use crate::link::flow::{BankVisit, Place};
use crate::link::oauth_site::returns_through_application;
use crate::link::visit::{TEST_PASSWORD, Visit};
use crate::world::Health;

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
    view! {
        <form method="post" class="step" autocomplete="off">
            {answers_step(visit)}
            <div class="scroll">
                <h1 tabindex="-1">{heading}</h1>
                {trouble(visit)} {weather(visit)}
                {fields(visit, focuses(visit))}
                {hint(visit)}
            </div>
            <div class="foot"><button class="primary" data-focus=visit.flow.filled_in.then_some("1")>"Log in"</button></div>
        </form>
        {fill_in(visit)}
    }
    .into_any()
}

/// Renders the fields for username and password, with the values that are known. The first empty field gets the focus:
/// through HTML if `html_focuses`, otherwise through the script.
pub(super) fn fields(visit: &Visit, html_focuses: bool) -> impl IntoView + use<> {
    let wrong = visit.flow.trouble.is_some();
    let (invalid, described) = (wrong.then_some("true"), wrong.then_some("trouble"));
    let username = visit.flow.username.clone();
    let password = visit.flow.filled_in.then_some(TEST_PASSWORD);
    let name = (password.is_none() && username.is_empty()).then_some("1");
    let word = (password.is_none() && !username.is_empty()).then_some("1");
    view! {
        <div class="field">
            <label for="username">"Username"</label>
            <input type="text" id="username" name="username" value=username required=true maxlength="200"
                autocapitalize="none" spellcheck="false" autocomplete="off" aria-invalid=invalid
                aria-describedby=described data-focus=name autofocus=html_focuses && name.is_some()/>
        </div>
        <div class="field">
            <label for="password">"Password"</label>
            <input type="password" id="password" name="password" value=password required=true maxlength="65536"
                autocomplete="off" aria-invalid=invalid aria-describedby=described data-focus=word
                autofocus=html_focuses && word.is_some()/>
        </div>
    }
}

/// Renders the test credentials, with a button that fills them in.
pub(super) fn hint(visit: &Visit) -> impl IntoView + use<> {
    let row = |what: &'static str, then: &'static str| {
        view! { <div><dt>{what}</dt><dd>{then}</dd></div> }
    };
    let fill_in = visit.has_test_login().then(|| {
        view! { <button class="second" form="fill-in" name="go" value="fill-in">"Fill in test log-in"</button> }
    });
    view! {
        <details class="note" open=true>
            <summary>"Test usernames and passwords for this demo bank"</summary>
            <p>"Username "<code>"user_good"</code>", password "<code>{TEST_PASSWORD}</code></p>
            {fill_in}
            <p>"Use as the password:"</p>
            <dl>
                {row("mfa_device", "asks for a code (1234)")}
                {row("mfa_questions_2_1", "asks two security questions")}
                {row("mfa_selections", "asks a multiple-choice question")}
                {row("error_ITEM_LOCKED", "fails with this error; any Plaid code works")}
            </dl>
            <p>"Use as the username:"</p>
            <dl>
                {row("user_transactions_dynamic", "with any password: adds transactions on every sync")}
                {row("user_custom", "with a JSON file of accounts as the password")}
            </dl>
        </details>
    }
}

/// The form of the fill-in button. It is separate because Enter in a field presses the first button of the field's own
/// form.
pub(super) fn fill_in(visit: &Visit) -> impl IntoView + use<> {
    view! { <form method="post" id="fill-in">{answers_step(visit)}</form> }
}

/// Renders the page before and during the visit to an institution's own site.
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
            "Continue in your bank’s window. This page will update by itself.".to_owned(),
            "Reopen the window".to_owned(),
        )
    } else {
        (
            format!("Log in at {name}"),
            format!(
                "You’ll log in on {name}’s own site and choose what to share. Then you’ll come back here."
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

/// Renders a warning when the institution has problems.
fn weather(visit: &Visit) -> Option<AnyView> {
    let institution = visit.institution()?;
    let words = match institution.health {
        Health::Degraded => "This bank is having problems, so logging in may fail.",
        Health::Down => "This bank is down right now, so logging in will probably fail.",
        Health::Healthy | Health::Unsupported => return None,
    };
    (visit.flow.trouble.is_none())
        .then(|| view! { <div class="note warn"><strong>{words}</strong></div> }.into_any())
}
