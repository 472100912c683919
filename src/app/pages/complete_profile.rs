//! "Complete your profile" and "You already have an account": the pages for a pending identity.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::sign_up::{INVITATION, PROFILE};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::people::leading_on;
use crate::app::forms::signing_in::{COMPLETE, CompleteProfile, ConnectAccount};
use crate::app::parts::field::{Field, fields, form_problem};
use crate::app::parts::frame::{Page, centered, error_page};
use crate::app::visitor;
use crate::auth::identity::{PendingIdentity, pending};
use crate::auth::{self, Admission};
use crate::context::Ctx;
use domain::user::PersonName;

const PASSWORD: [Field; 1] = [Field {
    name: "password",
    label: "Password",
    kind: "password",
    autocomplete: "current-password",
    help: "",
}];

/// Draws the page that asks for profile data that the provider did not give.
pub fn complete_profile() -> AnyView {
    Suspend::new(async move {
        match load().await {
            Ok(page) => centered(page),
            Err(error) => error_page(None, error),
        }
    })
    .into_any()
}

/// Draws the page that asks for the password of the account that the email belongs to.
pub fn connect_account() -> AnyView {
    Suspend::new(async move {
        match read_account().await {
            Ok(page) => centered(page),
            Err(error) => error_page(None, error),
        }
    })
    .into_any()
}

async fn load() -> Result<Page, PageError> {
    let Some((ctx, pending, flash)) = waiting().await? else {
        return Ok(Page::new("Log in", ()));
    };
    let invited = auth::admission(&ctx).await? == Admission::Invited;
    let name = ctx.sign_in.name_of(&pending.identity);
    let body = view(&name, &pending, invited, flash);
    Ok(Page::new("Complete your profile", body))
}

async fn read_account() -> Result<Page, PageError> {
    let Some((ctx, pending, flash)) = waiting().await? else {
        return Ok(Page::new("Log in", ()));
    };
    let Some(account) = auth::identity::account(&ctx, &pending).await? else {
        visitor::go(COMPLETE);
        return Ok(Page::new("Complete your profile", ()));
    };
    let name = ctx.sign_in.name_of(&pending.identity);
    let body = drawn_account(&name, &pending, account.has_password, &flash);
    Ok(Page::new("You already have an account", body))
}

/// Returns the pending identity; `None` if there is none, and then the browser is sent to the log-in page.
async fn waiting() -> Result<Option<(Ctx, PendingIdentity, Flash)>, PageError> {
    let (ctx, session) = (visitor::ctx()?, visitor::session().await?);
    let flash = Flash::take(&ctx, &session).await?;
    let pending = pending(&ctx, &session).await?;
    if pending.is_none() {
        visitor::go("/log-in");
    }
    Ok(pending.map(|pending| (ctx, pending, flash)))
}

/// Draws the profile form, with typed values or else the provider's.
pub fn view(name: &str, pending: &PendingIdentity, invited: bool, flash: Flash) -> AnyView {
    let flash = filled_in(pending, flash);
    let asked = if invited { &INVITATION[..] } else { &[] };
    let asked: Vec<Field> = asked.iter().chain(&PROFILE).copied().collect();
    let log_in = leading_on("/log-in", &pending.next);
    view! {
        <h1>"Complete your profile"</h1>
        <p>"You’re signing up with " {name.to_owned()} ". Check your details and fill in anything missing."</p>
        {form_problem(&flash)}
        <form class="form" method="post" action=CompleteProfile::url() novalidate>
            {fields(&asked, &flash)}
            {hidden(pending)}
            <button class="button main" type="submit">"Sign up"</button>
        </form>
        <p class="soft middle">"Already have an account? " <a href=log_in>"Log in"</a></p>
    }
    .into_any()
}

/// Draws the hidden fields of a pending identity's form.
fn hidden(pending: &PendingIdentity) -> AnyView {
    view! {
        <input type="hidden" name="identity" value=pending.id.clone()/>
        <input type="hidden" name="next" value=pending.next.clone()/>
    }
    .into_any()
}

/// Fills in the provider's values where the person has typed nothing.
fn filled_in(pending: &PendingIdentity, mut flash: Flash) -> Flash {
    let profile = &pending.identity.profile;
    let name = |name: &Option<PersonName>| name.as_ref().map(|it| it.as_str().to_owned());
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

/// Draws the page for an identity whose email already has an account, with or without a password.
pub fn drawn_account(
    name: &str,
    pending: &PendingIdentity,
    has_password: bool,
    flash: &Flash,
) -> AnyView {
    let email = pending.verified_email().map(|it| it.as_str().to_owned());
    let (email, log_in) = (
        email.unwrap_or_default(),
        leading_on("/log-in", &pending.next),
    );
    let form = || {
        view! {
            <p>"Enter its password to connect " {name.to_owned()} ". Next time you can use either."</p>
            {form_problem(flash)}
            <form class="form" method="post" action=ConnectAccount::url() novalidate>
                <input type="hidden" name="email" autocomplete="username" value=email.clone()/>
                {fields(&PASSWORD, flash)}
                {hidden(pending)}
                <button class="button main" type="submit">"Log in and connect"</button>
            </form>
        }
    };
    let other_way = || {
        view! {
            <p>"It has no password. Log in the way you usually do, then connect " {name.to_owned()} " in Settings."</p>
            <p><a class="button main" href=log_in.clone()>"Log in"</a></p>
        }
    };
    view! {
        <h1>"You already have an account"</h1>
        <p><strong>{email.clone()}</strong> " already has a Passbook account."</p>
        {has_password.then(form)}
        {(!has_password).then(other_way)}
        {has_password.then(|| view! {
            <p class="soft middle">"Don’t want to connect it? " <a href=log_in.clone()>"Log in another way"</a></p>
        })}
    }
    .into_any()
}
