//! "Apps": the apps that may send people here to log in (OAuth 2.0), and a form to register another.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::top;
use crate::app::flash::Flash;
use crate::app::forms::apps::{NewAppSecret, PAGE, RegisterApp, SwitchAppOff, SwitchAppOn};
use crate::app::parts::field::{Field, fields_below, form_problem, lines_field};
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::lines::state;
use crate::app::parts::{copy, figure, scopes};
use crate::app::visitor;
use crate::operator;
use crate::operator::view::AppLine;

const NAME: [Field; 1] = [Field {
    name: "name",
    label: "Name",
    kind: "text",
    autocomplete: "off",
    help: "People see this name when the app asks for access.",
}];

const ADDRESSES: Field = Field {
    name: "redirect_uris",
    label: "Redirect addresses",
    kind: "text",
    autocomplete: "off",
    help: "One per line, exactly as the app sends them, like https://app.example.org/callback.",
};

/// Reads the data and draws the page.
pub fn apps() -> AnyView {
    framed(Tab::Operator, |flash| async move {
        let (ctx, by) = (visitor::ctx()?, visitor::operator().await?);
        let found = operator::apps(&ctx, &by).await?;
        Ok(Page::new("Apps", view(&found, &flash)))
    })
}

/// Draws the page.
pub fn view(found: &[AppLine], flash: &Flash) -> AnyView {
    view! {
        {top("Apps", PAGE)}
        {flash.shown_once.as_deref().map(told_once)}
        <section>
            <p class="soft before">
                "Registered apps can send people here to log in (OAuth 2.0). Each person decides whether to \
                allow an app, and can remove its access in their settings. Turning an app off ends everyone’s \
                access to it right away. A new secret replaces the old one right away."
            </p>
            {if found.is_empty() {
                view! { <p class="empty-list">"No apps yet."</p> }.into_any()
            } else {
                view! { <ul class="rows">{found.iter().map(line).collect_view()}</ul> }.into_any()
            }}
        </section>
        {form(flash)}
    }
    .into_any()
}

fn told_once(secret: &str) -> AnyView {
    view! {
        <div class="notice">
            <p><strong>"Copy this secret now. You won’t see it again."</strong></p>
            <p>{copy::code("new-secret", secret, "client secret")}</p>
        </div>
    }
    .into_any()
}

fn line(app: &AppLine) -> AnyView {
    let secret = match app.has_secret {
        true => "Has a secret.",
        false => "Has no secret.",
    };
    view! {
        <li class="line">
            <div class="what">
                <span class="name">{app.name.clone()}</span>
                {state(&app.state)}
                <span class="soft">{app.people.clone()} " " {secret}</span>
                <span class="soft">
                    "Registered " {figure::moment(&app.since)}
                    {app.off_since.as_ref().map(|at| view! { ", turned off " {figure::moment(at)} })}
                </span>
            </div>
            <div>
                <p class="code">"Client ID " {copy::code(&format!("app-{}", app.id), &app.id, "client ID")}</p>
                {app.addresses.iter().map(|it| view! { <p class="code"><code>{it.clone()}</code></p> }).collect_view()}
                <p class="soft">"Can ask to: " {scopes::in_words(app.scopes)}</p>
            </div>
            <div class="does">
                {match app.off_since {
                    None => button(SwitchAppOff::url(), "Turn off", app),
                    Some(_) => button(SwitchAppOn::url(), "Turn on", app),
                }}
                {app.has_secret.then(|| button(NewAppSecret::url(), "New secret", app))}
            </div>
        </li>
    }
    .into_any()
}

fn button(address: &'static str, words: &'static str, app: &AppLine) -> AnyView {
    view! {
        <form method="post" action=address>
            <input type="hidden" name="app" value=app.id.clone()/>
            <button class="button quiet" type="submit">
                {words} <span class="hidden">" for " {app.name.clone()}</span>
            </button>
        </form>
    }
    .into_any()
}

fn form(flash: &Flash) -> AnyView {
    let on_device = flash.typed("runs") == "device";
    view! {
        <section class="narrow">
            <h2 class="band-title">"Register an app"</h2>
            {form_problem(flash)}
            <form class="sheet form" method="post" action=RegisterApp::url() novalidate>
                {fields_below(&NAME, flash)}
                {lines_field(&ADDRESSES, 3, flash)}
                {scopes::boxes("Permissions it can ask for", flash)}
                <fieldset>
                    <legend>"Where it runs"</legend>
                    <label class="radio">
                        <input type="radio" name="runs" value="server" checked=!on_device/>
                        "Runs on a server (has a secret)"
                    </label>
                    <label class="radio">
                        <input type="radio" name="runs" value="device" checked=on_device/>
                        "Runs in a browser or on a phone (no secret)"
                    </label>
                </fieldset>
                <button class="button main" type="submit">"Register app"</button>
            </form>
        </section>
    }
    .into_any()
}
