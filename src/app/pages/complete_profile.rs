//! "Complete your profile", and the page of somebody who has an account already: after an identity provider has told who
//! somebody is.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::sign_up::{INVITATION, PROFILE};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::signing_in::{CompleteProfile, ConnectAccount};
use crate::app::parts::field::{Field, fields, form_problem};
use crate::app::parts::frame::{Page, alone, troubled};
use crate::app::visitor;
use crate::auth::identity::{PendingIdentity, claimed};
use crate::auth::{self, Admission};
use crate::context::Ctx;
use domain::identity::Profile;

const PASSWORD: [Field; 1] = [Field {
    name: "password",
    label: "Password",
    kind: "password",
    autocomplete: "current-password",
    help: "",
}];

/// The page that asks for what the provider has not told.
pub fn complete_profile() -> AnyView {
    Suspend::new(async move {
        match read().await {
            Ok(page) => alone(page),
            Err(error) => troubled(None, error),
        }
    })
    .into_any()
}

/// The page that asks for the password of the account that the address belongs to.
pub fn connect_account() -> AnyView {
    Suspend::new(async move {
        match read_account().await {
            Ok(page) => alone(page),
            Err(error) => troubled(None, error),
        }
    })
    .into_any()
}

async fn read() -> Result<Page, PageError> {
    let Some((ctx, claimed, flash)) = waiting().await? else {
        return Ok(Page::new("Log in", ()));
    };
    let invited = auth::admission(&ctx).await? == Admission::Invited;
    let name = ctx.sign_in.name_of(&claimed.told.issuer);
    let body = drawn(&name, &claimed.told.profile, invited, flash);
    Ok(Page::new("Complete your profile", body))
}

async fn read_account() -> Result<Page, PageError> {
    let Some((ctx, claimed, flash)) = waiting().await? else {
        return Ok(Page::new("Log in", ()));
    };
    let name = ctx.sign_in.name_of(&claimed.told.issuer);
    let email = claimed.verified_email().map(|it| it.as_str().to_owned());
    let body = drawn_account(&name, &email.unwrap_or_default(), &flash);
    Ok(Page::new("Connect your account", body))
}

/// The identity that waits; without one the browser is sent to the log-in.
async fn waiting() -> Result<Option<(Ctx, PendingIdentity, Flash)>, PageError> {
    let (ctx, session) = (visitor::ctx()?, visitor::session().await?);
    let flash = Flash::take(&ctx, &session).await?;
    let claimed = claimed(&ctx, &session).await?;
    if claimed.is_none() {
        visitor::go("/log-in");
    }
    Ok(claimed.map(|claimed| (ctx, claimed, flash)))
}

/// The page of a form that came back, or of one with what the provider told.
pub fn drawn(name: &str, profile: &Profile, invited: bool, flash: Flash) -> AnyView {
    let flash = filled_in(profile, flash);
    let asked = if invited { &INVITATION[..] } else { &[] };
    let asked: Vec<Field> = asked.iter().chain(&PROFILE).copied().collect();
    view! {
        <h1>"Complete your profile"</h1>
        <p>"You’re signing up with " {name.to_owned()} ". Check what it told us, and fill in the rest."</p>
        {form_problem(&flash)}
        <form class="form" method="post" action=CompleteProfile::url() novalidate>
            {fields(&asked, &flash)}
            <button class="button main" type="submit">"Sign up"</button>
        </form>
        <p class="soft middle">"Signed up already? " <a href="/log-in">"Log in"</a></p>
    }
    .into_any()
}

/// What the provider told, where the person has not typed anything else.
fn filled_in(profile: &Profile, mut flash: Flash) -> Flash {
    let name =
        |name: &Option<domain::user::PersonName>| name.as_ref().map(|it| it.as_str().to_owned());
    let told = [
        ("first_name", name(&profile.first_name)),
        ("last_name", name(&profile.last_name)),
        (
            "email",
            profile.email.as_ref().map(|it| it.as_str().to_owned()),
        ),
        ("birthday", profile.birthday.map(|day| day.to_string())),
    ];
    for (field, value) in told {
        if let Some(value) = value {
            flash.typed.entry(field.to_owned()).or_insert(value);
        }
    }
    flash
}

/// The page of a log-in that connects.
pub fn drawn_account(name: &str, email: &str, flash: &Flash) -> AnyView {
    view! {
        <h1>"You already have an account"</h1>
        <p>
            "There is an account with your e-mail address " <strong>{email.to_owned()}</strong> ". Enter its password to log in, and "
            {name.to_owned()} " will be connected: next time you can log in with it."
        </p>
        {form_problem(flash)}
        <form class="form" method="post" action=ConnectAccount::url() novalidate>
            <input type="hidden" name="email" autocomplete="username" value=email.to_owned()/>
            {fields(&PASSWORD, flash)}
            <button class="button main" type="submit">"Log in and connect"</button>
        </form>
        <p class="soft middle">
            "No password? Log in the way you usually do, then connect " {name.to_owned()} " in Settings. " <a href="/log-in">"Log in"</a>
        </p>
    }
    .into_any()
}
