//! The page where a person enters the code that Passbook prints while it has no admin.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::flash::Flash;
use crate::app::forms::operating::{BecomeOperator, refusal_words};
use crate::app::parts::field::{Field, fields};
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;
use crate::auth::operators::may_claim;

const CODE: [Field; 1] = [Field {
    name: "code",
    label: "Code",
    kind: "text",
    autocomplete: "off",
    help: "Passbook shows it in the terminal when it starts.",
}];

/// Reads the data and draws the page.
pub fn become_operator() -> AnyView {
    framed(Tab::Settings, |flash| async move {
        let user = visitor::user().await?;
        let refusal = match may_claim(&user) {
            Ok(()) => None,
            Err(error) => Some(refusal_words(&error)?),
        };
        Ok(Page::new(
            "Become admin",
            view(user.email.as_str(), &flash, refusal),
        ))
    })
}

/// Draws the page, or why the person cannot become an admin.
pub fn view(email: &str, flash: &Flash, refusal: Option<&'static str>) -> AnyView {
    if let Some(refusal) = refusal {
        return view! {
            <div class="lead">
                <h1 class="title">"You can’t become an admin"</h1>
                <p>{refusal}</p>
                <p><a class="button" href="/">"Go to overview"</a></p>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="lead">
            <h1 class="title">"Become this Passbook’s admin?"</h1>
            <p>
                "You’re " <strong>{email.to_owned()}</strong> ". As an admin you can see who has signed up, \
                check everyone’s connections, start syncs, retry jobs and replay webhooks. You can’t see anyone \
                else’s money."
            </p>
        </div>
        <section class="narrow">
            <form class="sheet form" method="post" action=BecomeOperator::url() novalidate>
                {fields(&CODE, flash)}
                <div class="actions">
                    <button class="button main" type="submit">"Become admin"</button>
                    <a class="button" href="/">"Cancel"</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}
