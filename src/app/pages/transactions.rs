//! "Transactions": all of them, searched and narrowed by what stands in the URL.

use leptos::prelude::*;

use super::query;
use crate::app::data;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::{actions, rows};
use crate::ledger::view::{Choice, Filter, TransactionPage};

/// The page.
pub fn transactions() -> AnyView {
    let filter = from_query(query);
    framed(Tab::Transactions, |_| async move {
        let page = data::transactions(filter.clone()).await?;
        Ok(Page::new("Transactions", drawn(&filter, &page)))
    })
}

/// The page of what was read.
pub fn drawn(filter: &Filter, page: &TransactionPage) -> AnyView {
    view! {
        <h1>"Transactions"</h1>
        {page.any_connection.then(|| form(filter, page))}
        {list(filter, page)}
    }
    .into_any()
}

/// The URL of a filter.
pub fn address(filter: &Filter) -> String {
    let mut url = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in named(filter)
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
    {
        url.append_pair(name, value);
    }
    match url.finish().as_str() {
        "" => "/transactions".to_owned(),
        query => format!("/transactions?{query}"),
    }
}

fn named(filter: &Filter) -> [(&'static str, &str); 9] {
    [
        ("q", &filter.q),
        ("account", &filter.account),
        ("from", &filter.from),
        ("to", &filter.to),
        ("min", &filter.min),
        ("max", &filter.max),
        ("category", &filter.category),
        ("pending", &filter.pending),
        ("after", &filter.after),
    ]
}

fn from_query(query: impl Fn(&str) -> String) -> Filter {
    Filter {
        q: query("q"),
        account: query("account"),
        from: query("from"),
        to: query("to"),
        min: query("min"),
        max: query("max"),
        category: query("category"),
        pending: query("pending"),
        after: query("after"),
    }
}

fn form(filter: &Filter, page: &TransactionPage) -> AnyView {
    let pending = [("yes", "Pending only"), ("no", "Settled only")].map(|(value, label)| Choice {
        value: value.into(),
        label: label.into(),
    });
    let more = [
        &filter.from,
        &filter.to,
        &filter.min,
        &filter.max,
        &filter.pending,
    ];
    let set = more.iter().filter(|value| !value.is_empty()).count();
    let summary = if set == 0 {
        "More filters".into()
    } else {
        format!("More filters ({set})")
    };
    view! {
        <form class="filter" method="get" action="/transactions" role="search">
            <div class="first">
                <input class="search" type="search" name="q" value=filter.q.clone() aria-label="Search merchant or description" placeholder="Search"/>
                {choose("account", "Account", "All accounts", &filter.account, &page.accounts)}
                {choose("category", "Category", "Any category", &filter.category, &page.categories)}
                <button class="button" type="submit">"Search"</button>
            </div>
            <details open=set != 0>
                <summary>{summary}</summary>
                <div class="more">
                    {input("from", "From", "date", &filter.from, page)}
                    {input("to", "To", "date", &filter.to, page)}
                    {input("min", "Least amount", "text", &filter.min, page)}
                    {input("max", "Greatest amount", "text", &filter.max, page)}
                    <div class="field">
                        <label for="pending">"Pending"</label>
                        {choose("pending", "Pending", "Pending and settled", &filter.pending, &pending)}
                    </div>
                </div>
            </details>
        </form>
    }
    .into_any()
}

fn input(
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: &str,
    page: &TransactionPage,
) -> AnyView {
    let problem = page.problems.iter().find(|(field, _)| field == name);
    let problem = problem.map(|(_, message)| message.clone());
    let id = format!("{name}-problem");
    // A date field would hide what it cannot read.
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
                aria-describedby=problem.as_ref().map(|_| id.clone())
            />
            {problem.map(|message| view! { <p class="problem" id=id>{message}</p> })}
        </div>
    }
    .into_any()
}

fn choose(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    chosen: &str,
    choices: &[Choice],
) -> AnyView {
    let option = |choice: &Choice| {
        let selected = choice.value == chosen;
        view! { <option value=choice.value.clone() selected=selected>{choice.label.clone()}</option> }
    };
    view! {
        <select id=name name=name aria-label=label>
            <option value="">{any}</option>
            {choices.iter().map(option).collect_view()}
        </select>
    }
    .into_any()
}

