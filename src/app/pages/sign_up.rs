//! "Sign up": the form to create an account, or that sign-up is closed.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::query;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::people::{SignUp, leading_on};
use crate::app::parts::field::{Field, fields, form_problem, https_warning};
use crate::app::parts::frame::{Page, centered, error_page};
use crate::app::parts::sign_in::continue_with;
use crate::app::visitor;
use crate::auth::identity::{LoginProvider, providers};
use crate::auth::{self, Admission, SIGN_UP_CLOSED};

pub(super) const FIRST_NAME: Field = Field {
    name: "first_name",
    label: "First name",
    kind: "text",
    autocomplete: "given-name",
    help: "",
};

pub(super) const LAST_NAME: Field = Field {
    name: "last_name",
    label: "Last name",
    kind: "text",
    autocomplete: "family-name",
    help: "",
};

pub(super) const USER_NAME: Field = Field {
    name: "user_name",
    label: "Username (optional)",
    kind: "text",
    autocomplete: "username",
    help: "Another way to log in, instead of your email.",
};

/// The fields for everyone who signs up.
pub(super) const PROFILE: [Field; 4] = [
    FIRST_NAME,
    LAST_NAME,
    Field {
        name: "email",
        label: "Email",
        kind: "email",
        autocomplete: "email",
        help: "",
    },
    Field {
        name: "birthday",
        label: "Birthday",
        kind: "date",
        autocomplete: "bday",
        help: "Only used to check your age, and that your password doesn’t contain it.",
    },
];

/// The further fields for those who log in with a password.
const LOG_IN: [Field; 2] = [
    USER_NAME,
    Field {
        name: "password",
        label: "Password",
        kind: "password",
        autocomplete: "new-password",
        help: "At least 15 characters. Four or five random words work well.",
    },
];

pub(super) const INVITATION: [Field; 1] = [Field {
    name: "invitation",
    label: "Invitation code",
    kind: "text",
    autocomplete: "off",
    help: "From the person who invited you.",
}];

/// Reads the data and draws the page.
pub fn sign_up() -> AnyView {
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
    let ctx = visitor::ctx()?;
    let flash = Flash::take(&ctx, &visitor::session().await?).await?;
    let page = match auth::admission(&ctx).await? {
        Admission::Nobody => closed(&next),
        who => {
            let https = https_warning(visitor::https_instead().await);
            view(
                &flash,
                who == Admission::Invited,
                next,
                https,
                &providers(&ctx),
            )
        }
    };
    Ok(Page::new("Sign up", page))
}

/// Draws the form, empty or with the values and problems of a rejected one.
pub fn view(
    flash: &Flash,
    invited: bool,
    next: String,
    https: Option<AnyView>,
    login_with: &[LoginProvider],
) -> AnyView {
    let asked = if invited { &INVITATION[..] } else { &[] };
    let asked: Vec<Field> = asked
        .iter()
        .chain(&PROFILE)
        .chain(&LOG_IN)
        .copied()
        .collect();
    let log_in = leading_on("/log-in", &next);
    let others = continue_with(login_with, &next, true);
    view! {
        <h1>"Sign up"</h1>
        {https}
        {form_problem(flash)}
        <form class="form" method="post" action=SignUp::url() novalidate>
            {fields(&asked, flash)}
            <input type="hidden" name="next" value=next/>
            <button class="button main" type="submit">"Sign up"</button>
        </form>
        {others}
        <p class="soft middle">"Already have an account? " <a href=log_in>"Log in"</a></p>
    }
    .into_any()
}

fn closed(next: &str) -> AnyView {
    let log_in = leading_on("/log-in", next);
    view! {
        <h1>"Sign up"</h1>
        <p>{SIGN_UP_CLOSED}</p>
        <p class="soft middle">"Already have an account? " <a href=log_in>"Log in"</a></p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::auth::FieldProblem;

    fn refused_flash() -> Flash {
        let problems = [
            ("email", "Enter your email address."),
            ("password", "Too easy to guess."),
        ];
        let problems = problems.map(|(field, message)| FieldProblem {
            field,
            message: message.into(),
        });
        Flash::for_refused_form(&[("first_name", "\"><script>x</script>")], problems.into())
    }

    #[test]
    fn wrong_fields_are_marked_and_the_first_has_the_focus() {
        let page = html(|| view(&refused_flash(), false, String::new(), None, &[]));
        let email = page.one("#email");
        assert_eq!(email.attr("aria-invalid"), Some("true"));
        assert_eq!(email.attr("aria-describedby"), Some("email-problem"));
        assert_eq!(page.text("#email-problem"), "Enter your email address.");
        assert!(email.attr("autofocus").is_some());
        assert_eq!(page.count("[autofocus]"), 1);
        let password = page.one("#password");
        assert_eq!(password.attr("aria-describedby"), Some("password-problem"));
        assert_eq!(
            page.count("#password-help"),
            0,
            "the problem says it already"
        );
        assert_eq!(page.one("#birthday").attr("aria-invalid"), None);
    }

    #[test]
    fn what_was_typed_stays_text_and_a_password_is_never_sent_back() {
        let mut flash = refused_flash();
        flash.typed.insert("password".into(), "never".into());
        let page = html(|| view(&flash, true, "/settings".into(), None, &[]));
        assert_eq!(
            page.one("#first_name").attr("value"),
            Some("\"><script>x</script>")
        );
        assert_eq!(page.count("script"), 0);
        assert_eq!(page.one("#password").attr("value"), None);
        assert_eq!(page.text("label[for=invitation]"), "Invitation code");
        assert_eq!(page.one("[name=next]").attr("value"), Some("/settings"));
        assert_eq!(page.count("a[href='/log-in?next=%2Fsettings']"), 1);
    }

    #[test]
    fn the_labels_belong_to_their_fields() {
        let page = html(|| view(&Flash::default(), false, String::new(), None, &[]));
        assert_eq!(page.count("[name=invitation]"), 0, "nobody needs one");
        for field in PROFILE.into_iter().chain(LOG_IN) {
            assert_eq!(
                page.text(&format!("label[for={}]", field.name)),
                field.label
            );
            assert_eq!(
                page.one(&format!("#{}", field.name)).attr("autocomplete"),
                Some(field.autocomplete)
            );
        }
        assert_eq!(page.one("form").attr("action"), Some("/forms/sign-up"));
        assert_eq!(page.count("[aria-invalid]"), 0);
    }
}
