//! "Emails": which emails a person gets.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::forms::emails::ChooseEmails;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;
use crate::mail;
use domain::mail::MailChoices;

/// Reads the data and draws the page.
pub fn emails() -> AnyView {
    framed(Tab::Settings, |_| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let choices = match mail::is_on(&ctx) {
            true => Some(mail::choices(&ctx, &user).await?),
            false => None,
        };
        Ok(Page::new("Emails", view(user.email.as_str(), choices)))
    })
}

/// Draws the form, or that no emails are sent.
pub fn view(email: &str, choices: Option<MailChoices>) -> AnyView {
    let email = email.to_owned();
    let body = match choices {
        None => view! { <p>"This Passbook doesn’t send email. Its admin can set that up."</p> }
            .into_any(),
        Some(choices) => view! {
            <p>"We send these to " <strong>{email}</strong> "."</p>
            <form class="sheet form" method="post" action=ChooseEmails::url()>
                <label class="radio" for="security">
                    <input type="checkbox" id="security" checked disabled/>
                    "Security: new devices, your password and two-step verification. Always on"
                </label>
                {choice("banks", "A bank needs you to log in again", choices.banks)}
                {choice("webhooks", "A webhook is turned off", choices.webhooks)}
                <button class="button main" type="submit">"Save"</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead"><h1 class="title">"Emails"</h1></div>
        <section class="narrow">{body}</section>
    }
    .into_any()
}

fn choice(name: &'static str, words: &'static str, chosen: bool) -> AnyView {
    view! {
        <label class="radio" for=name>
            <input type="checkbox" id=name name=name value="yes" checked=chosen/>
            {words}
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;

    #[test]
    fn what_a_person_chose_is_ticked_and_security_is_no_choice() {
        let choices = MailChoices {
            banks: true,
            webhooks: false,
        };
        let page = html(|| view("ada@example.org", Some(choices)));
        let ticked = |id: &str| page.one(&format!("#{id}")).attr("checked").is_some();
        assert!(ticked("banks") && !ticked("webhooks"));
        let security = page.one("#security");
        assert!(security.attr("disabled").is_some() && ticked("security"));
        assert_eq!(security.attr("name"), None);
    }

    #[test]
    fn nothing_can_be_chosen_where_no_emails_are_sent() {
        let page = html(|| view("ada@example.org", None));
        assert_eq!(page.count("form, input"), 0);
    }
}
