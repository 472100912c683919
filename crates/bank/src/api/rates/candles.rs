//! Candles of Coinbase Exchange: a product's lowest, highest, first and last price in each interval.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::answer::{json, message};
use super::asked::Asked;
use super::coinbase::{DECIMALS, FIRST_TRADE};
use crate::bank::{Bank, Market};
use crate::world::market::{Currency, traded};

/// Lengths of an interval, in seconds.
const GRANULARITIES: [i64; 6] = [60, 300, 900, 3_600, 21_600, 86_400];
/// The largest number of candles in one call.
const MOST: i64 = 300;
/// The steps at which prices are sampled within an interval.
const LOOKS: i64 = 8;

type Pair = (&'static Currency, &'static Currency);

/// Answers a call for candles, newest first.
pub(super) fn answer(bank: &Bank, asked: &Asked, pair: Pair) -> Response {
    let bad = |words: &str| message(StatusCode::BAD_REQUEST, words);
    let length = match asked.query("granularity") {
        None => Some(60),
        Some(text) => text.parse().ok().filter(|one| GRANULARITIES.contains(one)),
    };
    let Some(length) = length else {
        return bad("Unsupported granularity");
    };
    let now = bank.clock().now();
    let (start, end) = match (asked.query("start"), asked.query("end")) {
        (Some(start), Some(end)) => match (second(start), second(end)) {
            (None, _) => return bad("Invalid start"),
            (_, None) => return bad("Invalid end"),
            (Some(start), Some(end)) => (start, end),
        },
        // One without the other is ignored.
        _ => (now.as_second() - length * (MOST - 1), now.as_second()),
    };
    if end.saturating_sub(start) / length > MOST {
        return bad(
            "granularity too small for the requested time range. Count of aggregations requested exceeds 300",
        );
    }
    let market = bank.market();
    let first = start - start.rem_euclid(length);
    let count = (end - first).div_euclid(length);
    let all: Vec<String> = (0..=count)
        .rev()
        .map(|index| first + index * length)
        .filter(|time| (FIRST_TRADE..=now.as_second()).contains(time))
        .filter_map(|time| candle(&market, pair, time, length, now))
        .collect();
    json(StatusCode::OK, format!("[{}]", all.join(",")))
}

/// Returns `[time, low, high, open, close, volume]`; the last candle of a list is still open.
fn candle(market: &Market, pair: Pair, time: i64, length: i64, now: Timestamp) -> Option<String> {
    let until = (time + length).min(now.as_second());
    let mut prices: Vec<Decimal> = Vec::new();
    for look in 0..=LOOKS {
        let at = Timestamp::from_second(time + (until - time) * look / LOOKS).ok()?;
        let quote = market.quote(pair.0, pair.1, at);
        prices.push(quote.figures(DECIMALS).price);
    }
    let (open, close) = (prices.first()?, prices.last()?);
    let (low, high) = (prices.iter().min()?, prices.iter().max()?);
    let volume = traded(pair.0, time, until - time);
    Some(format!("[{time},{low},{high},{open},{close},{volume}]"))
}

/// Parses an ISO 8601 time (UTC unless it has an offset) or Unix seconds and returns Unix seconds; `None` when it is
/// malformed or out of range.
fn second(text: &str) -> Option<i64> {
    let moment = match text.parse::<i64>() {
        Ok(seconds) => Timestamp::from_second(seconds).ok(),
        Err(_) => text.parse::<Timestamp>().ok().or_else(|| {
            let civil: DateTime = text.parse().ok()?;
            let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
            Some(zoned.timestamp())
        }),
    };
    Some(moment?.as_second())
}
