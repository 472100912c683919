//! "Enter your code": the second step of a log-in.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::two_step::LogInCode;
use crate::app::parts::field::{Field, fields, form_problem};
use crate::app::parts::frame::{Page, centered, error_page};
use crate::app::visitor;
use crate::auth::two_step;

/// The field for a code of the app. Recovery codes contain letters, so that no numeric keyboard is asked for.
pub(super) const CODE: [Field; 1] = [Field {
    name: "code",
    label: "Code",
    kind: "text",
    autocomplete: "one-time-code",
    help: "The 6-digit code from your authenticator app. If you don’t have your phone, enter a recovery code.",
}];

/// Reads the data and draws the page.
pub fn log_in_code() -> AnyView {
    Suspend::new(async move {
        match load().await {
            Ok(page) => centered(page),
            Err(error) => error_page(None, error),
        }
    })
    .into_any()
}

async fn load() -> Result<Page, PageError> {
    let (ctx, session) = (visitor::ctx()?, visitor::session().await?);
    if !two_step::is_log_in_pending(&ctx, &session).await? {
        visitor::go("/log-in");
        return Ok(Page::new("Log in", ()));
    }
    let flash = Flash::take(&ctx, &session).await?;
    Ok(Page::new("Enter your code", view(&flash)))
}

/// Draws the form, empty or with the problem of a wrong code.
pub fn view(flash: &Flash) -> AnyView {
    view! {
        <h1>"Enter your code"</h1>
        {form_problem(flash)}
        <form class="form" method="post" action=LogInCode::url() novalidate>
            {fields(&CODE, flash)}
            <button class="button main" type="submit">"Log in"</button>
        </form>
        <p class="soft middle"><a href="/log-in">"Log in as someone else"</a></p>
    }
    .into_any()
}
