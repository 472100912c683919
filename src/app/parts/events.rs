//! Lists of activity or calls by day: a thin band for each day, with its entries and their times below.

use leptos::prelude::*;

use super::figure;
use crate::ledger::history::view::DayOf;

/// Draws entries by day, each with `entry`.
pub fn days<T>(days: &[DayOf<T>], entry: impl Fn(&T) -> AnyView) -> AnyView {
    let entry = &entry;
    let day = |day: &DayOf<T>| {
        let entries = day.entries.iter().map(|dated| {
            view! {
                <li class="event">
                    <span class="soft">{figure::moment(&dated.at)}</span>
                    <div class="what">{entry(&dated.entry)}</div>
                </li>
            }
        });
        view! {
            <section>
                <h2 class="band"><time datetime=day.date.clone()>{day.label.clone()}</time></h2>
                <ul class="rows">{entries.collect_view()}</ul>
            </section>
        }
    };
    view! { <div class="days">{days.iter().map(day).collect_view()}</div> }.into_any()
}

/// Links to the first page and to the next older one.
pub fn pages(newest: Option<String>, older: Option<String>) -> AnyView {
    pages_both_ways(newest, None, older)
}

/// Links to the first page, to the next newer one and to the next older one.
pub fn pages_both_ways(
    newest: Option<String>,
    newer: Option<String>,
    older: Option<String>,
) -> AnyView {
    view! {
        <nav class="pages" aria-label="Pages">
            {newest.map(|href| view! { <a class="button" href=href>"First page"</a> })}
            {newer.map(|href| view! { <a class="button" href=href rel="prev">"Newer"</a> })}
            {older.map(|href| view! { <a class="button older" href=href rel="next">"Older"</a> })}
        </nav>
    }
    .into_any()
}
