//! "Delete your account": what happens, and the form that confirms it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::flash::Flash;
use crate::app::forms::confirming;
use crate::app::forms::leaving::{DeleteAccount, PAGE};
use crate::app::parts::field::{Field, fields_below, form_problem};
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;

const TITLE: &str = "Delete your account";

const EMAIL: [Field; 1] = [Field {
    name: "email",
    label: "Your email",
    kind: "email",
    autocomplete: "off",
    help: "Type it to confirm.",
}];

/// Draws the page, if the person has confirmed that it's them.
pub fn delete_account() -> AnyView {
    framed(Tab::Settings, |flash| async move {
        let user = visitor::user().await?;
        let body = match confirming::confirmed(PAGE).await? {
            true => view(user.email.as_str(), &flash),
            // The response leads elsewhere.
            false => ().into_any(),
        };
        Ok(Page::new(TITLE, body))
    })
}

/// Draws the page.
pub fn view(email: &str, flash: &Flash) -> AnyView {
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead">
            <h1 class="title">"Delete your account?"</h1>
            <p class="soft">"This can’t be undone. Your accounts at your banks aren’t affected."</p>
        </div>
        <section class="narrow">
            <h2 class="band-title">"What happens"</h2>
            <ul class="plain">
                <li>"You’re logged out everywhere and can’t log in again."</li>
                <li>"Your API keys, your apps’ access and your webhooks stop working at once."</li>
                <li>
                    "Passbook unlinks every bank. If a provider can’t be reached, it keeps trying until the bank is \
                    unlinked."
                </li>
                <li>
                    "Then everything is deleted for good: your profile, accounts, transactions, notes and activity. \
                    Until then your email can’t be used to sign up."
                </li>
                <li>"Backups that were made before still hold your data until they’re deleted."</li>
            </ul>
            <p>"You may want to " <a href="/settings/export">"export your data"</a> " first."</p>
        </section>
        <section class="narrow">
            {form_problem(flash)}
            <form class="sheet form" method="post" action=DeleteAccount::url() novalidate>
                <p>"You’re " <strong>{email.to_owned()}</strong> "."</p>
                {fields_below(&EMAIL, flash)}
                <p class="actions">
                    <button class="button danger" type="submit">"Delete my account"</button>
                    <a class="button" href="/settings">"Cancel"</a>
                </p>
            </form>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::auth::FieldProblem;

    #[test]
    fn the_form_asks_for_the_email_and_says_what_was_wrong_with_it() {
        let page = html(|| view("ada@example.org", &Flash::default()));
        assert_eq!(page.count("form[action='/forms/delete-account']"), 1);
        assert_eq!(page.count("input[name='email']"), 1);
        let problems = vec![FieldProblem {
            field: "email",
            message: "That isn’t your email.".into(),
        }];
        let flash = Flash::for_refused_form(&[], problems);
        let page = html(|| view("ada@example.org", &flash));
        assert_eq!(page.text(".problem"), "That isn’t your email.");
    }
}
