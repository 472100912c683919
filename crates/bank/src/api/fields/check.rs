//! Validation of request fields, with Plaid's error messages.

use jiff::civil::Date;
use serde_json::{Map, Value};
use url::Url;

use super::{Field, Kind, Need};
use crate::bank::Refusal;
use crate::world::PRODUCTS;

/// Checks a request and removes its nulls.
pub fn check(body: &mut Map<String, Value>, fields: &'static [Field]) -> Result<(), Refusal> {
    let unknown = unknown(body, fields, "");
    if !unknown.is_empty() {
        return Err(Refusal::new(
            "INVALID_REQUEST",
            "UNKNOWN_FIELDS",
            format!(
                "the following fields are not recognized by this endpoint: {}",
                unknown.join(", ")
            ),
        ));
    }
    let missing = missing(body, fields, "");
    if !missing.is_empty() {
        return Err(missing_fields(&missing));
    }
    check_kinds(body, fields, "")
}

/// Returns the refusal for missing fields.
pub fn missing_fields(names: &[String]) -> Refusal {
    Refusal::new(
        "INVALID_REQUEST",
        "MISSING_FIELDS",
        format!(
            "the following required fields are missing: {}",
            names.join(", ")
        ),
    )
}

fn unknown(body: &Map<String, Value>, fields: &[Field], path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in body {
        match fields.iter().find(|field| field.name == name) {
            None => found.push(format!("{path}{name}")),
            Some(field) => within(field, value, |inner, fields| {
                found.extend(unknown(inner, fields, &format!("{path}{name}.")));
            }),
        }
    }
    found
}

fn missing(body: &Map<String, Value>, fields: &[Field], path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for field in fields {
        match body.get(field.name) {
            None | Some(Value::Null) if field.need == Need::Required => {
                found.push(format!("{path}{}", field.name));
            }
            None => {}
            Some(value) => within(field, value, |inner, fields| {
                found.extend(missing(inner, fields, &format!("{path}{}.", field.name)));
            }),
        }
    }
    found
}

/// Visits the objects that a field contains.
fn within(field: &Field, value: &Value, mut visit: impl FnMut(&Map<String, Value>, &[Field])) {
    match (&field.kind, value) {
        (Kind::Object(fields), Value::Object(inner)) => visit(inner, fields),
        (Kind::Objects(fields), Value::Array(items)) => {
            items
                .iter()
                .filter_map(Value::as_object)
                .for_each(|inner| visit(inner, fields));
        }
        _ => {}
    }
}

fn check_kinds(
    body: &mut Map<String, Value>,
    fields: &'static [Field],
    path: &str,
) -> Result<(), Refusal> {
    for field in fields {
        let name = format!("{path}{}", field.name);
        match body.get_mut(field.name) {
            None => continue,
            Some(Value::Null) if field.need == Need::Optional => {
                body.remove(field.name);
            }
            Some(value) => check_kind(value, &field.kind, &name)?,
        }
    }
    Ok(())
}

fn check_kind(value: &mut Value, kind: &'static Kind, name: &str) -> Result<(), Refusal> {
    let wrong = |what: &str| Err(Refusal::invalid_field(format!("{name} must be {what}")));
    let good = match kind {
        Kind::Any => true,
        Kind::AnyText => value.is_string(),
        Kind::Text => value.as_str().is_some_and(|text| !text.is_empty()),
        Kind::Link => value.as_str().is_some_and(is_link),
        Kind::Day => value.as_str().is_some_and(is_day),
        Kind::Int(from, to) => value
            .as_i64()
            .is_some_and(|number| (*from..=*to).contains(&number)),
        Kind::Number => value.is_number(),
        Kind::Flag => value.is_boolean(),
        Kind::Texts(least) => is_texts(value, *least),
        Kind::Products(least) if is_texts(value, *least) => return known_products(value, name),
        Kind::Products(_) => false,
        Kind::AccountId => value.as_str().is_some_and(is_opaque_id),
        Kind::AccountIds => value.as_array().is_some_and(|all| {
            !all.is_empty() && all.iter().all(|id| id.as_str().is_some_and(is_opaque_id))
        }),
        Kind::InstitutionId => value.as_str().is_some_and(is_institution_id),
        Kind::Object(fields) => match value.as_object_mut() {
            Some(inner) => return check_kinds(inner, fields, &format!("{name}.")),
            None => false,
        },
        Kind::Objects(fields) => match value.as_array_mut() {
            Some(all) if !all.is_empty() => {
                for inner in all {
                    let Some(inner) = inner.as_object_mut() else {
                        return wrong(&words(kind));
                    };
                    check_kinds(inner, fields, &format!("{name}."))?;
                }
                true
            }
            _ => false,
        },
    };
    if good { Ok(()) } else { wrong(&words(kind)) }
}

