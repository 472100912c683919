//! Tests the sources against a loopback server that answers as clients have recorded it.

mod answers;
mod any_answer;
mod loopback;
mod offers;
mod outages;
mod refusals;
mod secrets;

use super::*;
use domain::clock::Clock;
use domain::rate::{Pair, Quote, RateRefusal};
use domain::secret::Secret;
use loopback::Loopback;

/// A key with characters that a URL must escape.
const KEY: &str = "K3Y+0F/MINE";

const ALPHAVANTAGE: &str = r#"{"Realtime Currency Exchange Rate": {"1. From_Currency Code": "BTC",
    "2. From_Currency Name": "Bitcoin", "3. To_Currency Code": "USD", "4. To_Currency Name": "United States Dollar",
    "5. Exchange Rate": "90347.92000000", "6. Last Refreshed": "2026-11-21 15:59:01", "7. Time Zone": "UTC",
    "8. Bid Price": "90347.91000000", "9. Ask Price": "90348.63000000"}}"#;

const COINBASE: &str = r#"{"trade_id": 4729088, "price": "90333.99", "size": "0.193", "bid": "90333.98",
    "ask": "90333.99", "volume": "5957.11914015", "time": "2026-11-21T15:59:03.511254Z"}"#;

const FRANKFURTER: &str =
    r#"{"amount": 1.0, "base": "USD", "date": "2026-11-20", "rates": {"EUR": 0.95120}}"#;

fn pair(text: &str) -> Pair {
    Pair::parse(text).expect("a pair")
}

/// Returns rate, bid, ask and time as text.
fn written(quote: &Quote) -> [String; 4] {
    let offer = |figure: Option<_>| {
        figure.map_or_else(String::new, |figure: rust_decimal::Decimal| {
            figure.to_string()
        })
    };
    [
        quote.rate.to_string(),
        offer(quote.bid),
        offer(quote.ask),
        quote.at.to_string(),
    ]
}
