//! Endpoints below `/institutions/`, and `/categories/get`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::call::{Call, Reply};
use super::fields::{Field, Kind, may, must};
use crate::bank::{Bank, BankError, Refusal, wire_moment};
use crate::world::{self, Health, Institution};

/// The country codes that Plaid knows.
pub const COUNTRIES: [&str; 20] = [
    "US", "GB", "ES", "NL", "FR", "IE", "CA", "DE", "IT", "PL", "DK", "NO", "SE", "EE", "LT", "LV",
    "PT", "BE", "AT", "FI",
];

/// Fields of `/institutions/get`.
pub const LIST: &[Field] = &[
    must("count", Kind::Int(1, 500)),
    must("offset", Kind::Int(0, i64::MAX)),
    must("country_codes", Kind::Texts(1)),
    may("options", Kind::Object(OPTIONS)),
];
/// Fields of `/institutions/get_by_id`.
pub const BY_ID: &[Field] = &[
    must("institution_id", Kind::Text),
    must("country_codes", Kind::Texts(1)),
    may("options", Kind::Object(OPTIONS)),
];
/// Fields of `/institutions/search`.
pub const SEARCH: &[Field] = &[
    must("query", Kind::Text),
    must("country_codes", Kind::Texts(1)),
    may("products", Kind::Products(0)),
    may("options", Kind::Object(OPTIONS)),
];
const OPTIONS: &[Field] = &[
    may("products", Kind::Products(0)),
    may("routing_numbers", Kind::Texts(0)),
    may("oauth", Kind::Flag),
    may("include_optional_metadata", Kind::Flag),
    may("include_auth_metadata", Kind::Flag),
    may("include_payment_initiation_metadata", Kind::Flag),
    may("include_status", Kind::Flag),
    may("payment_initiation", Kind::Any),
];

/// Plaid returns at most ten results.
const SEARCH_LIMIT: usize = 10;

/// Answers `/institutions/get`.
pub fn list(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let countries = countries(call)?;
    let all: Vec<_> = world::institutions()
        .iter()
        .filter(|institution| in_countries(institution, &countries) && wanted(institution, call))
        .collect();
    let offset = call.get("offset").and_then(Value::as_u64).unwrap_or(0);
    let page: Vec<Value> = all
        .iter()
        .skip(usize::try_from(offset).unwrap_or(usize::MAX))
        .take(usize::from(call.number("count", 500)))
        .map(|institution| wire(bank, call, institution))
        .collect();
    Ok(Reply::empty()
        .with("institutions", &page)?
        .with("total", &all.len())?)
}

/// Answers `/institutions/get_by_id`.
pub fn by_id(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let countries = countries(call)?;
    let institution = world::institution(call.text("institution_id"))
        .filter(|institution| in_countries(institution, &countries))
        .ok_or_else(|| Refusal::from_code("INVALID_INSTITUTION"))?;
    Ok(Reply::empty().with("institution", &wire(bank, call, institution))?)
}

/// Answers `/institutions/search`.
pub fn search(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let countries = countries(call)?;
    let countries: Vec<&str> = countries.iter().map(String::as_str).collect();
    let products = call.texts("products").unwrap_or_default();
    let products: Vec<&str> = products.iter().map(String::as_str).collect();
    let found: Vec<Value> = world::search(call.text("query"), &countries, &products)
        .into_iter()
        .filter(|institution| wanted(institution, call))
        .take(SEARCH_LIMIT)
        .map(|institution| wire(bank, call, institution))
        .collect();
    Ok(Reply::empty().with("institutions", &found)?)
}

/// Returns the old taxonomy, which this bank's rows do not use; its first level is enough for a list.
pub fn categories() -> Result<Reply, BankError> {
    let all: Vec<Value> = CATEGORIES
        .iter()
        .map(|(id, group, hierarchy)| json!({"category_id": id, "group": group, "hierarchy": hierarchy}))
        .collect();
    Ok(Reply::empty().with("categories", &all)?)
}

const CATEGORIES: &[(&str, &str, &[&str])] = &[
    ("10000000", "special", &["Bank Fees"]),
    ("12000000", "place", &["Community"]),
    ("13000000", "place", &["Food and Drink"]),
    ("13005000", "place", &["Food and Drink", "Restaurants"]),
    ("14000000", "place", &["Healthcare"]),
    ("15000000", "special", &["Interest"]),
    ("16000000", "special", &["Payment"]),
    ("17000000", "place", &["Recreation"]),
    ("18000000", "place", &["Service"]),
    ("19000000", "place", &["Shops"]),
    ("20000000", "special", &["Tax"]),
    ("21000000", "special", &["Transfer"]),
    ("22000000", "place", &["Travel"]),
];

