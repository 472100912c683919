//! "Log in": the form for email or username and password, and the identity providers.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::query;
use super::reset_password::said;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::people::{LogIn, leading_on};
use crate::app::forms::reset_password::RESET;
use crate::app::parts::field::{Field, fields, form_problem, https_warning};
use crate::app::parts::frame::{Page, centered, error_page};
use crate::app::parts::sign_in::{continue_with, look_around};
use crate::app::visitor;
use crate::auth::identity::{LoginProvider, providers};
use crate::auth::{self, Admission};
use domain::user::User;

const FIELDS: [Field; 2] = [
    Field {
        name: "name",
        label: "Email or username",
        kind: "text",
        autocomplete: "username",
        help: "",
    },
    Field {
        name: "password",
        label: "Password",
        kind: "password",
        autocomplete: "current-password",
        help: "",
    },
];

/// Reads the data and draws the page.
pub fn log_in() -> AnyView {
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
    let (ctx, session) = (visitor::ctx()?, visitor::session().await?);
    let visit = visitor::visit().await;
    if auth::session::viewer(&ctx, &session, &visit)
        .await?
        .is_some()
    {
        visitor::go(&next);
    }
    let flash = Flash::take(&ctx, &session).await?;
    let open = auth::admission(&ctx).await? != Admission::Nobody;
    let https = https_warning(visitor::https_instead().await);
    let demo = auth::demo_person(&ctx).await?;
    let offers = Offers {
        sign_up: open,
        reset: auth::sends_codes(&ctx),
    };
    let page = view(&flash, next, offers, https, demo.as_ref(), &providers(&ctx));
    Ok(Page::new("Log in", page))
}

/// What the page leads to besides logging in.
#[derive(Clone, Copy, Debug)]
pub struct Offers {
    /// Signing up is open.
    pub sign_up: bool,
    /// A forgotten password can be reset by email.
    pub reset: bool,
}

/// Draws the form, empty or with the values and problems of a rejected one. `demo` is the person as whom anyone may look
/// around.
pub fn view(
    flash: &Flash,
    next: String,
    offers: Offers,
    https: Option<AnyView>,
    demo: Option<&User>,
    login_with: &[LoginProvider],
) -> AnyView {
    let address = leading_on("/sign-up", &next);
    let others = continue_with(login_with, &next, false);
    let demo = demo.map(|person| look_around(person, &next));
    let sign_up =
        || view! { <p class="soft middle">"No account yet? " <a href=address>"Sign up"</a></p> };
    let forgotten =
        || view! { <p class="soft middle"><a href=RESET>"Forgot your password?"</a></p> };
    view! {
        <h1>"Log in"</h1>
        {said(flash.notice.as_ref())}
        <p class="soft">
            "Passbook is a self-hosted app that shows all your bank accounts and transactions in one place."
        </p>
        {https}
        {form_problem(flash)}
        {demo}
        <form class="form" method="post" action=LogIn::url() novalidate>
            {fields(&FIELDS, flash)}
            <input type="hidden" name="next" value=next/>
            <button class="button main" type="submit">"Log in"</button>
        </form>
        {offers.reset.then(forgotten)}
        {others}
        {offers.sign_up.then(sign_up)}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    /// Draws the page for a visitor who wants to go on to `next`.
    fn drawn(
        next: &'static str,
        open: bool,
        demo: Option<&User>,
    ) -> crate::app::tests::drawn::Drawn {
        let offers = Offers {
            sign_up: open,
            reset: false,
        };
        html(|| view(&Flash::default(), next.into(), offers, None, demo, &[]))
    }

    #[test]
    fn the_way_on_is_kept_and_sign_up_offered_only_when_it_is_open() {
        let page = drawn("/transactions?q=a", true, None);
        assert_eq!(
            page.one("[name=next]").attr("value"),
            Some("/transactions?q=a")
        );
        assert_eq!(
            page.text("a[href='/sign-up?next=%2Ftransactions%3Fq%3Da']"),
            "Sign up"
        );
        assert_eq!(drawn("/", true, None).text("a[href='/sign-up']"), "Sign up");
        assert_eq!(drawn("", false, None).count("a"), 0);
    }

    #[test]
    fn a_forgotten_password_is_offered_help_only_where_codes_are_sent() {
        let drawn = |reset| {
            let offers = Offers {
                sign_up: false,
                reset,
            };
            let flash = Flash::notice("Your password was changed.");
            html(|| view(&flash, "/".into(), offers, None, None, &[]))
        };
        assert_eq!(drawn(false).count("a"), 0);
        let page = drawn(true);
        assert_eq!(
            page.text("a[href='/reset-password']"),
            "Forgot your password?"
        );
        assert_eq!(page.text("[role=status]"), "Your password was changed.");
    }

    #[test]
    fn one_press_leads_in_as_the_demo_person_only_where_there_is_one() {
        let form = "form[action='/forms/log-in-demo']";
        assert_eq!(drawn("/", true, None).count(form), 0);
        let person = invented::person();
        let page = drawn("/accounts", true, Some(&person));
        let words = format!("Look around as {}", person.first_name.as_str());
        assert_eq!(page.text(&format!("{form} button")), words);
        let next = page.one(&format!("{form} [name=next]"));
        assert_eq!(next.attr("value"), Some("/accounts"));
    }
}
