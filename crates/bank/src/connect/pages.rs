//! The widget's pages.

use leptos::prelude::*;
use url::Url;

use super::messages::Messages;
use super::widget::Step;
use super::{base, fields, path};
use crate::bank::{Bank, MxInstitution, WindowSession, can_try_again};
use crate::link::pages::ends::bare;
use crate::link::pages::frame::{Shell, logo};
use crate::link::pages::icons;

/// Renders the page of a step.
pub(super) fn page(
    bank: &Bank,
    session: &WindowSession,
    step: &Step,
    messages: Messages,
) -> String {
    let base = base(bank);
    let trouble = session.record.trouble.clone().or(step.wrong());
    let trouble = trouble.map(|words| {
        view! { <div class="note bad" role="alert" id="trouble"><strong>{words}</strong></div> }
    });
    let trouble = trouble.into_any();
    let fixed = session.record.is_fixed;
    let (title, body) = match step {
        Step::Search(all) => (
            "Choose your bank",
            search(base, all, &session.record.query, trouble),
        ),
        Step::Credentials(institution, before) => {
            let again = before.is_some();
            ("Log in", credentials(institution, again, fixed, trouble))
        }
        Step::Mfa(institution, asked) => {
            let all = asked.iter().map(fields::field);
            (
                "Confirm it’s you",
                form(
                    &format!("{} needs to confirm it’s you", institution.name),
                    view! { {trouble} {all.collect_view()} }.into_any(),
                    ("answer", "Continue"),
                ),
            )
        }
        Step::Connecting(institution) => (
            "Connecting",
            waiting(&format!("Connecting to {}…", institution.name)),
        ),
        Step::OAuth(institution, url, _) => {
            ("Log in with your bank", away(institution, url, trouble))
        }
        Step::Connected(institution) => ("Connected", connected(institution)),
        Step::Trouble(institution, status) => {
            ("Not connected", wrong(institution, status, trouble))
        }
    };
    // Without scripts, a waiting page reloads itself.
    let waits = matches!(step, Step::Connecting(_) | Step::OAuth(..));
    let shell = Shell {
        class: "embedded",
        onward: waits.then(|| path(bank, &session.key)),
        messages: messages.written(),
        ..bare(base, title)
    };
    let body = view! {
        <header class="bar"><div class="where"><span>"MX Connect"</span></div></header>
        <main>{body}</main>
    };
    shell.document(body.into_any())
}

/// Renders the page for an address that has none.
pub(super) fn notice(bank: &Bank, heading: &str) -> String {
    let words = "This link has expired or was already used. Go back and start again.";
    let body = view! {
        <main><div class="scroll"><h1 tabindex="-1">{heading.to_owned()}</h1><p class="soft">{words}</p></div></main>
    };
    bare(base(bank), heading).document(body.into_any())
}

/// Whether an address would run code instead of leading away.
pub(super) fn is_a_script(to: &Url) -> bool {
    matches!(
        to.scheme(),
        "javascript" | "data" | "vbscript" | "file" | "blob" | "about"
    )
}

fn search(base: &str, all: &[&MxInstitution], query: &str, trouble: AnyView) -> AnyView {
    let rows = all.iter().map(|institution| {
        view! {
            <li data-name=institution.name.to_lowercase()>
                <button name="institution" value=institution.code.clone()>
                    {logo(base, institution.world.id, "")}
                    <span class="grow"><b>{institution.name.clone()}</b><small>{institution.code.clone()}</small></span>
                </button>
            </li>
        }
    });
    view! {
        <form method="post" class="search" role="search">
            <input type="hidden" name="go" value="search"/>
            <h1 tabindex="-1">"Choose your bank"</h1>
            <label for="q">"Search by name"</label>
            <input type="search" id="q" name="q" maxlength="100" autocomplete="off" spellcheck="false"
                value=query.to_owned() data-focus="1" data-filter=query.is_empty().then_some("1")/>
            <button class="second">"Search"</button>
        </form>
        <form method="post" class="step">
            <input type="hidden" name="go" value="bank"/>
            <div class="list">{trouble} <ul class="banks">{rows.collect_view()}</ul></div>
        </form>
    }
    .into_any()
}

