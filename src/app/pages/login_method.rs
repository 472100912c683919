//! The page to connect or disconnect an identity provider.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::part_of_path;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::confirming;
use crate::app::forms::signing_in::{Connect, Disconnect, METHODS};
use crate::app::parts::field::form_problem;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;
use crate::auth::identity::{self, LoginMethods};

/// What the page does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Connects the provider.
    Connect,
    /// Disconnects the provider.
    Disconnect,
}

/// Reads the data and draws the page.
pub fn login_method() -> AnyView {
    let slug = part_of_path("provider");
    framed(Tab::Settings, |flash| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let methods = identity::methods(&ctx, &user).await?;
        let (change, name) = wanted(&methods, &slug).ok_or_else(|| PageError::NotFound.raised())?;
        if !confirming::confirmed(&format!("{METHODS}/{slug}")).await? {
            return Ok(Page::new(title(change, &name), ()));
        }
        let body = view(change, &slug, &name, &flash);
        Ok(Page::new(title(change, &name), body))
    })
}

/// Returns what can be done with this provider, and its name for people.
fn wanted(methods: &LoginMethods, slug: &str) -> Option<(Change, String)> {
    let mut connected = methods.identities.iter();
    let connected = connected.find(|method| method.identity.provider.slug() == slug);
    let mut available = methods.available.iter();
    let available = available.find(|provider| provider.slug == slug);
    let connected = connected.map(|method| (Change::Disconnect, method.name.clone()));
    connected.or_else(|| available.map(|provider| (Change::Connect, provider.name.clone())))
}

fn title(change: Change, name: &str) -> String {
    match change {
        Change::Connect => format!("Connect {name}"),
        Change::Disconnect => format!("Disconnect {name}"),
    }
}

/// Draws the page.
pub fn view(change: Change, slug: &str, name: &str, flash: &Flash) -> AnyView {
    let (action, words) = match change {
        Change::Connect => (
            Connect::url(),
            format!(
                "You’ll be able to log in with {name}. Next you’ll go to its log-in page, and it will bring you back here."
            ),
        ),
        Change::Disconnect => (
            Disconnect::url(),
            format!(
                "You won’t be able to log in with {name} any more, and you’ll be logged out everywhere else."
            ),
        ),
    };
    let title = title(change, name);
    view! {
        <p class="back"><a href=METHODS>"Log-in methods"</a></p>
        <div class="lead"><h1 class="title">{title.clone()}</h1></div>
        <section class="narrow">
            <p>{words}</p>
            {form_problem(flash)}
            <form class="sheet form" method="post" action=action novalidate>
                <input type="hidden" name="provider" value=slug.to_owned()/>
                <button class="button main" type="submit">{title}</button>
            </form>
        </section>
    }
    .into_any()
}
