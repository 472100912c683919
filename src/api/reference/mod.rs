//! The API's description as a page for people, rendered on the server from the OpenAPI document.

mod operation;

use leptos::prelude::*;
use serde_json::Value;

use super::document::about::TOPICS;
use super::error::Kind;
use super::example::text;
use crate::document::document as html_document;

/// The groups of operations, in the order of the page.
const GROUPS: [&str; 6] = [
    "Sign-up and tokens",
    "Accounts and transactions",
    "Banks",
    "Changes and webhooks",
    "Exchange rates",
    "Jobs",
];

/// An operation: its path, its method in lower case, and its description.
type Operation<'a> = (&'a str, &'a str, &'a Value);

/// Renders the page. `here` is the base URL that Passbook was reached at.
pub(super) fn page(document: &Value, stylesheet: &'static str, here: &str) -> String {
    let groups: Vec<_> = groups(document);
    let body = view! {
        <main class="api-description" id="content">
            <p class="back"><a href="/">"Back to Passbook"</a></p>
            <h1 class="title">"API reference"</h1>
            <p>
                "Everything that people see in a browser, for your own programs. For machines: "
                <a href="/api/openapi.json">"OpenAPI 3.1"</a> ", "
                <a href="/api/postman.json">"Postman collection"</a> "."
            </p>
            {contents(&groups)}
            {TOPICS.iter().enumerate().map(|(i, topic)| {
                let start = (i == 0).then(|| first_request(here));
                view! {
                    <h2 id=anchor(topic.heading)>{topic.heading}</h2>
                    {topic.paragraphs.iter().map(|words| view! { <p>{with_code(words)}</p> }).collect_view()}
                    {start}
                }
            }).collect_view()}
            <h2 id="errors">"Errors"</h2>
            <p>
                "Every error is a problem document (RFC 9457) that lists everything that is wrong. These can happen in any \
                 operation, which lists only its own."
            </p>
            <dl class="facts">{Kind::ALL.map(problem)}</dl>
            {groups.iter().map(|(name, operations)| view! {
                <h2 id=group_anchor(name)>{*name}</h2>
                {operations.iter().map(|found| operation::view(document, found)).collect_view()}
            }).collect_view()}
        </main>
    };
    html_document("API", Some(stylesheet), body)
}

/// Renders the links to every topic, group and operation.
fn contents(groups: &[(&'static str, Vec<Operation<'_>>)]) -> AnyView {
    let topics = TOPICS.iter().map(|topic| {
        view! { <li><a href=format!("#{}", anchor(topic.heading))>{topic.heading}</a></li> }
    });
    let groups = groups.iter().map(|(name, operations)| {
        let links = operations.iter().map(|(path, method, about)| {
            let to = format!("#{}", operation::anchor(path, method));
            view! { <li><a href=to>{with_code(&text(&about["summary"]))}</a></li> }
        });
        view! {
            <li>
                <a href=format!("#{}", group_anchor(name))>{*name}</a>
                <ul>{links.collect_view()}</ul>
            </li>
        }
    });
    view! {
        <nav aria-label="Contents">
            <ul>{topics.collect_view()} <li><a href="#errors">"Errors"</a></li></ul>
            <ul class="groups">{groups.collect_view()}</ul>
        </nav>
    }
    .into_any()
}

/// Renders the first request to try, which sets the variables of all others.
fn first_request(here: &str) -> AnyView {
    let command = format!(
        "api={here}/api/v1\nauth=\"Authorization: Bearer pbk_…\"   # an API key or an access token\n\
         curl -s $api/me -H \"$auth\"                 # whose it is"
    );
    view! {
        <p>
            "To try it, create a key in " <a href="/settings/programs">"Settings"</a>
            ". The examples on this page use its two variables:"
        </p>
        <pre tabindex="0"><code>{command}</code></pre>
    }
    .into_any()
}

fn problem(kind: Kind) -> AnyView {
    let id = format!("problem-{}", kind.word());
    let words = format!("{}. {}", kind.title(), kind.advice());
    view! { <dt id=id>{kind.status().as_u16()}</dt><dd>{with_code(&words)}</dd> }.into_any()
}

/// Renders text with its code between backticks.
fn with_code(words: &str) -> Vec<AnyView> {
    let parts = words.split('`').enumerate();
    parts
        .map(|(i, part)| match i % 2 {
            0 => part.to_owned().into_any(),
            _ => view! { <code>{part.to_owned()}</code> }.into_any(),
        })
        .collect()
}

/// Returns the groups with their operations.
fn groups(document: &Value) -> Vec<(&'static str, Vec<Operation<'_>>)> {
    let of = |name: &str| -> Vec<_> {
        each(document)
            .filter(|(_, _, about)| about["tags"][0] == name)
            .collect()
    };
    GROUPS.map(|name| (name, of(name))).into()
}

fn each(document: &Value) -> impl Iterator<Item = Operation<'_>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, about)| (path.as_str(), method.as_str(), about))
    })
}

fn anchor(heading: &str) -> String {
    let words = heading.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").to_ascii_lowercase()
}

/// Returns the id of a group, whose name may be that of a topic too.
fn group_anchor(name: &str) -> String {
    format!("operations-{}", anchor(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_a_title() {
        let document = super::super::description();
        for (path, method, about) in each(&document) {
            let summary = text(&about["summary"]);
            let is_title =
                !summary.is_empty() && !summary.ends_with('.') && !summary.contains(". ");
            assert!(is_title, "{method} {path}: {summary}");
        }
    }

    #[test]
    fn every_operation_is_in_a_group() {
        let document = super::super::description();
        let all = each(&document).count();
        let grouped: usize = groups(&document).iter().map(|(_, of)| of.len()).sum();
        assert_eq!(grouped, all);
        assert!(all > 30, "{all}");
    }
}
