//! "Apps and keys": the person's API keys, the apps with access, and the apps logged in with the password.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::flash::Flash;
use crate::app::forms::programs::{EndTokens, MakeKey, RemoveAccess, RevokeKey};
use crate::app::parts::field::{Field, fields, form_problem};
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::{copy, figure, scopes};
use crate::app::visitor;
use crate::auth::{api_keys, oauth, tokens};
use crate::ledger::view::When;
use domain::access::KeyLifetime;

const NAME: [Field; 1] = [Field {
    name: "name",
    label: "Name",
    kind: "text",
    autocomplete: "off",
    help: "So you can recognize it, like “Spreadsheet”.",
}];

/// A key as the page shows it.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The key's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its first characters.
    pub beginning: String,
    /// Its scopes in words.
    pub may: String,
    /// When it was created.
    pub made: When,
    /// When it was last used; `None` for never.
    pub used: Option<When>,
    /// When it expires; `None` for never.
    pub expires: Option<When>,
    /// Whether that has passed.
    pub expired: bool,
}

/// An app with access, as the page shows it.
#[derive(Clone, Debug)]
pub struct AllowedRow {
    /// The client id.
    pub client: String,
    /// Its name.
    pub name: String,
    /// Its scopes in words.
    pub may: String,
    /// When it was allowed.
    pub since: When,
    /// When it last fetched tokens.
    pub used: When,
}

/// Reads the data and draws the page.
pub fn programs() -> AnyView {
    framed(Tab::Settings, |flash| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let keys = api_keys::list(&ctx, &user).await?;
        let when = |moment| crate::ledger::when(&ctx.clock, moment);
        let rows: Vec<KeyRow> = keys
            .into_iter()
            .map(|key| KeyRow {
                id: key.id.to_string(),
                name: key.name,
                beginning: key.beginning,
                may: scopes::in_words(key.scopes),
                made: when(key.created_at),
                used: key.last_used_at.map(when),
                expires: key
                    .expires_at
                    .map(|at| crate::ledger::on_day(&ctx.clock, at)),
                expired: key.expires_at.is_some_and(|at| at <= ctx.clock.now()),
            })
            .collect();
        let apps: Vec<AllowedRow> = oauth::allowed(&ctx, &user)
            .await?
            .into_iter()
            .map(|app| AllowedRow {
                client: app.client.to_string(),
                name: app.name,
                may: scopes::in_words(app.scopes),
                since: when(app.since),
                used: when(app.last_used_at),
            })
            .collect();
        let holders = tokens::count(&ctx, &user).await?;
        Ok(Page::new(
            "Apps and keys",
            view(&rows, &apps, holders, &flash),
        ))
    })
}

/// Draws the page.
pub fn view(keys: &[KeyRow], apps: &[AllowedRow], holders: i64, flash: &Flash) -> AnyView {
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead">
            <h1 class="title">"Apps and keys"</h1>
            <p class="soft">
                "Create a key to let an app read your data. See the " <a href="/api/docs">"API docs"</a> "."
            </p>
        </div>
        {flash.shown_once.as_deref().map(told_once)}
        <section class="narrow">
            <h2 class="band-title">"API keys"</h2>
            {if keys.is_empty() {
                view! { <p class="soft">"No keys yet."</p> }.into_any()
            } else {
                view! { <ul class="rows">{keys.iter().map(row).collect_view()}</ul> }.into_any()
            }}
        </section>
        <section class="narrow">
            <h2 class="band-title">"New key"</h2>
            {form_problem(flash)}
            <form class="sheet form" method="post" action=MakeKey::url() novalidate>
                {fields(&NAME, flash)}
                {scopes::boxes("Permissions", flash)}
                {lifetime(flash)}
                <button class="button main" type="submit">"Create key"</button>
            </form>
        </section>
        {allowed(apps)}
        <section class="narrow">
            <h2 class="band-title">"Apps logged in with your password"</h2>
            <p>{holding(holders)}</p>
            {(holders > 0)
                .then(|| {
                    view! {
                        <form method="post" action=EndTokens::url()>
                            <button class="button" type="submit">"Log out all apps"</button>
                        </form>
                    }
                })}
        </section>
    }
    .into_any()
}

