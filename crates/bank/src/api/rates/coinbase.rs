//! Coinbase Exchange: `GET /products/{product}/ticker` and `/candles` (docs.cdp.coinbase.com, "Get product ticker" and
//! "Get product candles"). It takes no key but requires a `User-Agent`.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::answer::{json as answer_json, message};
use super::asked::Asked;
use super::candles;
use super::told::Told;
use crate::bank::Bank;
use crate::world::market::{Currency, currency, traded};

/// When the first trade was made, in Unix seconds; there are no candles before that.
pub(super) const FIRST_TRADE: i64 = 1_437_350_400;
/// The least number of decimals of a price.
pub(super) const DECIMALS: u32 = 2;

/// Answers a call.
pub(super) fn answer(bank: &Bank, asked: &Asked, wrong: Option<&str>) -> Response {
    if !asked.has_user_agent {
        return message(StatusCode::BAD_REQUEST, "User-Agent header is required.");
    }
    let found = match asked.parts().as_slice() {
        ["products", name, what] => product(name).map(|pair| (pair, *what)),
        _ => None,
    };
    match found {
        Some((pair, "ticker")) => ticker(&Told::now(bank, pair, DECIMALS, wrong)),
        Some((pair, "candles")) => candles::answer(bank, asked, pair),
        _ => message(StatusCode::NOT_FOUND, "NotFound"),
    }
}

/// Returns the pair that a product trades: cryptocurrencies against dollars, euros and pounds, and all but Bitcoin
/// against Bitcoin.
fn product(name: &str) -> Option<(&'static Currency, &'static Currency)> {
    let (from, to) = name.split_once('-')?;
    let exactly = |code: &str| currency(code).filter(|one| one.code == code);
    let (from, to) = (exactly(from)?, exactly(to)?);
    let is_traded = matches!(to.code, "USD" | "EUR" | "GBP" | "BTC") && from != to;
    (from.is_crypto && is_traded).then_some((from, to))
}

fn ticker(told: &Told) -> Response {
    let second = told.at.as_second();
    let mut fields = Map::new();
    let mut say = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    // One trade a second, so that a later trade has a higher number.
    say("trade_id", (second - FIRST_TRADE).into());
    say("price", told.price.clone().into());
    say("size", traded(told.from, second, 1).to_string().into());
    say(
        "time",
        told.at
            .strftime("%Y-%m-%dT%H:%M:%S.%6fZ")
            .to_string()
            .into(),
    );
    if let Some((bid, ask)) = told.bid.as_ref().zip(told.ask.as_ref()) {
        say("bid", bid.clone().into());
        say("ask", ask.clone().into());
    }
    let day = second - second.rem_euclid(86_400);
    say("volume", traded(told.from, day, 86_400).to_string().into());
    answer_json(StatusCode::OK, json!(fields).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_coins_for_money_or_for_bitcoin() {
        for known in ["BTC-USD", "BTC-EUR", "ETH-BTC", "SOL-GBP"] {
            assert!(product(known).is_some(), "{known}");
        }
        for unknown in [
            "", "-", "BTC", "btc-usd", "USD-BTC", "BTC-BTC", "BTC-SEK", "EUR-USD", "BTC-USD-",
            "XXX-USD",
        ] {
            assert!(product(unknown).is_none(), "{unknown}");
        }
    }
}
