//! One person: what the admin knows of them, suspending them, and deleting them.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::users::{PATH, about};
use crate::app::flash::Flash;
use crate::app::forms::operating::{DeletePerson, SuspendPerson, UnsuspendPerson};
use crate::app::pages::part_of_path;
use crate::app::parts::field::{Field, fields_below, form_problem};
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::lines::state;
use crate::app::visitor;
use crate::operator;
use crate::operator::view::PersonLine;

const EMAIL: [Field; 1] = [Field {
    name: "email",
    label: "The user’s email",
    kind: "email",
    autocomplete: "off",
    help: "Type it to confirm.",
}];

/// Reads the data and draws the page.
pub fn user() -> AnyView {
    let id = part_of_path("id");
    framed(Tab::Operator, move |flash| async move {
        let by = visitor::operator().await?;
        let found = operator::person(&visitor::ctx()?, &by, &id).await?;
        let is_oneself = by.user().id.as_str() == found.id;
        Ok(Page::new(
            found.name.clone(),
            view(&found, is_oneself, &flash),
        ))
    })
}

/// Draws the page. Admins cannot suspend or delete themselves here.
pub fn view(person: &PersonLine, is_oneself: bool, flash: &Flash) -> AnyView {
    let may_act = !is_oneself && !person.leaving;
    view! {
        <p class="back"><a href=PATH>"All users"</a></p>
        <div class="lead">
            <h1 class="title">{person.name.clone()}</h1>
            <p class="soft">{person.email.clone()}</p>
            {person.role.as_ref().map(|role| view! { <p>{state(role)}</p> })}
            {person.standing.as_ref().map(|standing| view! { <p>{state(standing)}</p> })}
            <p class="soft">{about(person)}</p>
        </div>
        {form_problem(flash)}
        {is_oneself.then(|| view! {
            <section class="narrow">
                <p>"This is you. You can delete your account in " <a href="/settings">"Settings"</a> "."</p>
            </section>
        })}
        {may_act.then(|| suspension(person))}
        {may_act.then(|| deletion(person, flash))}
    }
    .into_any()
}

fn suspension(person: &PersonLine) -> AnyView {
    let fields = || view! { <input type="hidden" name="person" value=person.id.clone()/> };
    let form = match person.suspended {
        true => view! {
            <form class="sheet" method="post" action=UnsuspendPerson::url()>
                {fields()}
                <p>"They can log in again, their API keys work again, and their banks are synced again."</p>
                <p class="actions"><button class="button" type="submit">"End suspension"</button></p>
            </form>
        }
        .into_any(),
        false => view! {
            <form class="sheet" method="post" action=SuspendPerson::url()>
                {fields()}
                <p>
                    "They’re logged out everywhere and can’t log in. Their API keys and apps are refused, and their \
                    banks aren’t synced. Nothing is deleted."
                </p>
                <p class="actions"><button class="button" type="submit">"Suspend"</button></p>
            </form>
        }
        .into_any(),
    };
    view! {
        <section class="narrow">
            <h2 class="band-title">"Suspend"</h2>
            {form}
        </section>
    }
    .into_any()
}

fn deletion(person: &PersonLine, flash: &Flash) -> AnyView {
    view! {
        <section class="narrow">
            <h2 class="band-title">"Delete"</h2>
            <form class="sheet form" method="post" action=DeletePerson::url() novalidate>
                <input type="hidden" name="person" value=person.id.clone()/>
                <p>
                    "Passbook unlinks all their banks, then deletes everything of theirs for good. This can’t be undone."
                </p>
                {fields_below(&EMAIL, flash)}
                <p class="actions"><button class="button danger" type="submit">"Delete this user"</button></p>
            </form>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented::admin::person;

    #[test]
    fn what_can_be_done_depends_on_the_person() {
        let flash = Flash::default();
        let forms = |person: &PersonLine, is_oneself: bool| {
            let page = html(|| view(person, is_oneself, &flash));
            ["suspend", "unsuspend", "delete-person"]
                .map(|form| page.count(&format!("form[action='/forms/admin/{form}']")))
        };
        let active = person(crate::operator::view::Tone::Plain);
        assert_eq!(forms(&active, false), [1, 0, 1]);
        assert_eq!(forms(&active, true), [0, 0, 0]);
        let suspended = PersonLine {
            suspended: true,
            ..active.clone()
        };
        assert_eq!(forms(&suspended, false), [0, 1, 1]);
        let leaving = PersonLine {
            leaving: true,
            ..active
        };
        assert_eq!(forms(&leaving, false), [0, 0, 0]);
    }
}