/// Draws the apps to which the person has given access.
fn allowed(apps: &[AllowedRow]) -> AnyView {
    view! {
        <section class="narrow">
            <h2 class="band-title">"Apps with access"</h2>
            {if apps.is_empty() {
                view! { <p class="soft">"You haven’t given any app access."</p> }.into_any()
            } else {
                view! { <ul class="rows">{apps.iter().map(allowed_row).collect_view()}</ul> }.into_any()
            }}
        </section>
    }
    .into_any()
}

fn allowed_row(app: &AllowedRow) -> AnyView {
    view! {
        <li class="line">
            <p class="name">{app.name.clone()}</p>
            <div>
                <p>{app.may.clone()}</p>
                <p class="soft">
                    "allowed " {figure::moment(&app.since)} ", last used " {figure::moment(&app.used)}
                </p>
            </div>
            <form class="does" method="post" action=RemoveAccess::url()>
                <input type="hidden" name="client" value=app.client.clone()/>
                <button class="button quiet" type="submit">
                    "Remove access" <span class="hidden">" for " {app.name.clone()}</span>
                </button>
            </form>
        </li>
    }
    .into_any()
}

fn lifetime(flash: &Flash) -> AnyView {
    let typed = KeyLifetime::from_word(flash.typed("lasts"));
    let chosen = typed.unwrap_or(KeyLifetime::Year);
    let option = |lasts: KeyLifetime| {
        let words = match lasts {
            KeyLifetime::Days30 => "In 30 days",
            KeyLifetime::Days90 => "In 90 days",
            KeyLifetime::Year => "In a year",
            KeyLifetime::Unlimited => "Never",
        };
        view! { <option value=lasts.word() selected=lasts == chosen>{words}</option> }
    };
    let problem = flash.problem("lasts").map(str::to_owned);
    let wrong = problem.is_some();
    view! {
        <div class="field">
            <label for="lasts">"Expires"</label>
            <select
                id="lasts"
                name="lasts"
                aria-invalid=wrong.then_some("true")
                aria-describedby=wrong.then_some("lasts-problem")
            >
                {KeyLifetime::ALL.map(option)}
            </select>
            {problem.map(|message| view! { <p class="problem" id="lasts-problem">{message}</p> })}
        </div>
    }
    .into_any()
}

fn told_once(key: &str) -> AnyView {
    view! {
        <div class="notice">
            <p><strong>"Copy this key now. You won’t see it again."</strong></p>
            <p>{copy::code("new-key", key, "API key")}</p>
        </div>
    }
    .into_any()
}

fn row(key: &KeyRow) -> AnyView {
    let used = key.used.as_ref().map_or_else(
        || view! { "never used" }.into_any(),
        |when| view! { "last used " {figure::moment(when)} }.into_any(),
    );
    let ends = match (&key.expires, key.expired) {
        (None, _) => view! { "never expires" }.into_any(),
        (Some(when), false) => view! { "expires " {figure::moment(when)} }.into_any(),
        (Some(when), true) => {
            view! { <strong>"expired"</strong> " " {figure::moment(when)} }.into_any()
        }
    };
    let label = format!("Delete the key “{}”", key.name);
    view! {
        <li class="line">
            <div><p class="name">{key.name.clone()}</p> <p class="code"><code>{key.beginning.clone()} "…"</code></p></div>
            <div>
                <p>{key.may.clone()}</p>
                <p class="soft">"created " {figure::moment(&key.made)} ", " {used} ", " {ends}</p>
            </div>
            <form class="does" method="post" action=RevokeKey::url()>
                <input type="hidden" name="key" value=key.id.clone()/>
                <button class="button quiet" type="submit" aria-label=label>"Delete"</button>
            </form>
        </li>
    }
    .into_any()
}

fn holding(holders: i64) -> String {
    match holders {
        0 => "None.".to_owned(),
        1 => "One app is logged in with your password.".to_owned(),
        n => format!("{n} apps are logged in with your password."),
    }
}
