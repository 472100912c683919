//! "Name and email": the form for the person's names.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::sign_up::{FIRST_NAME, LAST_NAME, USER_NAME};
use super::transaction::facts;
use crate::app::flash::Flash;
use crate::app::forms::profile::SaveNames;
use crate::app::parts::field::{fields, form_problem};
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;
use domain::user::{User, UserName};

/// Reads the data and draws the page.
pub fn profile() -> AnyView {
    framed(Tab::Settings, |flash| async move {
        let user = visitor::user().await?;
        Ok(Page::new("Name and email", view(&user, flash)))
    })
}

/// Draws the form with the person's names, or with the values and problems of a rejected one.
pub fn view(user: &User, flash: Flash) -> AnyView {
    let flash = filled_in(user, flash);
    let email = [("Email".to_owned(), user.email.as_str().to_owned())];
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead"><h1 class="title">"Name and email"</h1></div>
        <section class="narrow">
            {form_problem(&flash)}
            <form class="sheet form" method="post" action=SaveNames::url() novalidate>
                {fields(&[FIRST_NAME, LAST_NAME, USER_NAME], &flash)}
                <button class="button main" type="submit">"Save"</button>
            </form>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Email"</h2>
            {facts(&email)}
        </section>
    }
    .into_any()
}

/// Fills in what is known of the person, unless the form was rejected.
fn filled_in(user: &User, mut flash: Flash) -> Flash {
    if flash.problems.is_empty() {
        let user_name = user.user_name.as_ref().map_or("", UserName::as_str);
        flash.typed = [
            ("first_name", user.first_name.as_str()),
            ("last_name", user.last_name.as_str()),
            ("user_name", user_name),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    }
    flash
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;
    use crate::auth::FieldProblem;

    #[test]
    fn the_names_are_filled_in_and_the_email_is_no_field() {
        let page = html(|| view(&invented::person(), Flash::default()));
        for (field, value) in [
            ("first_name", "Ada"),
            ("last_name", "Byron"),
            ("user_name", ""),
        ] {
            let input = page.one(&format!("#{field}"));
            assert_eq!(input.attr("value"), Some(value), "{field}");
        }
        assert_eq!(page.text("dl.facts dd"), "ada@example.org");
        assert_eq!(page.count("[name=email]"), 0);
    }

    #[test]
    fn what_was_refused_comes_back_as_it_was_typed() {
        let problems = vec![FieldProblem::new("last_name", "Enter a name.")];
        let typed = [("first_name", "\"><script>x</script>"), ("last_name", "")];
        let flash = Flash::for_refused_form(&typed, problems);
        let page = html(|| view(&invented::person(), flash));
        assert_eq!(page.one("#last_name").attr("value"), Some(""));
        assert_eq!(page.text("#last_name-problem"), "Enter a name.");
        assert_eq!(page.count("script"), 0);
    }
}
