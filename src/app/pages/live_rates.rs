//! "Exchange rates": the newest rate of a pair, updated live.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::query;
use crate::app::error::PageError;
use crate::app::parts::frame::{Page, Tab, open};
use crate::app::parts::head::{self, Every};
use crate::app::parts::rates::{HISTORY, LIVE, in_address, pairs};
use crate::app::parts::scripts::wake;
use crate::app::parts::{chart, lines};
use crate::app::rates::{LiveRate, LiveRates, RateMessage};
use crate::app::server_functions;
use crate::app::shell::has_islands;
use crate::app::visitor;
use crate::rates;
use islands::{LiveRates as Live, words};

const TITLE: &str = "Exchange rates";
const NOT_GIVEN: &str = "Not available";

/// Reads the data and draws the page.
pub fn live_rates() -> AnyView {
    let pair = query("pair");
    open(Tab::Overview, |person| async move {
        let ctx = visitor::ctx()?;
        if !rates::is_on(&ctx) {
            return Ok(Page::new(TITLE, nothing_here(off(person))));
        }
        match server_functions::live_rates(pair).await {
            Ok(found) => {
                let title = format!("{}/{}", found.from, found.to);
                Ok(Page::new(title, view(&found, person)))
            }
            Err(PageError::NotFound) => {
                let all = rates::pairs(&ctx).iter().map(ToString::to_string);
                let all = all.collect::<Vec<_>>();
                Ok(Page::new(TITLE, unknown(&all, person)))
            }
            Err(error) => Err(error),
        }
    })
}

/// Answers with status 404 and this page.
pub fn nothing_here(page: AnyView) -> AnyView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::NOT_FOUND);
    }
    page
}

/// Draws the page while exchange rates are turned off. `person` says whether the visitor is logged in.
pub fn off(person: bool) -> AnyView {
    view! {
        {person.then(back)}
        <div class="lead">
            <h1 class="title">"Exchange rates are turned off"</h1>
            <p>"This Passbook’s admin can turn them on in its settings (" <code>"PASSBOOK_RATES"</code> ")."</p>
        </div>
    }
    .into_any()
}

/// Draws the page for an unknown pair.
pub fn unknown(all: &[String], person: bool) -> AnyView {
    let way = |pair: &String| {
        let href = lines::address(LIVE, &[("pair", &in_address(pair))]);
        view! { <a class="button" href=href>{pair.clone()}</a> }
    };
    view! {
        {person.then(back)}
        <div class="lead">
            <h1 class="title">"This exchange rate isn’t available"</h1>
            <p>"Check the address, or choose one of these:"</p>
            <p class="actions">{all.iter().map(way).collect_view()}</p>
        </div>
    }
    .into_any()
}

/// Draws the page.
pub fn view(found: &LiveRates, person: bool) -> AnyView {
    let pair = format!("{}/{}", found.from, found.to);
    let history = lines::address(HISTORY, &[("pair", &in_address(&pair))]);
    let what = format!("{pair} over the last 24 hours");
    let island = has_islands().then(|| view! { <Live/> {wake()} });
    let again = match has_islands() {
        true => head::load_again_without_scripts(Every::Minute),
        false => head::load_again(Every::Minute),
    };
    view! {
        {again}
        {person.then(back)}
        {pairs(LIVE, &found.pairs, &pair, &[])}
        <div
            id="rate"
            data-from=found.from.clone()
            data-to=found.to.clone()
            data-ahead=found.ahead_seconds
            data-zone=found.zone.clone()
            data-age=found.rate.as_ref().map(|rate| rate.age_seconds)
        >
            <div class="top">
                <div class="worth">
                    {heading(found)}
                    <p class="soft how">{found.rate.as_ref().map(age)} {island}</p>
                </div>
                <div class="actions"><a class="button" href=history>"Rate history"</a></div>
            </div>
            <div id="rate-note" role="status">{found.message.as_ref().map(message_view)}</div>
            {line(found, &what)}
            {found.rate.as_ref().map(facts)}
        </div>
        {found.made_up.then(made_up)}
    }
    .into_any()
}

fn back() -> AnyView {
    view! { <p class="back"><a href="/">"Overview"</a></p> }.into_any()
}

/// Says that the figures are made up, as they are in the demo.
pub fn made_up() -> AnyView {
    view! { <p class="soft">"Demo mode: these rates are made up."</p> }.into_any()
}

