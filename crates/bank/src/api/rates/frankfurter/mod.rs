//! Frankfurter v1: `GET /v1/latest`, `/v1/{day}`, `/v1/{day}..{day}` and `/v1/currencies` (frankfurter.dev/v1). Its
//! rates are the ECB's euro rates; rates for another base are derived from them and rounded, as Frankfurter does.

mod rows;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::value::RawValue;

use super::answer::{json, message};
use super::asked::Asked;
use crate::bank::Bank;
use crate::world::market::{self, CURRENCIES};
use rows::{Rates, Wish};

/// How many days are computed before the task yields.
const AT_ONCE: usize = 50;

/// The response for one day.
#[derive(Serialize)]
struct Day<'a> {
    amount: Box<RawValue>,
    base: &'a str,
    date: String,
    rates: Rates,
}

/// The response for several days.
#[derive(Serialize)]
struct Series<'a> {
    amount: Box<RawValue>,
    base: &'a str,
    start_date: String,
    end_date: String,
    rates: BTreeMap<String, Rates>,
}

/// Answers a call.
pub(super) async fn answer(bank: &Bank, asked: &Asked, wrong: Option<&str>) -> Response {
    let parts = asked.parts();
    let ["v1", what] = parts.as_slice() else {
        return nothing();
    };
    if *what == "currencies" {
        let fiat = CURRENCIES.iter().filter(|one| !one.is_crypto);
        let names: BTreeMap<&str, &str> = fiat.map(|one| (one.code, one.name)).collect();
        return whole(&names);
    }
    let wish = match Wish::from_query(asked, wrong) {
        Ok(wish) => wish,
        Err(words) => return message(StatusCode::UNPROCESSABLE_ENTITY, words),
    };
    let days = match what.split_once("..") {
        _ if matches!(*what, "latest" | "current") => Some((Ok(Date::MAX), None)),
        None => is_like_a_day(what).then(|| (what.parse(), None)),
        Some((from, "")) => is_like_a_day(from).then(|| (from.parse(), Some(Ok(Date::MAX)))),
        Some((from, to)) => {
            let like_days = is_like_a_day(from) && is_like_a_day(to);
            like_days.then(|| (from.parse(), Some(to.parse())))
        }
    };
    match days {
        None => nothing(),
        Some((Ok(date), None)) => day(bank, &wish, date),
        Some((Ok(from), Some(Ok(to)))) => Box::pin(series(bank, &wish, from, to)).await,
        Some(_) => message(StatusCode::UNPROCESSABLE_ENTITY, "invalid date"),
    }
}

/// Returns the rates of a day, or of the last working day before it.
fn day(bank: &Bank, wish: &Wish, date: Date) -> Response {
    let found = market::published(date, bank.clock().now());
    let rates = found.map(|date| (date, wish.rates(&bank.market(), date)));
    match rates {
        Some((date, rates)) if !rates.is_empty() || wish.wrong == "missing" => whole(&Day {
            amount: wish.amount(),
            base: &wish.base,
            date: said(date, wish),
            rates,
        }),
        _ => nothing(),
    }
}

/// Returns the rates of all working days in a range. It begins with the last working day on or before `from`.
async fn series(bank: &Bank, wish: &Wish, from: Date, to: Date) -> Response {
    let (market, now) = (bank.market(), bank.clock().now());
    let last = market::published(to, now);
    let first = market::published(from.max(market::FIRST_PUBLICATION), now);
    let Some((first, last)) = first.zip(last).filter(|_| is_past(from, bank)) else {
        return nothing();
    };
    let days = std::iter::successors(Some(first), |day| market::next_working_day(*day));
    let mut rates = BTreeMap::new();
    for (index, date) in days.take_while(|day| *day <= last).enumerate() {
        if index % AT_ONCE == AT_ONCE - 1 {
            tokio::task::yield_now().await;
        }
        let row = wish.rates(&market, date);
        if row.is_empty() && wish.wrong != "missing" {
            return nothing();
        }
        rates.insert(said(date, wish), row);
    }
    let ends = rates
        .keys()
        .next()
        .cloned()
        .zip(rates.keys().last().cloned());
    match ends {
        Some((start_date, end_date)) => whole(&Series {
            amount: wish.amount(),
            base: &wish.base,
            start_date,
            end_date,
            rates,
        }),
        None => nothing(),
    }
}

/// Returns a day as written in the response; a fault can put it in the future.
fn said(date: Date, wish: &Wish) -> String {
    let date = match wish.wrong.as_str() {
        "future" => date.saturating_add(7.days()),
        _ => date,
    };
    date.to_string()
}

fn is_past(date: Date, bank: &Bank) -> bool {
    date <= bank.clock().now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Whether a text has the form of a date, which need not exist.
fn is_like_a_day(text: &str) -> bool {
    let form = "dddd-dd-dd";
    text.len() == form.len()
        && text
            .bytes()
            .zip(form.bytes())
            .all(|(is, wanted)| match wanted {
                b'd' => is.is_ascii_digit(),
                other => is == other,
            })
}

fn nothing() -> Response {
    message(StatusCode::NOT_FOUND, "not found")
}

fn whole(body: &impl Serialize) -> Response {
    match serde_json::to_string(body) {
        Ok(text) => json(StatusCode::OK, text),
        Err(_) => message(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
    }
}
