//! "Webhooks": the person's webhooks, and a form to add another.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::flash::Flash;
use crate::app::forms::webhooks::{AddWebhook, LIST};
use crate::app::parts::field::{Field, fields, form_problem};
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::server_functions;
use crate::outgoing_webhooks::EndpointRow;

const FIELDS: [Field; 2] = [
    Field {
        name: "url",
        label: "URL",
        kind: "url",
        autocomplete: "off",
        help: "Like https://example.org/passbook. Passbook sends a small signed message there.",
    },
    Field {
        name: "description",
        label: "Description (optional)",
        kind: "text",
        autocomplete: "off",
        help: "",
    },
];

/// Reads the data and draws the page.
pub fn webhooks() -> AnyView {
    framed(Tab::Settings, |flash| async move {
        let rows = server_functions::webhooks().await?;
        Ok(Page::new("Webhooks", view(&rows, &flash)))
    })
}

/// Draws the page.
pub fn view(rows: &[EndpointRow], flash: &Flash) -> AnyView {
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead">
            <h1 class="title">"Webhooks"</h1>
            <p class="soft">
                "Let your own apps know when your transactions change or a bank needs attention. Messages never contain \
                amounts or names; your app fetches those with an API key."
            </p>
        </div>
        {(!rows.is_empty()).then(|| list(rows))}
        <section class="narrow">
            <h2 class="band-title">"Add a webhook"</h2>
            {form_problem(flash)}
            <form class="form sheet" method="post" action=AddWebhook::url() novalidate>
                {fields(&FIELDS, flash)}
                <button class="button main" type="submit">"Add"</button>
            </form>
        </section>
    }
    .into_any()
}

fn list(rows: &[EndpointRow]) -> AnyView {
    view! { <section><ul class="rows">{rows.iter().map(one).collect_view()}</ul></section> }
        .into_any()
}

fn one(row: &EndpointRow) -> AnyView {
    let name = match row.description.as_str() {
        "" => host(&row.url),
        description => description.to_owned(),
    };
    let standing = match (&row.off_since, &row.last_arrived) {
        (Some(since), _) => format!("turned off {}", since.words),
        (None, Some(last)) => format!("last delivered {}", last.words),
        (None, None) => "nothing sent yet".to_owned(),
    };
    view! {
        <li>
            <a class="row unmarked" href=format!("{LIST}/{}", row.id)>
                <span class="what">
                    <span class="name">{name}</span>
                    <span class="soft">{host(&row.url)} " · " {standing}</span>
                </span>
            </a>
        </li>
    }
    .into_any()
}

/// Returns the host and port of an address.
pub fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_by_its_host() {
        assert_eq!(host("https://example.org/a?b=c"), "example.org");
        assert_eq!(host("https://example.org:8443"), "example.org:8443");
    }
}
