//! "Confirm it’s you": asks for the password or a code before something sensitive.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::log_in_code::CODE;
use super::query;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::confirming::{self, Confirm};
use crate::app::forms::people::LogOut;
use crate::app::parts::field::{Field, fields, form_problem};
use crate::app::parts::frame::{Page, centered, error_page};
use crate::app::visitor;
use crate::auth::{self, ConfirmWith};

const PASSWORD: Field = Field {
    name: "typed",
    label: "Your password",
    kind: "password",
    autocomplete: "current-password",
    help: "",
};

/// Reads the data and draws the page.
pub fn confirm() -> AnyView {
    let next = query("next");
    Suspend::new(async move {
        match load(next).await {
            Ok(page) => centered(page),
            Err(error) => error_page(None, error),
        }
    })
    .into_any()
}

async fn load(next: String) -> Result<Page, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let session = visitor::session().await?;
    let flash = confirming::take_problems(&ctx, &session).await?;
    let with = auth::confirm_with(&ctx, &user).await?;
    Ok(Page::new("Confirm it’s you", view(with, next, &flash)))
}

/// Draws the form, empty or with the problem of a rejected one.
pub fn view(with: ConfirmWith, next: String, flash: &Flash) -> AnyView {
    let back = visitor::within(&next).to_owned();
    let form = match with {
        ConfirmWith::Password => asking(PASSWORD, next, flash),
        ConfirmWith::Code => asking(
            Field {
                name: "typed",
                ..CODE[0]
            },
            next,
            flash,
        ),
        ConfirmWith::LogIn => log_in_again(next),
    };
    view! {
        <h1>"Confirm it’s you"</h1>
        <p class="soft">"What you want to do needs a recent log-in. Nothing has been changed yet."</p>
        {form_problem(flash)}
        {form}
        <p class="soft middle"><a href=back>"Back"</a></p>
    }
    .into_any()
}

fn asking(field: Field, next: String, flash: &Flash) -> AnyView {
    view! {
        <form class="form" method="post" action=Confirm::url() novalidate>
            {fields(&[field], flash)}
            <input type="hidden" name="next" value=next/>
            <button class="button main" type="submit">"Continue"</button>
        </form>
    }
    .into_any()
}

fn log_in_again(next: String) -> AnyView {
    view! {
        <form class="form" method="post" action=LogOut::url()>
            <input type="hidden" name="next" value=next/>
            <button class="button main" type="submit">"Log out and log in again"</button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;

    #[test]
    fn each_person_is_asked_for_what_they_have() {
        let drawn = |with| html(move || view(with, "/settings/programs".into(), &Flash::default()));
        let form = "form[action='/forms/confirm']";
        let page = drawn(ConfirmWith::Password);
        assert_eq!(page.one("#typed").attr("type"), Some("password"));
        let page = drawn(ConfirmWith::Code);
        let code = page.one("#typed");
        assert_eq!(code.attr("autocomplete"), Some("one-time-code"));
        let next = page.one(&format!("{form} [name=next]"));
        assert_eq!(next.attr("value"), Some("/settings/programs"));
        let page = drawn(ConfirmWith::LogIn);
        assert_eq!((page.count(form), page.count("#typed")), (0, 0));
        assert_eq!(page.count("form[action='/forms/log-out']"), 1);
    }

    #[test]
    fn the_way_back_leads_nowhere_else() {
        let page = html(|| {
            view(
                ConfirmWith::Password,
                "//evil.example".into(),
                &Flash::default(),
            )
        });
        assert_eq!(page.one(".middle a").attr("href"), Some("/"));
    }
}
