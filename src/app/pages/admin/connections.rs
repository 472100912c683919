//! "Connections": the state of all connections, never their data.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::{overseen, top};
use crate::app::forms::operating::OperatorSync;
use crate::app::pages::query;
use crate::app::parts::frame::Page;
use crate::app::parts::lines::{address, pages, sections, state};
use crate::app::parts::{figure, rows};
use crate::operator;
use crate::operator::view::{ConnectionLine, Lines};

const PATH: &str = "/admin/connections";
const TROUBLE: &str = "/admin/connections?show=trouble";

/// Reads the data and draws the page.
pub fn connections() -> AnyView {
    let (trouble, after) = (query("show") == "trouble", query("after"));
    overseen(move |ctx, by| async move {
        let found = operator::connections(&ctx, &by, trouble, &after).await?;
        Ok(Page::new("Connections", view(trouble, &after, &found)))
    })
}

/// Draws the page.
pub fn view(trouble: bool, after: &str, found: &Lines<ConnectionLine>) -> AnyView {
    let show = [("show", if trouble { "trouble" } else { "" })];
    let back = address(PATH, &[show[0], ("after", after)]);
    let here = if trouble { TROUBLE } else { PATH };
    let choices = [(PATH, "All"), (TROUBLE, "Needs attention")];
    let nothing = if trouble {
        "All connections are working."
    } else {
        "No banks linked yet."
    };
    view! {
        {top("Connections", PATH)}
        {sections("Which connections", "sections narrower", &choices, here)}
        {if found.lines.is_empty() {
            view! { <p class="empty-list">{nothing}</p> }.into_any()
        } else {
            let lines = found.lines.iter().map(|connection| line(connection, &back));
            view! { <section><ul class="rows">{lines.collect_view()}</ul></section> }.into_any()
        }}
        {pages(PATH, &show, after, found.older.as_deref())}
    }
    .into_any()
}

fn line(connection: &ConnectionLine, back: &str) -> AnyView {
    let webhooks = address("/admin/webhooks", &[("connection", &connection.id)]);
    view! {
        <li class="line">
            <div class="who">
                {rows::mark(&connection.mark)}
                <div class="what">
                    <span class="name">{connection.institution.clone()}</span>
                    <span class="soft">{connection.owner.clone()}</span>
                </div>
            </div>
            <div class="what">
                {state(&connection.state)}
                <span class="soft">
                    {match &connection.synced {
                        Some(when) => view! { "synced " {figure::moment(when)} }.into_any(),
                        None => "not synced yet".into_any(),
                    }}
                    {connection.next.as_ref().map(|when| view! { ", next " {figure::moment(when)} })}
                </span>
            </div>
            <div class="does">
                {connection.can_sync.then(|| sync(connection, back))}
                <a class="button quiet" href=webhooks>
                    "Webhooks" <span class="hidden">" for " {connection.institution.clone()}</span>
                </a>
            </div>
            {connection.problem.as_ref().map(|problem| view! {
                <p class="trouble">
                    {problem.clone()}
                    {connection.reference.clone().map(|text| view! { <span class="reference">{text}</span> })}
                </p>
            })}
        </li>
    }
    .into_any()
}

fn sync(connection: &ConnectionLine, back: &str) -> AnyView {
    view! {
        <form method="post" action=OperatorSync::url()>
            <input type="hidden" name="connection" value=connection.id.clone()/>
            <input type="hidden" name="back" value=back.to_owned()/>
            <button class="button quiet" type="submit">
                "Sync now" <span class="hidden">" " {connection.institution.clone()}</span>
            </button>
        </form>
    }
    .into_any()
}
