//! Everything that a bank said of a transaction, in groups with headings. Fields unknown to Passbook are shown under
//! their own names, so that nothing the bank said is hidden.

use serde_json::Value;

use super::view::FactGroup;
use domain::category::sentence;
use domain::transaction::Transaction;
use domain::wording::long_day;

/// Returns all groups in reading order.
pub(super) fn groups(transaction: &Transaction) -> Vec<FactGroup> {
    let mut first = Vec::new();
    if let Some(merchant) = &transaction.merchant {
        first.push(("Name".to_owned(), merchant.clone()));
    }
    first.push(("Description".to_owned(), transaction.description.clone()));
    if let Some(category) = &transaction.category {
        first.push((
            "Category".to_owned(),
            format!("{} · {}", category.primary_words(), category.words()),
        ));
    }
    first.push((
        "Status".to_owned(),
        if transaction.pending {
            "Pending"
        } else {
            "Posted"
        }
        .to_owned(),
    ));
    let mut groups = vec![FactGroup {
        heading: "From the bank".into(),
        facts: first,
    }];
    // Details that cannot be parsed are left out; the row itself is shown.
    let Ok(Value::Object(details)) = serde_json::from_str::<Value>(&transaction.details) else {
        return groups;
    };
    for (name, value) in details {
        match value {
            // A pending transaction is not posted yet; its day is the one on which the bank announced it.
            Value::String(day) if transaction.pending && matches!(&*name, "date" | "datetime") => {
                let label = if name == "date" {
                    "Reported"
                } else {
                    "Reported at"
                };
                groups[0]
                    .facts
                    .push((label.to_owned(), readable(&name, &day)));
            }
            Value::Object(fields) => {
                let facts = fields
                    .into_iter()
                    .flat_map(|(name, value)| flat(&name, &value))
                    .collect();
                groups.push(FactGroup {
                    heading: heading(&name),
                    facts,
                });
            }
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for item in items {
                    groups.push(FactGroup {
                        heading: heading(&name),
                        facts: flat_fields(&item),
                    });
                }
            }
            other => groups[0].facts.extend(flat(&name, &other)),
        }
    }
    groups.retain(|group| !group.facts.is_empty());
    groups
}

fn flat_fields(item: &Value) -> Vec<(String, String)> {
    match item {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| flat(name, value))
            .collect(),
        other => flat("value", other),
    }
}

fn flat(name: &str, value: &Value) -> Vec<(String, String)> {
    let label = label(name);
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![(label, readable(name, text))],
        Value::Bool(yes) => vec![(label, if *yes { "Yes" } else { "No" }.to_owned())],
        Value::Number(number) => vec![(label, number.to_string())],
        Value::Array(items) => {
            let texts: Vec<String> = items
                .iter()
                .map(|i| i.as_str().map_or_else(|| i.to_string(), str::to_owned))
                .collect();
            vec![(label, texts.join(", "))]
        }
        Value::Object(_) => flat_fields(value)
            .into_iter()
            .map(|(inner, text)| (format!("{label}, {}", inner.to_lowercase()), text))
            .collect(),
    }
}

fn heading(name: &str) -> String {
    match name {
        "location" => "Location".into(),
        "payment_meta" => "Payment".into(),
        "counterparties" => "Merchant".into(),
        other => label(other),
    }
}

fn label(name: &str) -> String {
    match name {
        "date" => "Posted".into(),
        "authorized_date" => "Authorized".into(),
        "datetime" => "Posted at".into(),
        "authorized_datetime" => "Authorized at".into(),
        "payment_channel" => "Payment channel".into(),
        "original_description" => "Appears on statement as".into(),
        "merchant_entity_id" | "entity_id" => "Merchant ID".into(),
        "transaction_code" => "Bank code".into(),
        "ppd_id" => "PPD ID".into(),
        "lat" => "Latitude".into(),
        "lon" => "Longitude".into(),
        "logo_url" => "Logo".into(),
        other => sentence(other),
    }
}

/// Turns codes into words and leaves free text as it is.
fn readable(name: &str, text: &str) -> String {
    match name {
        "payment_channel" | "type" | "confidence_level" | "transaction_type" => sentence(text),
        "date" | "authorized_date" => text
            .parse::<jiff::civil::Date>()
            .map_or_else(|_| text.to_owned(), long_day),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::{AccountId, TransactionId};
    use domain::money::{Currency, Money};
    use domain::own::Own;

    fn transaction(details: &str) -> Transaction {
        Transaction {
            id: TransactionId::generate(),
            account_id: AccountId::generate(),
            date: jiff::civil::date(2026, 11, 21),
            amount: Money::new(-1400, Currency::Unknown),
            amount_exact: None,
            description: "CORNER COFFEE 0423".into(),
            merchant: None,
            category: None,
            pending: true,
            details: details.into(),
            own: Own::default(),
            transfer: None,
        }
    }

    #[test]
    fn nothing_that_was_said_is_hidden() {
        let groups = groups(&transaction(
            r#"{"payment_channel":"in store","location":{"city":"Springfield","lat":1.5},
                "counterparties":[{"name":"Corner","type":"merchant"}],"brand_new":{"deep":{"er":[1,2]}},"flag":true}"#,
        ));
        let said = |heading: &str, label: &str| {
            let group = groups.iter().find(|g| g.heading == heading)?;
            group
                .facts
                .iter()
                .find(|(l, _)| l == label)
                .map(|(_, v)| v.as_str())
        };
        assert_eq!(said("From the bank", "Payment channel"), Some("In store"));
        assert_eq!(said("From the bank", "Flag"), Some("Yes"));
        assert_eq!(said("Location", "City"), Some("Springfield"));
        assert_eq!(said("Merchant", "Type"), Some("Merchant"));
        assert_eq!(said("Brand new", "Deep, er"), Some("1, 2"));
    }

    #[test]
    fn what_is_pending_was_not_posted() {
        let details = r#"{"date":"2026-11-21","authorized_date":"2026-11-20"}"#;
        for (pending, label) in [(true, "Reported"), (false, "Posted")] {
            let of = Transaction {
                pending,
                ..transaction(details)
            };
            let facts = groups(&of).swap_remove(0).facts;
            let said = facts
                .iter()
                .find(|(_, day)| day == "Saturday 21 November 2026");
            assert_eq!(said.map(|(label, _)| label.as_str()), Some(label));
            assert!(facts.iter().any(|(label, _)| label == "Authorized"));
        }
    }

    #[test]
    fn unreadable_details_take_nothing_else_away() {
        assert_eq!(groups(&transaction("not JSON")).len(), 1);
    }
}
