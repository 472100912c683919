//! "Ways to log in": the password, and identity providers that are connected.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::flash::Flash;
use crate::app::forms::signing_in::{Connect, Disconnect};
use crate::app::parts::field::{Field, fields_below, form_problem};
use crate::app::parts::figure;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::sign_in::connect_buttons;
use crate::app::visitor;
use crate::auth::identity::{self, IdentityError, Offer};
use crate::ledger::view::When;

const PASSWORD: [Field; 1] = [Field {
    name: "password",
    label: "Your password",
    kind: "password",
    autocomplete: "current-password",
    help: "So that nobody else connects their account to yours.",
}];

/// An identity as the page shows it.
#[derive(Clone, Debug)]
pub struct LoginMethodRow {
    /// Which.
    pub issuer: String,
    /// What people call the provider.
    pub name: String,
    /// The address that it told.
    pub email: Option<String>,
    /// When it was connected.
    pub since: When,
    /// When it was last used.
    pub used: When,
    /// Whether the provider is still set up.
    pub works: bool,
    /// Whether it can be taken away.
    pub can_go: bool,
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Whether there is a password.
    pub password: bool,
    /// What is connected.
    pub rows: Vec<LoginMethodRow>,
    /// What can be.
    pub offers: Vec<Offer>,
}

/// The page.
pub fn ways() -> AnyView {
    framed(Tab::Settings, |flash| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let ways = identity::ways(&ctx, &user)
            .await
            .map_err(|error| match error {
                IdentityError::Auth(error) => error.into(),
                other => crate::app::error::failed(&other),
            })?;
        let when = |moment| crate::ledger::when(&ctx.clock, moment);
        let rows = ways.identities.into_iter().map(|way| LoginMethodRow {
            issuer: way.identity.issuer,
            name: way.name,
            email: way.identity.email,
            since: when(way.identity.connected_at),
            used: when(way.identity.used_at),
            works: way.works,
            can_go: way.can_go,
        });
        let shown = Shown {
            password: ways.password,
            rows: rows.collect(),
            offers: ways.offers,
        };
        Ok(Page::new("Ways to log in", drawn(&shown, &flash)))
    })
}

/// The page of what was read.
pub fn drawn(shown: &Shown, flash: &Flash) -> AnyView {
    let (words, action) = match shown.password {
        true => ("You have a password.", "Change the password"),
        false => (
            "You have none: you log in with what is connected below.",
            "Set a password",
        ),
    };
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead"><h1 class="title">"Ways to log in"</h1></div>
        <section class="narrow">
            <h2 class="band-title">"Password"</h2>
            <p>{words}</p>
            <p class="actions"><a class="button" href="/settings/password">{action}</a></p>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Connected"</h2>
            {if shown.rows.is_empty() {
                view! { <p class="soft">"Nothing is connected."</p> }.into_any()
            } else {
                view! { <ul class="rows">{shown.rows.iter().map(row).collect_view()}</ul> }.into_any()
            }}
        </section>
        {(!shown.offers.is_empty()).then(|| connecting(shown, flash))}
    }
    .into_any()
}

fn connecting(shown: &Shown, flash: &Flash) -> AnyView {
    view! {
        <section class="narrow">
            <h2 class="band-title">"Connect another"</h2>
            {form_problem(flash)}
            {(!shown.password).then(|| flash.problem("password").map(|message| {
                view! { <p class="notice wrong" role="alert">{message.to_owned()}</p> }
            }))}
            <form class="sheet form" method="post" action=Connect::url() novalidate>
                {shown.password.then(|| fields_below(&PASSWORD, flash))}
                {connect_buttons(&shown.offers)}
            </form>
        </section>
    }
    .into_any()
}

fn row(way: &LoginMethodRow) -> AnyView {
    let state = match (way.works, way.can_go) {
        (false, _) => Some("It is no longer set up here, so you can’t log in with it."),
        (true, false) => {
            Some("The only way you can log in. To disconnect it, set a password first.")
        }
        (true, true) => None,
    };
    let email = way.email.clone();
    view! {
        <li class="line">
            <p class="name">{way.name.clone()}</p>
            <div>
                {email.map(|email| view! { <p>{email}</p> })}
                <p class="soft">"connected " {figure::moment(&way.since)} ", last used " {figure::moment(&way.used)}</p>
                {state.map(|words| view! { <p class="soft">{words}</p> })}
            </div>
            {way.can_go.then(|| view! {
                <form class="does" method="post" action=Disconnect::url()>
                    <input type="hidden" name="issuer" value=way.issuer.clone()/>
                    <button class="button quiet" type="submit">"Disconnect" <span class="hidden">" " {way.name.clone()}</span></button>
                </form>
            })}
        </li>
    }
    .into_any()
}