fn list(filter: &Filter, page: &TransactionPage) -> AnyView {
    if page.days.is_empty() {
        return nothing(filter, page);
    }
    let older = page.older.clone().map(|after| {
        address(&Filter {
            after,
            ..filter.clone()
        })
    });
    let newest = (!page.newest).then(|| {
        address(&Filter {
            after: String::new(),
            ..filter.clone()
        })
    });
    view! {
        {rows::days(&page.days)}
        <nav class="pages" aria-label="Pages">
            {newest.map(|href| view! { <a class="button" href=href>"Newest"</a> })}
            {older.map(|href| view! { <a class="button older" href=href rel="next">"Older"</a> })}
        </nav>
    }
    .into_any()
}

fn nothing(filter: &Filter, page: &TransactionPage) -> AnyView {
    let clear = || view! { <a class="button" href="/transactions">"Clear filters"</a> };
    if !page.any_connection {
        view! {
            <div class="empty">
                <h2 class="title">"No transactions yet"</h2>
                <p>"Link a bank, and two years of its transactions will stand here, by day and searchable."</p>
                {actions::link("Link a bank", "new".into(), "button main")}
            </div>
        }
        .into_any()
    } else if !page.problems.is_empty() {
        view! {
            <div class="empty" role="alert">
                <p>"Nothing is shown until the filters can be read. See what is marked above."</p>
                {clear()}
            </div>
        }
        .into_any()
    } else if *filter == Filter::default() {
        view! {
            <div class="empty">
                <h2 class="title">"No transactions yet"</h2>
                <p>"Your banks have not sent any so far. They appear here as soon as they do."</p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="empty">
                <h2 class="title">"Nothing fits"</h2>
                <p>"No transaction fits what you are looking for."</p>
                {clear()}
            </div>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::invented;
    use crate::app::parts::drawn::html;

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

    #[test]
    fn older_keeps_the_filter_and_newest_drops_the_place() {
        let filter = Filter {
            q: "coffee".into(),
            after: "here".into(),
            ..Filter::default()
        };
        let page = TransactionPage {
            newest: false,
            ..invented::transactions()
        };
        let page = html(|| drawn(&filter, &page));
        assert_eq!(
            page.one("a[rel=next]").attr("href"),
            Some("/transactions?q=coffee&after=2026-11-18.01arz")
        );
        assert_eq!(
            page.one(".pages a:not([rel])").attr("href"),
            Some("/transactions?q=coffee")
        );
    }

    #[test]
    fn what_cannot_be_read_is_kept_and_marked() {
        let filter = Filter {
            from: "2026-13-40".into(),
            ..Filter::default()
        };
        let problems = vec![("from".to_owned(), "Enter a day like 2026-11-01.".to_owned())];
        let page = TransactionPage {
            days: Vec::new(),
            problems,
            ..invented::transactions()
        };
        let page = html(|| drawn(&filter, &page));
        let field = page.one("#from");
        assert_eq!(
            (field.attr("value"), field.attr("type")),
            (Some("2026-13-40"), Some("text"))
        );
        assert_eq!(field.attr("aria-invalid"), Some("true"));
        assert_eq!(page.text("#from-problem"), "Enter a day like 2026-11-01.");
        assert!(page.one("details").attr("open").is_some());
    }

    #[test]
    fn days_of_two_currencies_have_no_sum() {
        let page = html(|| drawn(&Filter::default(), &invented::transactions()));
        assert_eq!((page.count(".band"), page.count(".band .sum")), (2, 1));
        assert_eq!(page.text(".money.in"), "+$3,250.00");
    }

    #[test]
    fn somebody_without_a_bank_is_not_asked_to_search() {
        let page = TransactionPage {
            days: Vec::new(),
            older: None,
            any_connection: false,
            ..invented::transactions()
        };
        let page = html(|| drawn(&Filter::default(), &page));
        assert_eq!(
            (page.count("form.filter"), page.count("[name=purpose]")),
            (0, 1)
        );
    }
}