fn words(kind: &Kind) -> String {
    match kind {
        Kind::Text => "a properly formatted, non-empty string".to_owned(),
        Kind::AnyText => "a string".to_owned(),
        Kind::Link => "a valid http or https URL".to_owned(),
        Kind::Day => "a date in the form YYYY-MM-DD".to_owned(),
        Kind::Int(from, to) => format!("an integer between {from} and {to}"),
        Kind::Number => "a number".to_owned(),
        Kind::Flag => "a boolean".to_owned(),
        Kind::Texts(0) | Kind::Products(0) => "an array of strings".to_owned(),
        Kind::Texts(_) | Kind::Products(_) => "a non-empty array of strings".to_owned(),
        Kind::AccountId => "a valid account id".to_owned(),
        Kind::AccountIds => "a non-empty array of valid account ids".to_owned(),
        Kind::InstitutionId => "a valid institution id".to_owned(),
        Kind::Objects(_) => "a non-empty array of objects".to_owned(),
        Kind::Object(_) | Kind::Any => "an object".to_owned(),
    }
}

fn is_texts(value: &Value, least: usize) -> bool {
    value
        .as_array()
        .is_some_and(|all| all.len() >= least && all.iter().all(Value::is_string))
}

/// Refuses a product that Plaid does not have; Plaid reports that as an error of its own.
fn known_products(value: &Value, name: &str) -> Result<(), Refusal> {
    let all = value.as_array().into_iter().flatten();
    match all
        .filter_map(Value::as_str)
        .find(|product| !PRODUCTS.contains(product))
    {
        None => Ok(()),
        Some(product) => Err(Refusal::new(
            "INVALID_INPUT",
            "INVALID_PRODUCT",
            format!("invalid product in {name}: {product:?}"),
        )),
    }
}

/// Whether a text can be one of Plaid's account ids, which are 29 to 38 letters and digits in its examples.
fn is_opaque_id(text: &str) -> bool {
    (20..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_institution_id(text: &str) -> bool {
    text.strip_prefix("ins_").is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_link(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Exactly ten characters, because the parser also accepts a time after the date.
fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::{may, must};
    use super::*;
    use serde_json::json;

    static FIELDS: [Field; 7] = [
        must("access_token", Kind::Text),
        may("count", Kind::Int(1, 500)),
        may("options", Kind::Object(&OPTIONS)),
        may("day", Kind::Day),
        may("products", Kind::Products(0)),
        may("account_id", Kind::AccountId),
        may("institution_id", Kind::InstitutionId),
    ];
    static OPTIONS: [Field; 1] = [may("account_ids", Kind::AccountIds)];
    const ID: &str = "M5eVJqLnv3tbzdngLDp9FL5OlDNxlNhlE55op";

    fn refused(body: Value) -> (String, String) {
        let mut body = body.as_object().expect("an object").clone();
        let refusal = check(&mut body, &FIELDS).expect_err("refused");
        (refusal.code, refusal.message)
    }

    #[test]
    fn plaids_sentences_for_what_is_missing_unknown_or_wrong() {
        let say = |code: &str, message: &str| (code.to_owned(), message.to_owned());
        assert_eq!(
            refused(json!({})),
            say(
                "MISSING_FIELDS",
                "the following required fields are missing: access_token"
            )
        );
        assert_eq!(
            refused(json!({"access_token": "a", "options": {"x": 1}, "y": 2})),
            say(
                "UNKNOWN_FIELDS",
                "the following fields are not recognized by this endpoint: options.x, y"
            )
        );
        for wrong in [
            json!({"access_token": ""}),
            json!({"access_token": "a", "count": 501}),
            json!({"access_token": "a", "count": 1.5}),
            json!({"access_token": "a", "options": "none"}),
            json!({"access_token": "a", "options": {"account_ids": [1]}}),
            json!({"access_token": "a", "options": {"account_ids": []}}),
            json!({"access_token": "a", "options": {"account_ids": [ID, "nobody"]}}),
            json!({"access_token": "a", "account_id": "nobody"}),
            json!({"access_token": "a", "account_id": format!("{ID}!")}),
            json!({"access_token": "a", "account_id": ID.repeat(2)}),
            json!({"access_token": "a", "institution_id": "ins_"}),
            json!({"access_token": "a", "institution_id": "ins_-1"}),
            json!({"access_token": "a", "products": "auth"}),
            json!({"access_token": "a", "products": [1]}),
            json!({"access_token": "a", "day": "2026-02-30"}),
            json!({"access_token": "a", "day": "2026-02-03T00:00"}),
        ] {
            assert_eq!(refused(wrong.clone()).0, "INVALID_FIELD", "{wrong}");
        }
    }

    #[test]
    fn a_product_that_plaid_does_not_have_is_told_by_name() {
        assert_eq!(
            refused(json!({"access_token": "a", "products": ["auth", "horoscope"]})),
            (
                "INVALID_PRODUCT".to_owned(),
                "invalid product in products: \"horoscope\"".to_owned()
            )
        );
    }

    #[test]
    fn what_can_be_an_id_or_a_product_is_let_through() {
        let mut body = json!({"access_token": "a", "account_id": ID, "institution_id": "ins_3",
            "products": ["signal", "cra_lend_score"], "options": {"account_ids": [ID]}});
        let body = body.as_object_mut().expect("an object");
        check(body, &FIELDS).expect("accepted");
    }

    #[test]
    fn null_is_nothing_where_a_field_may_be_left_out() {
        let mut body = json!({"access_token": "a", "count": null, "day": null, "options": null,
            "products": null, "account_id": null});
        let body = body.as_object_mut().expect("an object");
        check(body, &FIELDS).expect("accepted");
        assert_eq!(body.len(), 1);
    }
}
