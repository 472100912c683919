//! "Users": the people who have signed up, never their money.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::{overseen, top};
use crate::app::forms::operating::EndSessions;
use crate::app::pages::query;
use crate::app::parts::frame::Page;
use crate::app::parts::lines::{address, pages, state};
use crate::app::parts::{figure, rows};
use crate::operator;
use crate::operator::view::{Lines, PersonLine};

pub(super) const PATH: &str = "/admin/users";

/// Reads the data and draws the page.
pub fn users() -> AnyView {
    let after = query("after");
    overseen(|ctx, by| async move {
        let found = operator::people(&ctx, &by, &after).await?;
        Ok(Page::new("Users", view(&after, &found)))
    })
}

/// Draws the page.
pub fn view(after: &str, found: &Lines<PersonLine>) -> AnyView {
    let back = address(PATH, &[("after", after)]);
    view! {
        {top("Users", PATH)}
        <section>
            <p class="soft before">
                "“Log out everywhere” ends all of a user’s browser sessions, app tokens and API keys. Webhooks keep working."
            </p>
            <ul class="rows">{found.lines.iter().map(|person| line(person, &back)).collect_view()}</ul>
        </section>
        {pages(PATH, &[], after, found.older.as_deref())}
    }
    .into_any()
}

fn line(person: &PersonLine, back: &str) -> AnyView {
    view! {
        <li class="line">
            <div class="what">
                <a class="name" href=format!("{PATH}/{}", person.id)>{person.name.clone()}</a>
                <span class="soft">{person.email.clone()}</span>
                {person.role.as_ref().map(state)}
                {person.standing.as_ref().map(state)}
            </div>
            <div class="what">{about(person)}</div>
            <div class="does">{(!person.access.is_empty()).then(|| end_sessions(person, back))}</div>
        </li>
    }
    .into_any()
}

/// Draws when a person joined and was last seen, and what they have.
pub(super) fn about(person: &PersonLine) -> AnyView {
    let access = match person.access.as_str() {
        "" => String::new(),
        access => format!("access: {access}"),
    };
    let soft = rows::soft_line(&[&person.connections, &access]);
    view! {
        <span class="soft">
            "joined " {figure::moment(&person.since)}
            {person.seen.as_ref().map(|seen| view! { ", last seen " {figure::moment(seen)} })}
        </span>
        " "
        <span class="soft">{soft}</span>
    }
    .into_any()
}

fn end_sessions(person: &PersonLine, back: &str) -> AnyView {
    view! {
        <form method="post" action=EndSessions::url()>
            <input type="hidden" name="person" value=person.id.clone()/>
            <input type="hidden" name="back" value=back.to_owned()/>
            <button class="button quiet" type="submit">
                "Log out everywhere" <span class="hidden">" " {person.email.clone()}</span>
            </button>
        </form>
    }
    .into_any()
}
