//! "Activity": the activity log, by day.

use leptos::prelude::*;

use super::query;
use crate::app::parts::events;
use crate::app::parts::filter::choose;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::server_functions;
use crate::ledger::history::view::{ActivityEntry, ActivityFilter, ActivityPage};

/// Reads the data and draws the page.
pub fn activity() -> AnyView {
    let filter = ActivityFilter {
        bank: query("bank"),
        after: query("after"),
    };
    framed(Tab::Settings, |_| async move {
        let page = server_functions::activity(filter.clone()).await?;
        Ok(Page::new("Activity", view(&filter, &page)))
    })
}

/// Draws the page.
pub fn view(filter: &ActivityFilter, page: &ActivityPage) -> AnyView {
    let narrowed = !filter.bank.is_empty();
    let newest = (!page.newest || narrowed && page.problem.is_some()).then(|| address("", ""));
    let older = page.older.as_ref();
    let older = older.map(|after| address(&filter.bank, after));
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead">
            <h1 class="title">"Activity"</h1>
            <p class="soft">"Your log-ins, banks and sync results of the last two years."</p>
        </div>
        {(!page.banks.is_empty()).then(|| view! {
            <form class="filter" method="get" action="/activity">
                <div class="first">
                    {choose("bank", "Bank", "All activity", &filter.bank, &page.banks)}
                    <button class="button" type="submit">"Apply"</button>
                </div>
            </form>
        })}
        {page.problem.clone().map(|problem| view! { <p class="problem" role="alert">{problem}</p> })}
        {if page.days.is_empty() {
            view! { <p class="empty-list">"No activity yet."</p> }.into_any()
        } else {
            events::days(&page.days, entry)
        }}
        {events::pages(newest, older)}
    }
    .into_any()
}

/// Returns the address of the page that begins after an entry.
fn address(bank: &str, after: &str) -> String {
    let mut url = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("bank", bank), ("after", after)] {
        if !value.is_empty() {
            url.append_pair(name, value);
        }
    }
    match url.finish().as_str() {
        "" => "/activity".to_owned(),
        query => format!("/activity?{query}"),
    }
}

fn entry(entry: &ActivityEntry) -> AnyView {
    let class = if entry.wrong { "name problem" } else { "name" };
    view! {
        <span class=class>{entry.sentence.clone()}</span>
        {(!entry.detail.is_empty()).then(|| view! { <span class="soft">{entry.detail.clone()}</span> })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn older_keeps_the_bank_and_newest_drops_the_place() {
        let filter = ActivityFilter {
            bank: "b1".into(),
            after: "9".into(),
        };
        let page = html(|| view(&filter, &invented::activity()));
        assert_eq!(
            page.one("a[rel=next]").attr("href"),
            Some("/activity?bank=b1&after=7")
        );
        assert_eq!(page.count(".band"), 2);
        assert_eq!(page.count(".name.problem"), 1);
        assert_eq!(page.one("option[selected]").attr("value"), Some("b1"));
    }
}
