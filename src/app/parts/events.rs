//! What happened or was asked, by day: each day a thin band, its entries beneath with the time beside them.

use leptos::prelude::*;

use super::figure;
use crate::ledger::proof::view::DayOf;

/// Entries by day, each drawn by `entry`.
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

/// The ways to the newest page and to the next older one.
pub fn pages(newest: Option<String>, older: Option<String>) -> AnyView {
    view! {
        <nav class="pages" aria-label="Pages">
            {newest.map(|href| view! { <a class="button" href=href>"First page"</a> })}
            {older.map(|href| view! { <a class="button older" href=href rel="next">"Older"</a> })}
        </nav>
    }
    .into_any()
}