/// Draws the price of one unit of the first currency, or that there is no rate yet.
fn heading(found: &LiveRates) -> AnyView {
    let Some(rate) = &found.rate else {
        return view! { <h1 class="title">{format!("{}/{}: no rate yet", found.from, found.to)}</h1> }.into_any();
    };
    // A small figure's decimals matter most.
    let class = if rate.whole.len() > 3 {
        "figure"
    } else {
        "figure fine"
    };
    view! {
        <h1>{format!("1 {} in {}", found.from, found.to)}</h1>
        <p class=class>
            <span id="rate-figure">
                <span id="rate-whole">{rate.whole.clone()}</span>
                <small id="rate-decimals">{rate.decimals.clone()}</small>
            </span>
            " " <small>{found.to.clone()}</small>
        </p>
    }
    .into_any()
}

fn age(rate: &LiveRate) -> AnyView {
    let is_old = rate.age_seconds > rate.old_after;
    view! {
        <span id="rate-age" data-old=is_old.then_some("") data-old-after=rate.old_after>
            {words::age(rate.age_seconds)}
        </span>
    }
    .into_any()
}

fn message_view(message: &RateMessage) -> AnyView {
    let class = if message.warns { "attention" } else { "notice" };
    view! { <div class=class><p>{message.text.clone()}</p></div> }.into_any()
}

fn line(found: &LiveRates, what: &str) -> AnyView {
    match &found.line {
        Some(line) => chart::chart_view("chart-rate", what, line, "tall"),
        None if found.rate.is_some() => {
            view! { <p class="soft no-line">"The chart begins with the next rate."</p> }.into_any()
        }
        None => ().into_any(),
    }
}

fn facts(rate: &LiveRate) -> AnyView {
    let figure = |figure: &Option<String>| figure.clone().unwrap_or_else(|| NOT_GIVEN.to_owned());
    view! {
        <dl class="facts">
            <dt>"Bid"</dt>
            <dd id="rate-bid">{figure(&rate.bid)}</dd>
            <dt>"Ask"</dt>
            <dd id="rate-ask">{figure(&rate.ask)}</dd>
            <dt>"Source"</dt>
            <dd id="rate-source">{rate.source.clone()}</dd>
            <dt>"As of"</dt>
            <dd><time id="rate-time" datetime=rate.exact.clone()>{rate.moment.clone()}</time></dd>
        </dl>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::{html, html_without_islands};
    use crate::app::tests::invented::rates as invented;

    #[test]
    fn a_rate_has_its_figures_its_moment_and_its_source() {
        let page = html(|| view(&invented::live_rates(), true));
        assert_eq!(page.text("h1"), "1 BTC in USD");
        assert_eq!(
            page.text("#rate-whole") + &page.text("#rate-decimals"),
            "67,000.12345678"
        );
        assert_eq!(
            (page.text("#rate-bid"), page.text("#rate-ask")),
            ("66,999.90".into(), "Not available".into())
        );
        assert_eq!(page.text("#rate-source"), "Coinbase");
        assert_eq!(page.text("#rate-time"), "21 Nov 2026, 10:00:00 UTC");
        assert_eq!(page.text("#rate-age"), "12 seconds ago");
        assert_eq!(page.count("[data-old], #rate-note *"), 0);
        assert_eq!(page.one("#rate").attr("data-from"), Some("BTC"));
        let links: Vec<_> = page
            .all(".pairs a")
            .iter()
            .filter_map(|a| a.attr("href").map(str::to_owned))
            .collect();
        assert_eq!(
            links,
            ["/rates/live?pair=BTC-USD", "/rates/live?pair=EUR-USD"]
        );
        assert_eq!(page.text(".pairs [aria-current]"), "BTC/USD");
        assert_eq!(
            page.count("#chart-rate tbody tr[data-across][data-down]"),
            3
        );
    }

    #[test]
    fn what_is_old_says_so() {
        let page = html(|| view(&invented::stale_rates(), true));
        assert_eq!(page.count("#rate-age[data-old]"), 1);
        assert_eq!(
            page.text("#rate-note .attention"),
            "Coinbase isn’t responding."
        );
    }

    #[test]
    fn before_the_first_rate_there_is_no_figure_and_no_line() {
        let page = html(|| view(&invented::no_rates(), true));
        assert_eq!(page.text("h1"), "BTC/USD: no rate yet");
        assert_eq!(page.count(".figure, figure, .facts"), 0);
        assert_eq!(
            page.text("#rate-note .notice"),
            "The first rate will appear here."
        );
    }

    #[test]
    fn it_is_loaded_again_each_minute_where_no_script_runs() {
        let page = html(|| view(&invented::live_rates(), true));
        assert!(
            page.source
                .contains(r#"<noscript><meta http-equiv="refresh" content="60"></noscript>"#)
        );
        assert_eq!(page.count("leptos-island"), 2);
        let page = html_without_islands(|| view(&invented::live_rates(), true));
        assert_eq!(page.count("noscript, leptos-island, #rate-state"), 0);
    }
}
