//! "Change password" and "Set a password".

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::flash::Flash;
use crate::app::forms::confirming;
use crate::app::forms::programs::ChangePassword;
use crate::app::parts::field::{Field, fields, form_problem};
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;
use crate::auth;

const PRESENT: [Field; 1] = [Field {
    name: "present",
    label: "Current password",
    kind: "password",
    autocomplete: "current-password",
    help: "",
}];

const NEW: [Field; 1] = [Field {
    name: "new",
    label: "New password",
    kind: "password",
    autocomplete: "new-password",
    help: "At least 15 characters. Four or five random words work well.",
}];

/// Reads the data and draws the page.
pub fn password() -> AnyView {
    framed(Tab::Settings, |flash| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        if user.two_step && !confirming::confirmed("/settings/password").await? {
            return Ok(Page::new("Change password", ()));
        }
        let methods = auth::identity::methods(&ctx, &user).await?;
        let names = methods.identities.into_iter().map(|method| method.name);
        let connected = names.collect::<Vec<_>>().join(", ");
        let body = view(methods.password, &connected, &flash);
        Ok(Page::new(title(methods.password), body))
    })
}

fn title(there_is_one: bool) -> &'static str {
    match there_is_one {
        true => "Change password",
        false => "Set a password",
    }
}

/// Draws the form, empty or with the problems of a rejected one. A person without a password sets one. `connected`
/// names the connected identity providers.
pub fn view(there_is_one: bool, connected: &str, flash: &Flash) -> AnyView {
    let present = if there_is_one { &PRESENT[..] } else { &[] };
    let asked: Vec<Field> = present.iter().chain(&NEW).copied().collect();
    let keys = || {
        view! {
            <label class="radio" for="keys">
                <input type="checkbox" id="keys" name="keys" value="yes"/>
                "Also delete all API keys"
            </label>
        }
    };
    let connected = (there_is_one && !connected.is_empty()).then(|| connected.to_owned());
    let identities = connected.map(|names| {
        view! {
            <label class="radio" for="identities">
                <input type="checkbox" id="identities" name="identities" value="yes"/>
                "Also disconnect " {names}
            </label>
        }
    });
    let does = if there_is_one {
        "Change password"
    } else {
        "Set password"
    };
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead"><h1 class="title">{title(there_is_one)}</h1></div>
        <section class="narrow">
            {form_problem(flash)}
            <form class="sheet form" method="post" action=ChangePassword::url() novalidate>
                {fields(&asked, flash)}
                {there_is_one.then(keys)}
                {identities}
                <button class="button main" type="submit">{does}</button>
            </form>
            <p class="soft">"You’ll be logged out everywhere else."</p>
        </section>
    }
    .into_any()
}