/// Returns the requested countries, or refuses unknown ones.
pub fn countries(call: &Call) -> Result<Vec<String>, Refusal> {
    let codes = call.texts("country_codes").unwrap_or_default();
    match codes
        .iter()
        .find(|code| !COUNTRIES.contains(&code.as_str()))
    {
        None => Ok(codes),
        Some(code) => Err(Refusal::invalid_field(format!(
            "country_codes: {code} is not a supported country code"
        ))),
    }
}

fn in_countries(institution: &Institution, countries: &[String]) -> bool {
    institution
        .country_codes
        .iter()
        .any(|code| countries.iter().any(|wanted| wanted == code))
}

fn wanted(institution: &Institution, call: &Call) -> bool {
    let products = call.texts("options.products").unwrap_or_default();
    let numbers = call.texts("options.routing_numbers").unwrap_or_default();
    let oauth = call.get("options.oauth").and_then(Value::as_bool);
    products
        .iter()
        .all(|product| institution.products.contains(&product.as_str()))
        && (numbers.is_empty()
            || numbers
                .iter()
                .any(|number| institution.routing_numbers.contains(&number.as_str())))
        && oauth.is_none_or(|oauth| institution.oauth == oauth)
}

fn wire(bank: &Bank, call: &Call, institution: &Institution) -> Value {
    let mut wire = json!({
        "institution_id": institution.id,
        "name": institution.name,
        "products": institution.products,
        "country_codes": institution.country_codes,
        "routing_numbers": institution.routing_numbers,
        "dtc_numbers": [],
        "oauth": institution.oauth,
        "connection_availability":
            if institution.health == Health::Unsupported { "NOT_SUPPORTED" } else { "SUPPORTED" },
    });
    if call.flag("options.include_optional_metadata") {
        wire["url"] = institution.url.into();
        wire["primary_color"] = institution.primary_color.into();
        wire["logo"] = STANDARD.encode(world::logo_png(institution)).into();
    }
    if call.flag("options.include_status") {
        wire["status"] = status(bank, institution);
    }
    if call.flag("options.include_auth_metadata") {
        wire["auth_metadata"] = auth_metadata(institution);
    }
    if call.flag("options.include_payment_initiation_metadata") {
        wire["payment_initiation_metadata"] = payment_metadata(institution);
    }
    wire
}

/// Plaid's `AuthMetadata`: how account numbers can be verified. Matching and micro-deposits are American.
fn auth_metadata(institution: &Institution) -> Value {
    if !institution.products.contains(&"auth") {
        return Value::Null;
    }
    let american = institution.country_codes.contains(&"US");
    json!({"supported_methods": {
        "instant_auth": true,
        "instant_match": american,
        "automated_micro_deposits": american,
        "instant_micro_deposits": american,
    }})
}

/// Plaid's `PaymentInitiationMetadata`, for European institutions only.
fn payment_metadata(institution: &Institution) -> Value {
    let american = |code: &&str| ["US", "CA"].contains(code);
    if institution.country_codes.iter().any(american) {
        return Value::Null;
    }
    let british = institution.country_codes.contains(&"GB");
    json!({
        "supports_international_payments": false,
        "supports_sepa_instant": !british,
        "maximum_payment_amount": if british { json!({"GBP": "10000"}) } else { json!({"EUR": "10000"}) },
        "supports_refund_details": true,
        "supports_payment_consents": british,
        "supports_commercial_payment_consents": false,
        "standing_order_metadata": null,
    })
}

fn status(bank: &Bank, institution: &Institution) -> Value {
    let (word, success) = match institution.health {
        Health::Healthy => ("HEALTHY", 0.98),
        Health::Degraded => ("DEGRADED", 0.55),
        Health::Down | Health::Unsupported => ("DOWN", 0.0),
    };
    let product = json!({
        "status": word,
        "last_status_change": wire_moment(bank.clock().now()),
        "breakdown": {
            "success": success, "error_plaid": 0.01, "error_institution": 0.99 - success,
            "refresh_interval": "NORMAL",
        },
    });
    json!({"item_logins": product, "transactions_updates": product, "health_incidents": []})
}
