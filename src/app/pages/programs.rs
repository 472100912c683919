//! "Other programs": the keys that one has made for them, and the tokens that they hold.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::flash::Flash;
use crate::app::forms::programs::{EndTokens, MakeKey, RevokeKey};
use crate::app::parts::field::{Field, fields, form_problem};
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;
use crate::auth::{api_keys, tokens};
use crate::ledger::view::When;
use domain::access::{KeyLifetime, Scope};

const NAME: [Field; 1] = [Field {
    name: "name",
    label: "Name",
    kind: "text",
    autocomplete: "off",
    help: "So that you recognise it: “Spreadsheet”.",
}];

/// A key as the page shows it.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// Which.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its first letters.
    pub beginning: String,
    /// What it may do, in words.
    pub may: String,
    /// When it was made.
    pub made: When,
    /// When it was last used.
    pub used: Option<When>,
    /// When it expires, if it does.
    pub expires: Option<When>,
    /// Whether that has passed.
    pub expired: bool,
}

/// The page.
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
                may: key.scopes.words().replace(' ', ", "),
                made: when(key.created_at),
                used: key.last_used_at.map(when),
                expires: key
                    .expires_at
                    .map(|at| crate::ledger::on_day(&ctx.clock, at)),
                expired: key.expires_at.is_some_and(|at| at <= ctx.clock.now()),
            })
            .collect();
        let holders = tokens::count(&ctx, &user).await?;
        Ok(Page::new("Other programs", drawn(&rows, holders, &flash)))
    })
}

/// The page of what was read.
pub fn drawn(keys: &[KeyRow], holders: i64, flash: &Flash) -> AnyView {
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead">
            <h1 class="title">"Other programs"</h1>
            <p class="soft">
                "A program of yours can read here what you read. How is in "
                <a href="/api/docs">"the API’s description"</a> "."
            </p>
        </div>
        {flash.shown_once.as_deref().map(told_once)}
        <section class="narrow">
            <h2 class="band-title">"Keys"</h2>
            {if keys.is_empty() {
                view! { <p class="soft">"You have made none."</p> }.into_any()
            } else {
                view! { <ul class="rows">{keys.iter().map(row).collect_view()}</ul> }.into_any()
            }}
        </section>
        <section class="narrow">
            <h2 class="band-title">"A new key"</h2>
            {form_problem(flash)}
            <form class="sheet form" method="post" action=MakeKey::url() novalidate>
                {fields(&NAME, flash)}
                <fieldset>
                    <legend>"What it may do"</legend>
                    {flash
                        .problem("scopes")
                        .map(|problem| view! { <p class="problem">{problem.to_owned()}</p> })}
                    {Scope::ALL.map(|scope| tick(scope, flash))}
                </fieldset>
                {lifetime(flash)}
                <button class="button main" type="submit">"Make the key"</button>
            </form>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Logged in with your password"</h2>
            <p>{holding(holders)}</p>
            {(holders > 0)
                .then(|| {
                    view! {
                        <form method="post" action=EndTokens::url()>
                            <button class="button" type="submit">"Log them all out"</button>
                        </form>
                    }
                })}
        </section>
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
        <div class="notice" role="status">
            <p>"This is the key. Copy it now: it is not shown again."</p>
            <p><code id="new-key">{key.to_owned()}</code></p>
        </div>
    }
    .into_any()
}

fn row(key: &KeyRow) -> AnyView {
    let used = key.used.as_ref().map_or_else(
        || view! { "never used" }.into_any(),
        |when| view! { "used " {moment(when)} }.into_any(),
    );
    let ends = match (&key.expires, key.expired) {
        (None, _) => view! { "never expires" }.into_any(),
        (Some(when), false) => view! { "expires " {moment(when)} }.into_any(),
        (Some(when), true) => view! { <strong>"expired"</strong> " " {moment(when)} }.into_any(),
    };
    let label = format!("Delete the key “{}”", key.name);
    view! {
        <li class="line">
            <div><p class="name">{key.name.clone()}</p> <p class="code"><code>{key.beginning.clone()} "…"</code></p></div>
            <div>
                <p>"May: " {key.may.clone()}</p>
                <p class="soft">"made " {moment(&key.made)} ", " {used} ", " {ends}</p>
            </div>
            <form class="does" method="post" action=RevokeKey::url()>
                <input type="hidden" name="key" value=key.id.clone()/>
                <button class="button quiet" type="submit" aria-label=label>"Delete"</button>
            </form>
        </li>
    }
    .into_any()
}

fn moment(when: &When) -> AnyView {
    view! { <time datetime=when.exact.clone() title=when.long.clone()>{when.words.clone()}</time> }
        .into_any()
}

fn tick(scope: Scope, flash: &Flash) -> AnyView {
    let words = match scope {
        Scope::Read => "Read everything",
        Scope::Sync => "Ask for a sync",
        Scope::Manage => "Link and unlink banks, and write on transactions",
    };
    let id = format!("scope-{}", scope.word());
    let typed = flash.typed("scopes");
    let ticked = match typed.is_empty() && flash.problems.is_empty() {
        true => scope == Scope::Read,
        false => typed.split(' ').any(|word| word == scope.word()),
    };
    let of = id.clone();
    view! {
        <label class="radio" for=of>
            <input type="checkbox" id=id name=scope.word() value="yes" checked=ticked/>
            {words}
        </label>
    }
    .into_any()
}

fn holding(holders: i64) -> String {
    match holders {
        0 => "No program holds tokens of yours.".to_owned(),
        1 => "One program holds tokens of yours.".to_owned(),
        n => format!("{n} programs hold tokens of yours."),
    }
}
