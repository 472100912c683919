//! "Rate history": the stored rates of a pair.

use leptos::prelude::*;

use super::live_rates::{made_up, nothing_here, off};
use super::query;
use crate::app::parts::frame::{Page, Tab, open};
use crate::app::parts::rates::{HISTORY, LIVE, in_address, pairs};
use crate::app::parts::{chart, lines};
use crate::app::rates::{HistoryFilter, RANGES, RateHistory, RateRow};
use crate::app::server_functions;
use crate::app::visitor;
use crate::rates;

/// Reads the data and draws the page.
pub fn rate_history() -> AnyView {
    let filter = HistoryFilter {
        pair: query("pair"),
        range: query("range"),
        from: query("from"),
        to: query("to"),
        page: query("page"),
    };
    open(Tab::Overview, |person| async move {
        if !rates::is_on(&visitor::ctx()?) {
            return Ok(Page::new("Rate history", nothing_here(off(person))));
        }
        let found = server_functions::rate_history(filter.clone()).await?;
        let title = format!("{} history", found.pair);
        Ok(Page::new(title, view(&filter, &found)))
    })
}

/// Draws the page.
pub fn view(filter: &HistoryFilter, found: &RateHistory) -> AnyView {
    let pair = in_address(&found.pair);
    let live = lines::address(LIVE, &[("pair", &pair)]);
    let kept = [
        ("range", filter.range.as_str()),
        ("from", &filter.from),
        ("to", &filter.to),
    ];
    view! {
        <p class="back"><a href=live>{format!("{} now", found.pair)}</a></p>
        <div class="lead"><h1 class="title">{format!("{} history", found.pair)}</h1></div>
        {pairs(HISTORY, &found.pairs, &found.pair, &kept)}
        {ranges(&pair, found)}
        {form(&pair, filter, found)}
        {results(filter, found)}
        {found.made_up.then(made_up)}
    }
    .into_any()
}

fn ranges(pair: &str, found: &RateHistory) -> AnyView {
    let entry = |(word, name): (&str, &'static str)| {
        let href = lines::address(HISTORY, &[("pair", pair), ("range", word)]);
        let current = (found.range.as_deref() == Some(word)).then_some("true");
        view! { <li><a href=href aria-current=current>{name}</a></li> }
    };
    view! {
        <nav class="sections ranges" aria-label="Range"><ul>{RANGES.map(entry)}</ul></nav>
    }
    .into_any()
}

/// Draws the form for a span of days.
fn form(pair: &str, filter: &HistoryFilter, found: &RateHistory) -> AnyView {
    let elsewhere = |field: &str| said(field, found);
    view! {
        <form class="filter days-between" method="get" action=HISTORY>
            {elsewhere("pair")}
            {elsewhere("range")}
            <input type="hidden" name="pair" value=pair.to_owned()/>
            <div class="more">
                {day("from", "From", &filter.from, found)}
                {day("to", "To", &filter.to, found)}
                <button class="button" type="submit">"Apply"</button>
            </div>
        </form>
    }
    .into_any()
}

fn day(name: &'static str, label: &'static str, value: &str, found: &RateHistory) -> AnyView {
    let problem = said(name, found);
    // A date input would hide a value that it cannot parse.
    let kind = if problem.is_some() { "text" } else { "date" };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type=kind
                value=value.to_owned()
                aria-invalid=problem.as_ref().map(|_| "true")
                aria-describedby=problem.as_ref().map(|_| format!("{name}-problem"))
            />
            {problem}
        </div>
    }
    .into_any()
}

fn said(field: &str, found: &RateHistory) -> Option<AnyView> {
    let (_, words) = found.problems.iter().find(|(name, _)| name == field)?;
    let (id, words) = (format!("{field}-problem"), words.clone());
    Some(view! { <p class="problem" id=id role="alert">{words}</p> }.into_any())
}

fn results(filter: &HistoryFilter, found: &RateHistory) -> AnyView {
    if found.problems.iter().any(|(field, _)| field != "page") {
        return view! { <p class="empty-list">"Fix the highlighted fields to see rates."</p> }
            .into_any();
    }
    let what = format!("{} over time", found.pair);
    let line = found
        .line
        .as_ref()
        .map(|line| chart::chart_view("chart-rate", &what, line, "tall"));
    let list = match found.rows.as_slice() {
        [] if said("page", found).is_some() => said("page", found).into_any(),
        [] => view! { <p class="empty-list">"No rates for this period."</p> }.into_any(),
        rows => table(rows, found),
    };
    view! {
        {line}
        {list}
        {pages(filter, found)}
    }
    .into_any()
}

