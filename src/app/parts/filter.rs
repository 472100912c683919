//! The filter of a list of transactions, as a URL and as a form.

use leptos::prelude::*;

use super::field::options;
use super::lines;
use super::scripts::{self, File};
use crate::ledger::view::{Choice, Filter, TransactionPage};

/// Returns the URL of a filter.
pub fn address(filter: &Filter) -> String {
    lines::address("/transactions", &named(filter))
}

/// Returns the URL of the same transactions as a CSV file, from the newest on.
pub fn file(filter: &Filter) -> String {
    lines::address("/transactions.csv", &named(&first_page(filter)))
}

/// Returns the address of the same list, to edit several of its transactions at once.
pub fn to_edit(filter: &Filter) -> String {
    lines::address(
        "/transactions",
        &[&named(filter)[..], &[("edit", "yes")]].concat(),
    )
}

/// Returns the filter of a list's first page.
pub fn first_page(filter: &Filter) -> Filter {
    Filter {
        after: String::new(),
        before: String::new(),
        ..filter.clone()
    }
}

fn named(filter: &Filter) -> [(&'static str, &str); 11] {
    [
        ("q", &filter.q),
        ("account", &filter.account),
        ("from", &filter.from),
        ("to", &filter.to),
        ("min", &filter.min),
        ("max", &filter.max),
        ("category", &filter.category),
        ("pending", &filter.pending),
        ("tag", &filter.tag),
        ("after", &filter.after),
        ("before", &filter.before),
    ]
}

/// Reads a filter from a query.
pub fn from_query(query: impl Fn(&str) -> String) -> Filter {
    Filter {
        q: query("q"),
        account: query("account"),
        from: query("from"),
        to: query("to"),
        min: query("min"),
        max: query("max"),
        category: query("category"),
        pending: query("pending"),
        tag: query("tag"),
        after: query("after"),
        before: query("before"),
    }
}

/// Draws the form of a filter, with problems beside their fields.
pub fn form(filter: &Filter, page: &TransactionPage) -> AnyView {
    let pending = [("yes", "Pending"), ("no", "Posted")].map(|(value, label)| Choice {
        value: value.into(),
        label: label.into(),
    });
    let more = [
        &filter.from,
        &filter.to,
        &filter.min,
        &filter.max,
        &filter.pending,
        &filter.tag,
    ];
    let set = more.iter().filter(|value| !value.is_empty()).count();
    let summary = if set == 0 {
        "More filters".into()
    } else {
        format!("More filters ({set})")
    };
    let unread = page.problems.iter().any(|(field, _)| field == "q");
    view! {
        <form class="filter" method="get" action="/transactions" role="search">
            {elsewhere(page)}
            <div class="first">
                <input class="search" type="search" name="q" value=filter.q.clone() aria-label="Search names, descriptions, notes and tags" aria-invalid=unread.then_some("true") aria-describedby=unread.then_some("q-problem") placeholder="Search"/>
                {choose_marked("account", "Account", "All accounts", &filter.account, &page.accounts, page)}
                {choose_marked("category", "Category", "Any category", &filter.category, &page.categories, page)}
                <button class="button" type="submit">"Apply"</button>
            </div>
            <details open=set != 0>
                <summary>{summary}</summary>
                <div class="more">
                    {input("from", "From", "date", &filter.from, page)}
                    {input("to", "To", "date", &filter.to, page)}
                    {input("min", "Min amount", "text", &filter.min, page)}
                    {input("max", "Max amount", "text", &filter.max, page)}
                    <div class="field">
                        <label for="pending">"Status"</label>
                        {choose_marked("pending", "Status", "All", &filter.pending, &pending, page)}
                        {said("pending", page)}
                    </div>
                    {(!page.tags.is_empty() || !filter.tag.is_empty()).then(|| view! {
                        <div class="field">
                            <label for="tag">"Tag"</label>
                            {choose_marked("tag", "Tag", "Any tag", &filter.tag, &page.tags, page)}
                            {said("tag", page)}
                        </div>
                    })}
                </div>
            </details>
            {scripts::file(File::Filter)}
        </form>
    }
    .into_any()
}

/// Draws the problems of fields that have no room for them.
fn elsewhere(page: &TransactionPage) -> AnyView {
    let beside = ["from", "to", "min", "max", "pending", "tag"];
    let problems: Vec<(String, String)> = page
        .problems
        .iter()
        .filter(|(field, _)| !beside.contains(&field.as_str()))
        .cloned()
        .collect();
    problems
        .into_iter()
        .map(|(field, message)| view! { <p class="problem" id=format!("{field}-problem")>{message}</p> })
        .collect_view()
        .into_any()
}

/// Draws the problem of a field, to go below it.
fn said(name: &'static str, page: &TransactionPage) -> Option<AnyView> {
    let problem = page.problems.iter().find(|(field, _)| field == name)?;
    let (message, id) = (problem.1.clone(), format!("{name}-problem"));
    Some(view! { <p class="problem" id=id>{message}</p> }.into_any())
}

fn input(
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: &str,
    page: &TransactionPage,
) -> AnyView {
    let problem = said(name, page);
    // A date input would hide a value that it cannot parse.
    let kind = if problem.is_some() { "text" } else { kind };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type=kind
                value=value.to_owned()
                inputmode=(kind == "text").then_some("decimal")
                aria-invalid=problem.as_ref().map(|_| "true")
                aria-describedby=problem.as_ref().map(|_| format!("{name}-problem"))
            />
            {problem}
        </div>
    }
    .into_any()
}

/// Draws a select whose first option is "any".
pub fn choose(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    chosen: &str,
    choices: &[Choice],
) -> AnyView {
    choice(name, label, any, chosen, choices, false)
}

fn choose_marked(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    chosen: &str,
    choices: &[Choice],
    page: &TransactionPage,
) -> AnyView {
    let wrong = page.problems.iter().any(|(field, _)| field == name);
    choice(name, label, any, chosen, choices, wrong)
}

fn choice(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    chosen: &str,
    choices: &[Choice],
    wrong: bool,
) -> AnyView {
    view! {
        <select
            id=name
            name=name
            aria-label=label
            aria-invalid=wrong.then_some("true")
            aria-describedby=wrong.then(|| format!("{name}-problem"))
        >
            <option value="">{any}</option>
            {options(choices, chosen)}
        </select>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_stands_in_the_url_and_comes_back_from_it() {
        let filter = Filter {
            q: "café & co".into(),
            min: "12.50".into(),
            after: "x=1&y".into(),
            ..Filter::default()
        };
        let url = address(&filter);
        assert_eq!(
            url,
            "/transactions?q=caf%C3%A9+%26+co&min=12.50&after=x%3D1%26y"
        );
        let query = url.split_once('?').expect("a query").1;
        let value = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs
                .find(|(key, _)| key == name)
                .map_or_else(String::new, |(_, v)| v.into_owned())
        };
        assert_eq!(from_query(value), filter);
        assert_eq!(address(&Filter::default()), "/transactions");
    }
}
