//! "Log-in methods": the password and the identity providers.

use leptos::prelude::*;

use crate::app::forms::signing_in::METHODS;
use crate::app::parts::figure;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;
use crate::auth::identity::{self, LoginProvider};
use crate::ledger::view::When;

/// A connected identity as the page shows it.
#[derive(Clone, Debug)]
pub struct LoginMethodRow {
    /// The provider's slug in addresses.
    pub slug: &'static str,
    /// The provider's name for people.
    pub name: String,
    /// The email that it gave.
    pub email: Option<String>,
    /// When it was connected.
    pub since: When,
    /// When it was last used.
    pub used: When,
    /// Whether the provider is still set up.
    pub works: bool,
    /// Whether the person could log in without it.
    pub removable: bool,
}

/// The data of the page.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Whether the person has a password.
    pub password: bool,
    /// The connected identities.
    pub rows: Vec<LoginMethodRow>,
    /// The providers that can be connected.
    pub available: Vec<LoginProvider>,
}

/// Reads the data and draws the page.
pub fn login_methods() -> AnyView {
    framed(Tab::Settings, |_| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let methods = identity::methods(&ctx, &user).await?;
        let when = |moment| crate::ledger::when(&ctx.clock, moment);
        let rows = methods.identities.into_iter().map(|method| LoginMethodRow {
            slug: method.identity.provider.slug(),
            name: method.name,
            email: method.identity.email,
            since: when(method.identity.connected_at),
            used: when(method.identity.used_at),
            works: method.works,
            removable: method.removable,
        });
        let shown = Shown {
            password: methods.password,
            rows: rows.collect(),
            available: methods.available,
        };
        Ok(Page::new("Log-in methods", view(&shown)))
    })
}

/// Draws the page.
pub fn view(shown: &Shown) -> AnyView {
    let (words, action) = match shown.password {
        true => ("You can log in with your password.", "Change password"),
        false => (
            "You don’t have a password. You log in with the accounts below.",
            "Set a password",
        ),
    };
    let available = shown.available.iter().map(available).collect_view();
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead"><h1 class="title">"Log-in methods"</h1></div>
        <section class="narrow">
            <h2 class="band-title">"Password"</h2>
            <p>{words}</p>
            <p class="actions"><a class="button" href="/settings/password">{action}</a></p>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Connected accounts"</h2>
            {if shown.rows.is_empty() && shown.available.is_empty() {
                view! { <p class="soft">"No other ways to log in are set up here."</p> }.into_any()
            } else {
                view! { <ul class="rows">{shown.rows.iter().map(row).collect_view()} {available}</ul> }.into_any()
            }}
        </section>
    }
    .into_any()
}

fn row(method: &LoginMethodRow) -> AnyView {
    let state = match (method.works, method.removable) {
        (false, _) => Some("No longer available here, so you can’t log in with it."),
        (true, false) => Some("Your only way to log in. To disconnect it, set a password first."),
        (true, true) => None,
    };
    let email = method.email.clone();
    view! {
        <li class="line">
            <p class="name">{method.name.clone()}</p>
            <div>
                {email.map(|email| view! { <p>{email}</p> })}
                <p class="soft">"connected " {figure::moment(&method.since)} ", last used " {figure::moment(&method.used)}</p>
                {state.map(|words| view! { <p class="soft">{words}</p> })}
            </div>
            {method.removable.then(|| change(method.slug, "Disconnect", &method.name))}
        </li>
    }
    .into_any()
}

fn available(provider: &LoginProvider) -> AnyView {
    view! {
        <li class="line">
            <p class="name">{provider.name.clone()}</p>
            <div><p class="soft">"not connected"</p></div>
            {change(provider.slug, "Connect", &provider.name)}
        </li>
    }
    .into_any()
}

fn change(slug: &str, verb: &'static str, name: &str) -> AnyView {
    let page = format!("{METHODS}/{slug}");
    view! {
        <p class="does"><a class="button quiet" href=page>{verb} <span class="hidden">" " {name.to_owned()}</span></a></p>
    }
    .into_any()
}
