//! "Calls": the record of calls to providers, which never contains passwords or keys.

use leptos::prelude::*;

use super::{overseen, top};
use crate::app::pages::query;
use crate::app::parts::filter::choose;
use crate::app::parts::frame::Page;
use crate::app::parts::lines::{address, pages, state};
use crate::app::parts::{copy, figure, rows};
use crate::ledger::view::Choice;
use crate::operator;
use crate::operator::view::{CallFilter, CallLine, Calls};

const PATH: &str = "/admin/calls";

/// Reads the data and draws the page.
pub fn calls() -> AnyView {
    let filter = CallFilter {
        endpoint: query("endpoint"),
        connection: query("connection"),
        failed: query("failed") == "yes",
    };
    let after = query("after");
    overseen(move |ctx, by| async move {
        let found = operator::calls(&ctx, &by, &filter, &after).await?;
        Ok(Page::new("Calls", view(&filter, &after, &found)))
    })
}

/// Draws the page.
pub fn view(filter: &CallFilter, after: &str, found: &Calls) -> AnyView {
    let failed = if filter.failed { "yes" } else { "" };
    let query = [
        ("endpoint", filter.endpoint.as_str()),
        ("connection", &filter.connection),
        ("failed", failed),
    ];
    let choice = |value: &str, label: &str| Choice {
        value: value.into(),
        label: label.into(),
    };
    let endpoints: Vec<Choice> = found
        .endpoints
        .iter()
        .map(|path| choice(path, path))
        .collect();
    let of_one = !filter.connection.is_empty();
    let everybody = address(PATH, &[query[0], query[2]]);
    view! {
        {top("Calls", PATH)}
        <form class="filter" method="get" action=PATH>
            {of_one.then(|| view! { <input type="hidden" name="connection" value=filter.connection.clone()/> })}
            <div class="first">
                {choose("endpoint", "Endpoint", "All endpoints", &filter.endpoint, &endpoints)}
                {choose("failed", "Result", "Any result", failed, &[choice("yes", "Only failed")])}
                <button class="button" type="submit">"Apply"</button>
            </div>
        </form>
        {of_one.then(|| view! { <p><a class="soft" href=everybody>"Show all connections"</a></p> })}
        {if found.calls.lines.is_empty() {
            view! { <p class="empty-list">"No calls yet."</p> }.into_any()
        } else {
            let lines = found.calls.lines.iter().enumerate().map(line);
            view! { <section><ul class="rows">{lines.collect_view()}</ul></section> }.into_any()
        }}
        {pages(PATH, &query, after, found.calls.older.as_deref())}
    }
    .into_any()
}

fn line((at, call): (usize, &CallLine)) -> AnyView {
    let of = address(PATH, &[("connection", &call.connection)]);
    let soft = rows::soft_line(&[&call.endpoint, &call.institution]);
    let known = !call.connection.is_empty();
    view! {
        <li class="line">
            <div class="what">
                <span class="name">{call.words.clone()}</span>
                <span class="soft">{soft}</span>
            </div>
            <div class="what">
                <span>
                    {state(&call.outcome)}
                    {(!call.code.is_empty()).then(|| view! { " " <code class="soft">{call.code.clone()}</code> })}
                </span>
                <span class="soft">
                    {figure::moment(&call.began)} ", took " {call.took.clone()}
                    {(!call.request_id.is_empty()).then(|| view! {
                        ", request " {copy::code(&format!("request-{at}"), &call.request_id, "request ID")}
                    })}
                </span>
            </div>
            <div class="does">
                {known.then(|| view! { <a class="button quiet" href=of>"This connection"</a> })}
            </div>
        </li>
    }
    .into_any()
}
