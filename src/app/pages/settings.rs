//! "Settings": appearance, activity, apps and the person's account.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::transaction::facts;
use crate::app::forms::settings::ChooseAppearance;
use crate::app::parts::frame::{Page, Tab, framed, log_out_button};
use crate::app::shell::Appearance;
use crate::app::visitor;
use crate::{auth, mail};
use domain::user::User;

/// Reads the data and draws the page.
pub fn settings() -> AnyView {
    framed(Tab::Settings, |_| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let has_password = auth::identity::methods(&ctx, &user).await?.password;
        Ok(Page::new(
            "Settings",
            view(&user, has_password, mail::is_on(&ctx), Appearance::chosen()),
        ))
    })
}

/// Draws the page. A person who logs in with an identity provider only has no password to change. `mails` is whether
/// Passbook sends emails.
pub fn view(user: &User, has_password: bool, mails: bool, chosen: Appearance) -> AnyView {
    let emails = || view! { <a class="button" href="/settings/mail">"Emails"</a> };
    let password = match has_password {
        true => "Change password",
        false => "Set a password",
    };
    let mut about = vec![
        ("Name".to_owned(), user.full_name()),
        ("Email".to_owned(), user.email.as_str().to_owned()),
    ];
    let two_step = if user.two_step { "On" } else { "Off" };
    about.extend(
        user.user_name
            .as_ref()
            .map(|name| ("Username".to_owned(), name.as_str().to_owned())),
    );
    about.push(("Two-step verification".to_owned(), two_step.to_owned()));
    view! {
        <h1>"Settings"</h1>
        <section class="narrow">
            <h2 class="band-title">"Appearance"</h2>
            <form class="sheet" method="post" action=ChooseAppearance::url()>
                <fieldset>
                    <legend class="hidden">"Appearance"</legend>
                    {Appearance::ALL.map(|choice| radio(choice, chosen))}
                </fieldset>
                <button class="button" type="submit">"Save"</button>
            </form>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Activity"</h2>
            <p>"Your log-ins, banks and sync results."</p>
            <p class="actions"><a class="button" href="/activity">"View activity"</a></p>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Apps and API"</h2>
            <p>"Let your own apps read your data and be notified of changes."</p>
            <p class="actions">
                <a class="button" href="/settings/programs">"Apps and keys"</a>
                <a class="button" href="/settings/webhooks">"Webhooks"</a>
            </p>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Your account"</h2>
            {facts(&about)}
            <p class="actions">
                <a class="button" href="/settings/profile">"Name and email"</a>
                <a class="button" href="/settings/password">{password}</a>
                <a class="button" href="/settings/log-in-methods">"Log-in methods"</a>
                <a class="button" href="/settings/two-step">"Two-step verification"</a>
                <a class="button" href="/settings/sessions">"Where you’re logged in"</a>
                {mails.then(emails)}
            </p>
            <p class="actions">
                <a class="button" href="/settings/export">"Export your data"</a>
                <a class="button" href="/settings/delete-account">"Delete account"</a>
            </p>
            {log_out_button("button")}
        </section>
        {this_passbook(user.is_operator())}
    }
    .into_any()
}

/// Draws the links to what is about this Passbook; the admin pages for admins who look for them in Settings.
fn this_passbook(is_admin: bool) -> AnyView {
    view! {
        <section class="narrow">
            <h2 class="band-title">"This Passbook"</h2>
            <p class="actions">
                <a class="button" href="/about">"About this Passbook"</a>
                {is_admin.then(|| view! { <a class="button" href="/admin">"Open the admin pages"</a> })}
            </p>
        </section>
    }
    .into_any()
}

fn radio(choice: Appearance, chosen: Appearance) -> AnyView {
    let words = match choice {
        Appearance::System => "Match system",
        Appearance::Light => "Light",
        Appearance::Dark => "Dark",
    };
    view! {
        <label class="radio">
            <input type="radio" name="appearance" value=choice.word() checked=choice == chosen/>
            {words}
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn a_person_without_a_password_is_offered_to_set_one() {
        for (has_password, words) in [(true, "Change password"), (false, "Set a password")] {
            let page = html(|| view(&invented::person(), has_password, true, Appearance::Dark));
            assert_eq!(page.text("a[href='/settings/password']"), words);
        }
    }

    #[test]
    fn emails_can_be_chosen_only_where_they_are_sent() {
        for mails in [true, false] {
            let page = html(|| view(&invented::person(), true, mails, Appearance::Dark));
            let links = page.count("a[href='/settings/mail']");
            assert_eq!(links, usize::from(mails));
        }
    }
}
