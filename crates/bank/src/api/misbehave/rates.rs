//! Endpoints below `/misbehave/rates/`: the currency market, and how many calls a source answers.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::api::call::{Call, Reply};
use crate::api::fields::{Field, Kind, may, must};
use crate::bank::{
    Bank, BankError, Deed, FaultKind, RatePair, Refusal, Source, WRONG_FIGURES, wire_moment,
};
use crate::world::market::{CURRENCIES, Currency};

const PAIR: Field = must("pair", Kind::Text);
const ANY_PAIR: Field = may("pair", Kind::Text);

/// Returns the fields of a call; `None` when there is no such call.
pub fn fields_of(path: &str) -> Option<&'static [Field]> {
    Some(match path {
        "/misbehave/rates/list" => &[ANY_PAIR],
        "/misbehave/rates/set" => const { &[PAIR, must("rate", Kind::Text)] },
        "/misbehave/rates/move" => const { &[PAIR, must("per_cent", Kind::Text)] },
        "/misbehave/rates/free" => const { &[ANY_PAIR, may("reset", Kind::Flag)] },
        "/misbehave/rates/limit" => const { &[must("calls", Kind::Int(0, 10_000))] },
        _ => return None,
    })
}

/// Performs a call.
pub async fn act(bank: &Bank, path: &str, call: &Call) -> Result<Deed, BankError> {
    match path {
        "/misbehave/rates/set" => {
            let rate = decimal(call, "rate", "a number such as 64250.5")?;
            bank.set_rate(RatePair::parse(call.text("pair"))?, rate)
                .await
        }
        "/misbehave/rates/move" => {
            let per_cent = decimal(call, "per_cent", "a number such as -12.5")?;
            bank.move_rate(RatePair::parse(call.text("pair"))?, per_cent)
                .await
        }
        "/misbehave/rates/free" => bank.free_rate(pair(call)?, call.flag("reset")).await,
        "/misbehave/rates/limit" => bank.limit_rate_calls(call.number("calls", 0)).await,
        _ => Err(Refusal::from_code("NOT_FOUND").into()),
    }
}

/// Returns the current rate of a pair, or of every currency in US dollars.
pub fn list(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let dollar = |from: &'static Currency| {
        let to = CURRENCIES.first().filter(|to| from != *to)?;
        Some(RatePair { from, to })
    };
    let pairs: Vec<RatePair> = match pair(call)? {
        Some(pair) => vec![pair],
        None => CURRENCIES.iter().filter_map(dollar).collect(),
    };
    let (market, now) = (bank.market(), bank.clock().now());
    let all: Vec<Value> = pairs
        .into_iter()
        .map(|pair| {
            let figures = market.quote(pair.from, pair.to, now).figures(8);
            json!({
                "pair": pair.name(), "rate": figures.price.to_string(), "bid": figures.bid.to_string(),
                "ask": figures.ask.to_string(), "stands_still": market.stands_still(pair, now),
                "is_moved": market.is_moved(pair, now),
            })
        })
        .collect();
    Ok(Reply::empty()
        .with("now", &wire_moment(now))?
        .with("rates", &all)?)
}

/// Returns the source of rates that a call names, or `any`.
pub fn source(call: &Call) -> Result<Option<String>, Refusal> {
    let Some(name) = call.maybe_text("source") else {
        return Ok(None);
    };
    let names = Source::ALL.map(|one| one.1);
    if name != "any" && !names.contains(&name.as_str()) {
        let words = format!("source must be one of {}, or any", names.join(", "));
        return Err(Refusal::invalid_field(words));
    }
    Ok(Some(name))
}

/// Returns the error code of a fault, or how a rate's figures are wrong.
pub fn code(call: &Call, kind: FaultKind, of_rates: bool) -> Result<Option<String>, Refusal> {
    let named = call.maybe_text("error_code");
    match kind {
        FaultKind::Error if of_rates => Ok(named.or(Some("Something went wrong.".to_owned()))),
        FaultKind::Error => Ok(named.or(Some("INSTITUTION_DOWN".to_owned()))),
        FaultKind::Figures => {
            let known = WRONG_FIGURES.map(|one| one.0);
            match named {
                Some(name) if known.contains(&name.as_str()) => Ok(Some(name)),
                _ => Err(Refusal::invalid_field(format!(
                    "error_code must be one of {}",
                    known.join(", ")
                ))),
            }
        }
        _ => Ok(None),
    }
}

fn pair(call: &Call) -> Result<Option<RatePair>, Refusal> {
    call.maybe_text("pair")
        .map(|text| RatePair::parse(&text))
        .transpose()
}

fn decimal(call: &Call, name: &str, such: &str) -> Result<Decimal, Refusal> {
    let number = call.text(name).trim().parse::<Decimal>();
    number.map_err(|_| Refusal::invalid_field(format!("{name} must be {such}")))
}
