//! "Reset your password": the page that asks for the email, and the page for the code and the new password.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::error::PageError;
use crate::app::flash::{Flash, Notice};
use crate::app::forms::reset_password::{AskReset, RESET, ResetPassword};
use crate::app::parts::field::{Field, fields, form_problem, https_warning};
use crate::app::parts::frame::{Page, centered, error_page};
use crate::app::visitor;
use crate::auth::{self, CODE_PAGE};

const EMAIL: Field = Field {
    name: "email",
    label: "Email",
    kind: "email",
    autocomplete: "username",
    help: "",
};

const NEW: [Field; 3] = [
    EMAIL,
    Field {
        name: "code",
        label: "Code",
        kind: "text",
        autocomplete: "one-time-code",
        help: "From the email, or from this Passbook’s admin. It works for 30 minutes.",
    },
    Field {
        name: "new",
        label: "New password",
        kind: "password",
        autocomplete: "new-password",
        help: "At least 15 characters. Four or five random words work well.",
    },
];

const TITLE: &str = "Reset your password";

/// Reads the data and draws the page that asks for the email.
pub fn reset_password() -> AnyView {
    shown(|sends, flash, https| match sends {
        true => ask(&flash, https),
        false => without_mail(),
    })
}

/// Reads the data and draws the page for the code and the new password.
pub fn new_password() -> AnyView {
    shown(|sends, flash, https| new(&flash, sends, https))
}

/// Draws a page of the two. It is told whether codes are sent by email.
fn shown(draw: fn(bool, Flash, Option<AnyView>) -> AnyView) -> AnyView {
    Suspend::new(async move {
        match load(draw).await {
            Ok(page) => centered(page),
            Err(error) => error_page(None, error),
        }
    })
    .into_any()
}

async fn load(draw: fn(bool, Flash, Option<AnyView>) -> AnyView) -> Result<Page, PageError> {
    let ctx = visitor::ctx()?;
    let flash = Flash::take(&ctx, &visitor::session().await?).await?;
    let https = https_warning(visitor::https_instead().await);
    Ok(Page::new(
        TITLE,
        draw(auth::sends_codes(&ctx), flash, https),
    ))
}

/// Draws the form that asks for the email, empty or with its problem.
pub fn ask(flash: &Flash, https: Option<AnyView>) -> AnyView {
    view! {
        <h1>{TITLE}</h1>
        <p class="soft">"Enter the email of your account, and we’ll send you a code to set a new password."</p>
        {https}
        {form_problem(flash)}
        <form class="form" method="post" action=AskReset::url() novalidate>
            {fields(&[EMAIL], flash)}
            <button class="button main" type="submit">"Send code"</button>
        </form>
        <p class="soft middle"><a href=CODE_PAGE>"I have a code"</a></p>
        <p class="soft middle"><a href="/log-in">"Back to log-in"</a></p>
    }
    .into_any()
}

/// Draws what to do where no emails are sent.
pub fn without_mail() -> AnyView {
    view! {
        <h1>{TITLE}</h1>
        <p>"Ask this Passbook’s admin for a code. Then enter it here, with a new password."</p>
        <p><a class="button main" href=CODE_PAGE>"I have a code"</a></p>
        <p class="soft middle"><a href="/log-in">"Back to log-in"</a></p>
    }
    .into_any()
}

/// Draws the form for the code and the new password. With `sends`, another code can be asked for.
pub fn new(flash: &Flash, sends: bool, https: Option<AnyView>) -> AnyView {
    let again = || view! { <p class="soft middle"><a href=RESET>"Get another code"</a></p> };
    view! {
        <h1>{TITLE}</h1>
        {said(flash.notice.as_ref())}
        {https}
        {form_problem(flash)}
        <form class="form" method="post" action=ResetPassword::url() novalidate>
            {fields(&NEW, flash)}
            <button class="button main" type="submit">"Set new password"</button>
        </form>
        <p class="soft">"You’ll be logged out everywhere. If you use two-step verification, you’ll still need it to log in."</p>
        {sends.then(again)}
        <p class="soft middle"><a href="/log-in">"Back to log-in"</a></p>
    }
    .into_any()
}

/// Draws the notice of a page in the middle of the screen.
pub(super) fn said(notice: Option<&Notice>) -> Option<AnyView> {
    let text = notice?.text.clone();
    Some(view! { <p class="notice" role="status">{text}</p> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::auth::FieldProblem;

    #[test]
    fn nothing_promises_an_email_where_none_is_sent() {
        let page = html(without_mail);
        assert_eq!(page.count("form"), 0);
        assert_eq!(page.text("a[href='/reset-password/new']"), "I have a code");
        let page = html(|| new(&Flash::default(), false, None));
        assert_eq!(page.count("a[href='/reset-password']"), 0);
        let page = html(|| new(&Flash::default(), true, None));
        assert_eq!(page.count("a[href='/reset-password']"), 1);
    }

    #[test]
    fn the_email_comes_back_and_neither_code_nor_password_do() {
        let typed = [("email", "ada@example.org")];
        let problems = vec![FieldProblem::new("code", "That code is wrong.")];
        let flash = Flash::refused_to_stranger(&typed, problems);
        let page = html(|| new(&flash, true, None));
        let value = |name: &str| {
            page.one(&format!("#{name}"))
                .attr("value")
                .map(str::to_owned)
        };
        assert_eq!(value("email").as_deref(), Some("ada@example.org"));
        assert_eq!(value("code").unwrap_or_default(), "");
        assert_eq!(value("new"), None);
        assert_eq!(page.text("#code-problem"), "That code is wrong.");
    }
}