fn credentials(institution: &MxInstitution, again: bool, fixed: bool, trouble: AnyView) -> AnyView {
    let back = (!again && !fixed).then(|| {
        view! { <button class="second" name="go" value="back" formnovalidate=true>"Choose another bank"</button> }
    });
    let typed = (!institution.oauth).then(|| {
        view! {
            <div class="field">
                <label for="LOGIN">"Username"</label>
                <input type="text" id="LOGIN" name="LOGIN" required=true maxlength="200" autocapitalize="none"
                    spellcheck="false" autocomplete="off" data-focus="1"/>
            </div>
            <div class="field">
                <label for="PASSWORD">"Password"</label>
                <input type="password" id="PASSWORD" name="PASSWORD" required=true maxlength="65536"
                    autocomplete="off"/>
            </div>
        }
    });
    let hint = institution.test.then(|| {
        view! {
            <details class="note" open=true>
                <summary>"Test usernames and passwords for this demo bank"</summary>
                <p>"Log in as "<code>"mxuser"</code>" with any password. With the password "<code>"challenge"</code>", "
                    <code>"options"</code>" or "<code>"image"</code>" the bank asks a security question; the correct answer is "
                    <code>"correct"</code>". With "<code>"INVALID"</code>", "<code>"LOCKED"</code>" or "
                    <code>"UNAVAILABLE"</code>" it fails."</p>
            </details>
        }
    });
    let heading = if again {
        format!("Log in to {} again", institution.name)
    } else {
        format!("Log in to {}", institution.name)
    };
    view! {
        <form method="post" class="step" autocomplete="off">
            <div class="scroll"><h1 tabindex="-1">{heading}</h1>{trouble} {typed} {hint}</div>
            <div class="foot">
                <button class="primary" name="go" value="log-in">"Log in"</button>
                {back}
            </div>
        </form>
    }
    .into_any()
}

fn form(heading: &str, fields: AnyView, (go, words): (&'static str, &'static str)) -> AnyView {
    view! {
        <form method="post" class="step" autocomplete="off">
            <div class="scroll"><h1 tabindex="-1">{heading.to_owned()}</h1>{fields}</div>
            <div class="foot"><button class="primary" name="go" value=go>{words}</button></div>
        </form>
    }
    .into_any()
}

fn waiting(words: &str) -> AnyView {
    view! { <div class="scroll middle"><h1 tabindex="-1" role="status">{words.to_owned()}</h1></div> }
        .into_any()
}

fn away(institution: &MxInstitution, url: &str, trouble: AnyView) -> AnyView {
    view! {
        <div class="scroll" tabindex="0">
            <h1 tabindex="-1">{format!("Log in with {}", institution.name)}</h1>
            {trouble}
            <p class="soft" role="status">"You’ll choose what to share on your bank’s own site. This page will update by itself."</p>
        </div>
        <div class="foot">
            <a class="primary" href=url.to_owned() target="_blank" rel="opener">{format!("Go to {}", institution.name)}</a>
        </div>
    }
    .into_any()
}

fn connected(institution: &MxInstitution) -> AnyView {
    view! {
        <div class="scroll middle">
            <div class="tick">{icons::tick()}</div>
            <h1 tabindex="-1">{format!("Connected to {}", institution.name)}</h1>
            <p class="soft" role="status">"You can close this page."</p>
        </div>
    }
    .into_any()
}

fn wrong(institution: &MxInstitution, status: &str, trouble: AnyView) -> AnyView {
    let again = can_try_again(status)
        .then(|| view! { <button class="primary" name="go" value="again">"Try again"</button> });
    let other = (!institution.oauth).then(|| {
        view! { <button class="second" name="go" value="other">"Use a different log-in"</button> }
    });
    view! {
        <form method="post" class="step" autocomplete="off">
            <div class="scroll">
                <h1 tabindex="-1">{format!("{} isn’t connected", institution.name)}</h1>
                {trouble}
            </div>
            <div class="foot">{again} {other}</div>
        </form>
    }
    .into_any()
}
