//! Exchange rates: their current values, changing them, and the faults of their sources.

use leptos::prelude::*;

use super::controls::{amount, button, choice, form, number, tick};
use super::rows::own;
use crate::bank::{Bank, BankError, FaultKind, RATE_REFUSALS, RatePair, Source, WRONG_FIGURES};

/// The pair that is shown.
const SHOWN: &str = "BTC/USD";
/// The pairs that can be changed here; the API takes any other.
const PAIRS: [&str; 8] = [
    SHOWN, "BTC/EUR", "ETH/USD", "EUR/USD", "GBP/USD", "USD/CAD", "USD/JPY", "USD/MXN",
];
/// The bodies that an error can have.
const BODIES: [(&str, &str); 4] = [
    ("", "the source’s usual"),
    ("text", "as other sources write it"),
    ("html", "HTML"),
    ("empty", "nothing"),
];

/// Renders the market and its sources.
pub(super) async fn section(base: &str, bank: &Bank) -> Result<AnyView, BankError> {
    let limit = match bank.rate_calls().await? {
        None => "Alpha Vantage has no call limit.".to_owned(),
        Some(calls) => format!("Alpha Vantage’s daily call limit per key: {calls}."),
    };
    let set = view! {
        <div class="fields">{pairs(None)} {amount("Rate", "rate", "price of one unit of the first currency")}</div>
        <div class="row">{button("Set rate")}</div>
    };
    let by = view! {
        <div class="fields">{pairs(None)} {amount("Percent", "per_cent", "-10 means 10% less")}</div>
        <div class="row">{button("Move rate")}</div>
    };
    let free = view! {
        <div class="fields">{pairs(Some("all pairs"))}</div>
        <div class="row">{tick("Return to its original values", "reset")} {button("Resume normal movement")}</div>
    };
    let calls = view! {
        <div class="row">{number("Calls per day (0 = no limit)", "calls", "25")} {button("Set limit")}</div>
    };
    let view = view! {
        <section id="rates">
            <h2>"Exchange rates"</h2>
            {shown(bank)}
            {form(base, "rates/set", None, set.into_any())}
            {form(base, "rates/move", None, by.into_any())}
            {form(base, "rates/free", None, free.into_any())}
            <h3>"Calls to rate sources"</h3>
            <p>{limit}</p>
            {form(base, "rates/limit", None, calls.into_any())}
            {form(base, "fault/add", None, faults())}
            <p class="soft">"Pending faults are listed below, under “Faults for all calls”."</p>
        </section>
    };
    Ok(view.into_any())
}

/// Renders the current rate and whether it moves.
fn shown(bank: &Bank) -> Option<AnyView> {
    let pair = RatePair::parse(SHOWN).ok()?;
    let (market, now) = (bank.market(), bank.clock().now());
    let figures = market.quote(pair.from, pair.to, now).figures(2);
    let how = match (market.stands_still(pair, now), market.is_moved(pair, now)) {
        (true, _) => "It’s fixed.",
        (false, true) => "It was moved, and changes normally from there.",
        (false, false) => "It changes by itself.",
    };
    let beside = format!("bid {}, ask {}", figures.bid, figures.ask);
    let view = view! {
        <p>{SHOWN} " is " <strong>{figures.price.to_string()}</strong> " (" {beside} "). " {how}</p>
    };
    Some(view.into_any())
}

fn pairs(all: Option<&'static str>) -> AnyView {
    let all = all.map(|words| ("", words.to_owned()));
    choice(
        "Pair",
        "pair",
        PAIRS.map(|pair| own((pair, pair))).into_iter().chain(all),
    )
}

fn faults() -> AnyView {
    let sources = Source::ALL.map(|(_, name, words)| own((name, words)));
    let any = [own(("any", "any"))];
    let codes = RATE_REFUSALS.into_iter().map(|(code, words)| {
        let words = format!("Alpha Vantage’s error: {words}");
        (code, words)
    });
    let figures = WRONG_FIGURES
        .into_iter()
        .map(|(code, words)| (code, format!("wrong values: {words}")));
    view! {
        <div class="fields">
            {choice("Source", "source", sources.into_iter().chain(any))}
            {choice("Fault", "fault", FaultKind::of_rates().map(own))}
            {choice("Error or wrong values", "error_code", codes.chain(figures))}
            {number("Number of calls", "times", "1")}
            {number("HTTP status of the error", "status", "")}
            {choice("Body of the error", "body", BODIES.map(own))}
            {number("Retry-After in seconds", "retry_after", "")}
            {number("Delay in milliseconds", "delay_ms", "")}
        </div>
        <div class="row">{tick("Until cleared", "until_cleared")} {button("Add fault")}</div>
    }
    .into_any()
}