fn table(rows: &[RateRow], found: &RateHistory) -> AnyView {
    let heads = [
        format!("Time ({})", found.zone),
        "Rate".into(),
        "Bid".into(),
        "Ask".into(),
        "Source".into(),
    ];
    let label = format!("{} rates, newest first", found.pair);
    view! {
        <div class="rates" tabindex="0" role="region" aria-label=label.clone()>
            <table role="table">
                <caption class="hidden">{label.clone()}</caption>
                <thead role="rowgroup">
                    <tr role="row">{heads.map(|head| view! { <th scope="col" role="columnheader">{head}</th> })}</tr>
                </thead>
                <tbody role="rowgroup">{rows.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Draws a row. The roles are explicit because on phones the stylesheet stacks the cells, which removes them in
/// browsers.
fn row(row: &RateRow) -> AnyView {
    let figure = |figure: &Option<String>| figure.clone().unwrap_or_else(|| "–".to_owned());
    let of = row
        .of
        .clone()
        .map(|of| view! { <span class="soft">{format!("rate from {of}")}</span> });
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <time datetime=row.exact.clone()>{row.moment.clone()}</time>
                {of}
            </th>
            <td role="cell">{row.rate.clone()}</td>
            <td role="cell" data-head="Bid">{figure(&row.bid)}</td>
            <td role="cell" data-head="Ask">{figure(&row.ask)}</td>
            <td role="cell" class="source" data-head="Source">{row.source.clone()}</td>
        </tr>
    }
    .into_any()
}

/// Draws links to other pages; from a page that does not exist, only to those that do.
fn pages(filter: &HistoryFilter, found: &RateHistory) -> Option<AnyView> {
    let (here, last) = (found.page, found.pages);
    if last == 0 || (last == 1 && here == 1 && found.problems.is_empty()) {
        return None;
    }
    let lost = !found.problems.is_empty();
    let way = |number: u32, words: &'static str, rel: Option<&'static str>| {
        view! { <a class="button" href=address(filter, number) rel=rel>{words}</a> }
    };
    let back = (here > 1 || lost).then(|| way(1, "First", None));
    let previous = (here > 1 && !lost).then(|| way(here - 1, "Previous", Some("prev")));
    let next = (here < last && !lost).then(|| way(here + 1, "Next", Some("next")));
    let end = (here < last || (lost && last > 1)).then(|| way(last, "Last", None));
    let place = (!lost).then(|| view! { <p class="soft">{format!("Page {here} of {last}")}</p> });
    Some(
        view! {
            <nav class="pages numbered" aria-label="Pages">
                <div class="actions">{back} {previous}</div>
                {place}
                <div class="actions">{next} {end}</div>
            </nav>
        }
        .into_any(),
    )
}

/// Returns the address of another page of the same filter.
fn address(filter: &HistoryFilter, page: u32) -> String {
    let number = if page > 1 {
        page.to_string()
    } else {
        String::new()
    };
    let named = [
        ("pair", filter.pair.as_str()),
        ("range", &filter.range),
        ("from", &filter.from),
        ("to", &filter.to),
        ("page", &number),
    ];
    lines::address(HISTORY, &named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented::rates as invented;

    fn filter_of_page(page: &str) -> HistoryFilter {
        HistoryFilter {
            pair: "BTC-USD".into(),
            range: "week".into(),
            page: page.into(),
            ..HistoryFilter::default()
        }
    }

    fn hrefs(filter: &HistoryFilter, found: RateHistory) -> Vec<String> {
        let filter = filter.clone();
        let page = html(move || view(&filter, &found));
        page.all(".pages a")
            .iter()
            .filter_map(|a| a.attr("href").map(str::to_owned))
            .collect()
    }

    #[test]
    fn pages_are_numbered_and_keep_the_filter() {
        let found = |page| RateHistory {
            page,
            pages: 9,
            ..invented::rate_history()
        };
        let at = |page: u32| hrefs(&filter_of_page(&page.to_string()), found(page));
        let to = |page: &str| format!("/rates/history?pair=BTC-USD&range=week{page}");
        assert_eq!(at(1), [to("&page=2"), to("&page=9")]);
        assert_eq!(at(5), [to(""), to("&page=4"), to("&page=6"), to("&page=9")]);
        assert_eq!(at(9), [to(""), to("&page=8")]);
    }

    #[test]
    fn a_page_that_is_not_there_leads_back_and_the_chart_stays() {
        let filter = filter_of_page("12");
        let found = RateHistory {
            rows: Vec::new(),
            page: 12,
            pages: 9,
            problems: vec![("page".into(), "There are only 9 pages.".into())],
            ..invented::rate_history()
        };
        let page = html(|| view(&filter, &found));
        assert_eq!(page.text(".problem"), "There are only 9 pages.");
        assert_eq!(page.count("#chart-rate"), 1);
        let ways: Vec<String> = page
            .all(".pages a")
            .iter()
            .map(|a| a.text().collect())
            .collect();
        assert_eq!(ways, ["First", "Last"]);
    }

    #[test]
    fn what_cannot_be_read_is_marked_and_kept() {
        let page = html(|| {
            view(
                &invented::wrong_history_filter(),
                &invented::wrong_history(),
            )
        });
        assert_eq!(page.one("#from").attr("value"), Some("<b>yesterday"));
        assert_eq!(
            page.one("#from").attr("aria-describedby"),
            Some("from-problem")
        );
        assert_eq!(page.count(".problem"), 2);
        assert_eq!(
            page.text(".empty-list"),
            "Fix the highlighted fields to see rates."
        );
        assert_eq!(page.count("b, table, .pages"), 0);
    }

    #[test]
    fn a_rate_has_all_its_columns() {
        let page = html(|| view(&filter_of_page(""), &invented::rate_history()));
        let cells: Vec<String> = page
            .all(".rates tbody tr:first-child > *")
            .iter()
            .map(|it| it.text().collect())
            .collect();
        assert_eq!(
            cells,
            [
                "21 Nov 2026, 10:00:00",
                "67,000.12",
                "66,999.90",
                "–",
                "Coinbase"
            ]
        );
        assert_eq!(page.text(".ranges [aria-current]"), "Week");
        assert_eq!(page.text(".rates .soft"), "rate from 20 Nov 2026, 15:00");
    }
}
