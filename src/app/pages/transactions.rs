//! "Transactions": the list of all, filtered by the URL.

use leptos::prelude::*;

use super::{bulk_edit, query};
use crate::app::parts::actions;
use crate::app::parts::events;
use crate::app::parts::filter::{address, file, first_page, form, from_query, to_edit};
use crate::app::parts::filter_links;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::rows;
use crate::app::server_functions;
use crate::ledger::view::{Filter, TransactionPage};

/// Reads the data and draws the page.
pub fn transactions() -> AnyView {
    let (filter, edits) = (from_query(query), query("edit") == "yes");
    framed(Tab::Transactions, move |flash| async move {
        let page = server_functions::transactions(filter.clone()).await?;
        let view = match edits && !page.days.is_empty() {
            true => bulk_edit::view(&filter, &page, &flash),
            false => view(&filter, &page),
        };
        Ok(Page::new("Transactions", view))
    })
}

/// Draws the page.
pub fn view(filter: &Filter, page: &TransactionPage) -> AnyView {
    view! {
        <div class="top">
            <h1>"Transactions"</h1>
            {(!page.days.is_empty()).then(|| view! {
                <div class="actions">
                    <a class="button quiet" href=to_edit(filter)>"Edit several"</a>
                    <a class="button quiet" href=file(filter) download>"Download CSV"</a>
                </div>
            })}
        </div>
        {page.any_connection.then(|| view! {
            {form(filter, page)}
            {filter_links::ranges(filter, &page.ranges)}
            {filter_links::active(filter, page)}
        })}
        {filter_links::printed(filter, page)}
        {list(filter, page)}
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
            ..first_page(filter)
        })
    });
    let newer = page.newer.clone().map(|before| {
        address(&Filter {
            before,
            ..first_page(filter)
        })
    });
    let newest = newer.as_ref().map(|_| address(&first_page(filter)));
    view! {
        {page.totals.as_ref().map(filter_links::totals)}
        {rows::days(&page.days, &address(filter))}
        {events::pages_both_ways(newest, newer, older)}
    }
    .into_any()
}

fn nothing(filter: &Filter, page: &TransactionPage) -> AnyView {
    let clear = || view! { <a class="button" href="/transactions">"Clear filters"</a> };
    if !page.any_connection {
        view! {
            <div class="empty">
                <h2 class="title">"No transactions yet"</h2>
                <p>"Link a bank and up to two years of transactions will appear here."</p>
                {actions::new_bank("Link a bank", "button main")}
            </div>
        }
        .into_any()
    } else if !page.problems.is_empty() {
        view! {
            <div class="empty" role="alert">
                <p>"Fix the highlighted filters to see results."</p>
                {clear()}
            </div>
        }
        .into_any()
    } else if *filter == Filter::default() {
        view! {
            <div class="empty">
                <h2 class="title">"No transactions yet"</h2>
                <p>"Your banks haven’t sent any yet. They’ll appear here as soon as they do."</p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="empty">
                <h2 class="title">"No matches"</h2>
                <p>"Try fewer filters or different words."</p>
                {clear()}
            </div>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn older_keeps_the_filter_and_newest_drops_the_place() {
        let filter = Filter {
            q: "coffee".into(),
            after: "here".into(),
            ..Filter::default()
        };
        let page = TransactionPage {
            newer: Some("2026-11-20.01arz".into()),
            ..invented::transactions()
        };
        let page = html(|| view(&filter, &page));
        assert_eq!(
            page.one("a[rel=next]").attr("href"),
            Some("/transactions?q=coffee&after=2026-11-18.01arz")
        );
        assert_eq!(
            page.one("a[rel=prev]").attr("href"),
            Some("/transactions?q=coffee&before=2026-11-20.01arz")
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
        let problems = vec![(
            "from".to_owned(),
            "Enter a date like 2026-11-01.".to_owned(),
        )];
        let page = TransactionPage {
            days: Vec::new(),
            problems,
            ..invented::transactions()
        };
        let page = html(|| view(&filter, &page));
        let field = page.one("#from");
        assert_eq!(
            (field.attr("value"), field.attr("type")),
            (Some("2026-13-40"), Some("text"))
        );
        assert_eq!(field.attr("aria-invalid"), Some("true"));
        assert_eq!(page.text("#from-problem"), "Enter a date like 2026-11-01.");
        assert!(page.one("details").attr("open").is_some());
    }

    #[test]
    fn days_and_months_have_their_sums() {
        let page = html(|| view(&Filter::default(), &invented::transactions()));
        assert_eq!((page.count(".band"), page.count(".band .sum")), (2, 3));
        assert_eq!(page.count("h2.month"), 1);
        assert!(page.text(".totals").starts_with("5 transactions"));
        assert_eq!(page.text(".row .money.in"), "+$3,250.00");
    }

    #[test]
    fn somebody_without_a_bank_is_not_asked_to_search() {
        let page = TransactionPage {
            days: Vec::new(),
            older: None,
            any_connection: false,
            ..invented::transactions()
        };
        let page = html(|| view(&Filter::default(), &page));
        assert_eq!(
            (
                page.count("form.filter"),
                page.count("a[href^='/link/new']")
            ),
            (0, 1)
        );
    }
}
