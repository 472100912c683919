//! Alpha Vantage: `GET /query?function=CURRENCY_EXCHANGE_RATE` (alphavantage.co/documentation, "Realtime Currency Exchange
//! Rate"). Every refusal is a 200 whose one field is `Error Message`, `Information` or, in older answers, `Note`.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::answer;
use super::asked::Asked;
use super::told::Told;
use crate::bank::{Bank, BankError};
use crate::world::market::currency;

/// Calls a day with a free key.
const FREE_CALLS: i64 = 25;
/// Refusals that do not depend on the caller: `error_code`, field and message, as clients have recorded them.
const REFUSALS: [(&str, &str, &str); 5] = [
    (
        "bad_key",
        "Error Message",
        "the parameter apikey is invalid or missing. Please claim your free API key on \
         (https://www.alphavantage.co/support/#api-key). It should take less than 20 seconds.",
    ),
    (
        "burst",
        "Information",
        "Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (1 request \
         per second). You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to lift the \
         free key rate limit (25 requests per day), raise the per-second burst limit, and instantly unlock all premium \
         endpoints",
    ),
    (
        "quota_note",
        "Note",
        "Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day. \
         Please visit https://www.alphavantage.co/premium/ if you would like to target a higher API call frequency.",
    ),
    (
        "premium",
        "Information",
        "Thank you for using Alpha Vantage! This is a premium endpoint. You may subscribe to any of the premium plans at \
         https://www.alphavantage.co/premium/ to instantly unlock all premium endpoints",
    ),
    (
        "invalid_call",
        "Error Message",
        "Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for \
         CURRENCY_EXCHANGE_RATE.",
    ),
];

/// Answers a call. Any non-empty key is accepted.
pub(super) async fn answer(
    bank: &Bank,
    asked: &Asked,
    wrong: Option<&str>,
) -> Result<Response, BankError> {
    let refused = |code: &str| Ok(refuse(StatusCode::OK, code, asked));
    let key = asked.query("apikey").unwrap_or_default();
    if asked.parts().len() > 1 {
        return refused("invalid_call");
    }
    if key.is_empty() {
        return refused("bad_key");
    }
    if let Some(limit) = bank.count_rate_call(key).await? {
        return Ok(say(StatusCode::OK, "Information", &quota(key, limit)));
    }
    match asked.query("function").unwrap_or_default() {
        "CURRENCY_EXCHANGE_RATE" => {
            let code = |name: &str| currency(asked.query(name).unwrap_or_default());
            match code("from_currency").zip(code("to_currency")) {
                Some((from, to)) if from != to => Ok(rate(&Told::now(bank, (from, to), 8, wrong))),
                _ => refused("invalid_call"),
            }
        }
        "FX_INTRADAY" | "CRYPTO_INTRADAY" => refused("premium"),
        function => {
            let words = format!("This API function ({function}) does not exist.");
            Ok(say(StatusCode::OK, "Error Message", &words))
        }
    }
}

/// Returns a refusal by its `error_code`; an unknown code is used as the message.
pub(super) fn refuse(status: StatusCode, code: &str, asked: &Asked) -> Response {
    if code == "quota" {
        let words = quota(asked.query("apikey").unwrap_or_default(), FREE_CALLS);
        return say(status, "Information", &words);
    }
    match REFUSALS.iter().find(|one| one.0 == code) {
        Some((_, field, words)) => say(status, field, words),
        None => say(status, "Information", code),
    }
}

/// The message when the day's calls are used up. The real one repeats the caller's key too.
fn quota(key: &str, limit: i64) -> String {
    format!(
        "We have detected your API key as {key} and our standard API rate limit is {limit} requests per day. Please \
         subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly remove all daily rate limits."
    )
}

fn rate(told: &Told) -> Response {
    let mut fields = Map::new();
    let mut say = |name: &str, value: &str| fields.insert(name.to_owned(), value.into());
    say("1. From_Currency Code", told.from.code);
    say("2. From_Currency Name", told.from.name);
    say("3. To_Currency Code", told.to.code);
    say("4. To_Currency Name", told.to.name);
    say("5. Exchange Rate", &told.price);
    let moment = told.at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    say("6. Last Refreshed", &moment);
    say("7. Time Zone", "UTC");
    if let Some((bid, ask)) = told.bid.as_ref().zip(told.ask.as_ref()) {
        say("8. Bid Price", bid);
        say("9. Ask Price", ask);
    }
    whole(
        StatusCode::OK,
        &json!({ "Realtime Currency Exchange Rate": fields }),
    )
}

fn say(status: StatusCode, field: &str, words: &str) -> Response {
    whole(status, &json!({ field: words }))
}

fn whole(status: StatusCode, body: &Value) -> Response {
    answer::json(status, format!("{body:#}"))
}
