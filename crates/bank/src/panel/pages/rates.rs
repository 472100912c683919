//! Exchange rates: their current values, changing them, and the faults of their sources.

use leptos::prelude::*;

use super::controls::{amount, button, choice, form, number, tick};
use super::rows::own;
use crate::bank::{Ailment, Bank, BankError, RATE_REFUSALS, RatePair, Source, WRONG_FIGURES};

/// The pair that is shown.
const SHOWN: &str = "BTC/USD";
/// The pairs that can be changed here; the API takes any other.
const PAIRS: [&str; 8] = [
    SHOWN, "BTC/EUR", "ETH/USD", "EUR/USD", "GBP/USD", "USD/CAD", "USD/JPY", "USD/MXN",
];
/// The bodies that an error can have.
const BODIES: [(&str, &str); 4] = [
    ("", "as the source writes it"),
    ("text", "as others write it"),
    ("html", "HTML"),
    ("empty", "nothing"),
];

/// Renders the market and its sources.
pub(super) async fn section(base: &str, bank: &Bank) -> Result<AnyView, BankError> {
    let limit = match bank.rate_calls().await? {
        None => "Alpha Vantage answers every call.".to_owned(),
        Some(calls) => format!("Alpha Vantage's limit is {calls} a day for each key."),
    };
    let set = view! {
        <div class="fields">{pairs(None)} {amount("Rate", "rate", "what one of the first costs")}</div>
        <div class="row">{button("Set the rate")}</div>
    };
    let by = view! {
        <div class="fields">{pairs(None)} {amount("Per cent", "per_cent", "-10 is a tenth less")}</div>
        <div class="row">{button("Move by per cent")}</div>
    };
    let free = view! {
        <div class="fields">{pairs(Some("all of them"))}</div>
        <div class="row">{tick("Back to its own figures", "reset")} {button("Let it move by itself again")}</div>
    };
    let calls = view! {
        <div class="row">{number("Calls a day, 0 for all", "calls", "25")} {button("Limit the calls")}</div>
    };
    let view = view! {
        <section id="rates">
            <h2>"Exchange rates"</h2>
            {shown(bank)}
            {form(base, "rates/set", None, set.into_any())}
            {form(base, "rates/move", None, by.into_any())}
            {form(base, "rates/free", None, free.into_any())}
            <h3>"Calls to their sources"</h3>
            <p>{limit}</p>
            {form(base, "rates/limit", None, calls.into_any())}
            {form(base, "fault/add", None, faults())}
            <p class="soft">"What waits is listed below, with the faults of all calls."</p>
        </section>
    };
    Ok(view.into_any())
}

/// Renders the current rate and whether it moves.
fn shown(bank: &Bank) -> Option<AnyView> {
    let pair = RatePair::read(SHOWN).ok()?;
    let (market, now) = (bank.market(), bank.clock().now());
    let figures = market.quote(pair.from, pair.to, now).figures(2);
    let how = match (market.stands_still(pair, now), market.is_moved(pair, now)) {
        (true, _) => "It stands still.",
        (false, true) => "It was moved, and moves by itself from there.",
        (false, false) => "It moves by itself.",
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
        let words = format!("Alpha Vantage's error: {words}");
        (code, words)
    });
    let figures = WRONG_FIGURES
        .into_iter()
        .map(|(code, words)| (code, format!("wrong figures: {words}")));
    view! {
        <div class="fields">
            {choice("Source", "source", sources.into_iter().chain(any))}
            {choice("What goes wrong", "fault", Ailment::of_rates().map(own))}
            {choice("Which error, or which figures", "error_code", codes.chain(figures))}
            {number("How many calls", "times", "1")}
            {number("HTTP status of an error", "status", "")}
            {choice("Body of an error", "body", BODIES.map(own))}
            {number("Retry-After in seconds", "retry_after", "")}
            {number("Milliseconds to wait", "delay_ms", "")}
        </div>
        <div class="row">{tick("Until it is cleared", "until_cleared")} {button("Let calls to it go wrong")}</div>
    }
    .into_any()
}
