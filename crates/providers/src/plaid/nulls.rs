//! Tests null in every place of every response: it may cost an object only if it hides what identifies that object.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::link::{CreateAnswer, GetAnswer, state};
use super::webhook::read_webhook;
use super::{convert, wire};
use domain::feed::FeedPage;
use domain::id::ConnectionId;
use domain::link::LinkState;
use domain::webhook::NoticeKind;

/// A row with every field of Plaid's schema.
fn transaction(id: &str) -> Value {
    json!({
        "account_id": "account-1", "account_owner": "A. Person", "amount": 72.1, "iso_currency_code": "USD",
        "unofficial_currency_code": "XYZ", "check_number": "1041", "date": "2026-11-20", "datetime":
        "2026-11-20T11:00:00Z", "authorized_date": "2026-11-19", "authorized_datetime": "2026-11-19T10:34:50Z",
        "location": {"address": "1 Main Street", "city": "Springfield", "region": "OR", "postal_code": "97477",
            "country": "US", "lat": 44.05, "lon": -123.02, "store_number": "12"},
        "name": "CORNER COFFEE 12", "merchant_name": "Corner Coffee", "merchant_entity_id": "entity-1",
        "logo_url": "https://logos.example/1.png", "website": "corner.example", "original_description":
        "CORNER COFFEE #12", "payment_meta": {"by_order_of": "a", "payee": "b", "payer": "c", "payment_method": "ACH",
            "payment_processor": "d", "ppd_id": "e", "reason": "f", "reference_number": "g"},
        "payment_channel": "in store", "pending": false, "pending_transaction_id": "pending-1",
        "personal_finance_category": {"primary": "FOOD_AND_DRINK", "detailed": "FOOD_AND_DRINK_COFFEE",
            "confidence_level": "HIGH", "version": "v2"},
        "personal_finance_category_icon_url": "https://icons.example/1.png", "transaction_id": id,
        "transaction_code": "purchase", "transaction_type": "place", "category": ["Food", "Coffee"],
        "category_id": "13005043", "counterparties": [{"name": "Corner Coffee", "type": "merchant", "logo_url":
            "https://logos.example/1.png", "website": "corner.example", "entity_id": "entity-1",
            "confidence_level": "HIGH", "phone_number": "1", "account_numbers": {"bacs": {"account": "1",
            "sort_code": "2"}, "international": {"iban": "3", "bic": "4"}}}]
    })
}

fn account(id: &str) -> Value {
    json!({
        "account_id": id, "mask": "0000", "name": "Checking", "official_name": "Gold Checking", "type": "depository",
        "subtype": "checking", "persistent_account_id": "lasting-1", "holder_category": "personal",
        "verification_status": "verified", "verification_name": "A. Person", "balances": {"available": 100.5,
            "current": 110.25, "limit": 500, "iso_currency_code": "USD", "unofficial_currency_code": "XYZ",
            "last_updated_datetime": "2026-11-20T11:00:00Z"}
    })
}

fn page() -> Value {
    json!({
        "accounts": [account("account-1"), account("account-2")],
        "added": [transaction("added-1"), transaction("added-2")],
        "modified": [transaction("modified-1")],
        "removed": [{"transaction_id": "removed-1", "account_id": "account-1"}],
        "next_cursor": "cursor-1", "has_more": false,
        "transactions_update_status": "HISTORICAL_UPDATE_COMPLETE", "request_id": "request-1"
    })
}

fn error() -> Value {
    json!({"error_type": "ITEM_ERROR", "error_code": "ITEM_LOGIN_REQUIRED", "error_message": "for developers",
        "display_message": "for people", "request_id": "request-1", "causes": [], "status": 400,
        "documentation_url": "https://docs.example", "suggested_action": "none"})
}

fn item() -> Value {
    json!({"item": {"item_id": "item-1", "institution_id": "ins_1", "institution_name": "A Bank", "webhook":
        "https://w.example", "auth_method": "INSTANT_AUTH", "error": error(), "available_products": ["auth"],
        "billed_products": ["transactions"], "products": ["transactions"], "consented_products": ["transactions"],
        "consent_expiration_time": "2026-12-01T00:00:00Z", "update_type": "background", "created_at":
        "2026-01-01T00:00:00Z"}, "status": {"transactions": {"last_successful_update": "2026-11-20T00:00:00Z",
        "last_failed_update": "2026-11-19T00:00:00Z"}, "last_webhook": {"sent_at": "2026-11-20T00:00:00Z",
        "code_sent": "DEFAULT_UPDATE"}}, "request_id": "request-1"})
}

fn sessions() -> Value {
    json!({"link_token": "link-1", "created_at": "2026-11-20T00:00:00Z", "expiration": "2026-11-21T00:00:00Z",
        "metadata": {"initial_products": ["transactions"]}, "link_sessions": [{"link_session_id": "session-1",
        "started_at": "2026-11-20T00:00:00Z", "finished_at": "2026-11-20T00:01:00Z", "events": [],
        "exit": {"error": error(), "metadata": {"status": "requires_credentials"}}, "results": {"item_add_results":
        [{"public_token": "public-1", "accounts": [{"id": "account-1", "name": "Checking", "mask": "0000", "type":
        "depository", "subtype": "checking", "verification_status": "verified"}], "institution": {"name": "A Bank",
        "institution_id": "ins_1"}}], "bank_income_results": []}}], "request_id": "request-1"})
}

/// Returns every place of a value as a JSON pointer, except the value itself.
fn places(value: &Value) -> Vec<String> {
    fn below(value: &Value, at: &str, places: &mut Vec<String>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v)).collect(),
            Value::Array(all) => (0..)
                .zip(all)
                .map(|(i, v): (u32, _)| (i.to_string(), v))
                .collect(),
            _ => Vec::new(),
        };
        for (name, child) in children {
            let place = format!("{at}/{name}");
            below(child, &place, places);
            places.push(place);
        }
    }
    let mut all = Vec::new();
    below(value, "", &mut all);
    all
}

/// Returns the response with null in some places, as sent over the wire.
fn with_null(answer: &Value, places: &[&str]) -> String {
    let mut answer = answer.clone();
    for place in places {
        // A place within another one is already gone.
        if let Some(value) = answer.pointer_mut(place) {
            *value = Value::Null;
        }
    }
    answer.to_string()
}

fn read<A: DeserializeOwned>(answer: &Value, place: &str) -> Result<A, serde_json::Error> {
    serde_json::from_str(&with_null(answer, &[place]))
}

fn page_with_null(places: &[&str]) -> FeedPage {
    let answer: wire::SyncAnswer =
        serde_json::from_str(&with_null(&page(), places)).expect("a page");
    convert::page(answer).expect("a page")
}

/// Returns the row that cannot be kept when this place is null, if there is one.
fn costs(place: &str) -> Option<&str> {
    let mut parts = place.splitn(4, '/').skip(1);
    let (list, _, field) = (parts.next()?, parts.next()?, parts.next());
    let identity: &[&str] = match list {
        "added" | "modified" => &["transaction_id", "account_id", "amount"],
        "removed" => &["transaction_id"],
        _ => return None,
    };
    match field {
        None => Some(place),
        Some(field) if identity.contains(&field) => place.rsplit_once('/').map(|(row, _)| row),
        Some(_) => None,
    }
}

#[test]
fn a_page_is_read_whatever_is_null_and_only_identity_sets_a_row_aside() {
    for place in places(&page()) {
        let read = page_with_null(&[&place]);
        let aside = usize::from(costs(&place).is_some());
        assert_eq!(read.set_aside.len(), aside, "{place}: {:?}", read.set_aside);
        let list = |name: &str| place == name;
        let gone = match place.as_str() {
            "/added" => 2,
            "/modified" | "/removed" => 1,
            _ => aside,
        };
        let kept = read.added.len() + read.modified.len() + read.removed.len();
        assert_eq!(kept, 4 - gone, "{place}");
        // What is missing because the list is null may still exist.
        assert_eq!(
            read.incomplete,
            list("/added") || list("/has_more"),
            "{place}"
        );
    }
}

proptest! {
    #[test]
    fn a_page_is_read_with_null_in_many_places(chosen in prop::collection::vec(any::<prop::sample::Index>(), 1..12)) {
        let all = places(&page());
        let chosen: Vec<&str> = chosen.iter().map(|at| at.get(&all).as_str()).collect();
        let read = page_with_null(&chosen);
        let lists = ["/added", "/modified", "/removed"];
        let costly: BTreeSet<&str> = chosen
            .iter()
            .filter_map(|place| costs(place))
            .filter(|row| !lists.iter().any(|list| chosen.contains(list) && row.starts_with(list)))
            .collect();
        // A row that lacks both of its days has none.
        let dateless = ["/added/0", "/added/1", "/modified/0"].into_iter().filter(|row| {
            let null = |field: &str| chosen.contains(&format!("{row}/{field}").as_str());
            null("date") && null("authorized_date")
                && !costly.contains(row)
                && !lists.iter().any(|list| chosen.contains(list) && row.starts_with(list))
        });
        let expected = costly.len() + dateless.count();
        // Two rows that are nothing but null count as the same row.
        prop_assert_eq!(read.set_aside.len(), expected, "{:?}", chosen);
    }
}

#[test]
fn what_is_null_in_a_row_is_empty_and_the_rest_is_kept() {
    let null = |place: &str| {
        let read = page_with_null(&[&format!("/added/0/{place}")]);
        read.added.into_iter().next().expect("the row")
    };
    let category = |place: &str| null(place).category.map(|c| (c.primary, c.detailed));
    let broad = "FOOD_AND_DRINK".to_owned();
    assert_eq!(
        category("personal_finance_category/detailed"),
        Some((broad.clone(), broad))
    );
    assert_eq!(category("personal_finance_category/primary"), None);
    assert_eq!(category("personal_finance_category"), None);
    assert_eq!(null("authorized_date").date.to_string(), "2026-11-20");
    assert_eq!(null("date").date.to_string(), "2026-11-19");
    assert_eq!(null("original_description").description, "CORNER COFFEE 12");
    assert!(!null("pending").pending);
}

#[test]
fn accounts_are_read_unless_nobody_can_tell_which_they_are() {
    let answer = json!({"accounts": [account("account-1"), account("account-2")],
        "item": item()["item"], "request_id": "request-1"});
    for place in places(&answer) {
        let read = read::<wire::AccountsAnswer>(&answer, &place);
        let nameless = matches!(place.as_str(), "/accounts/0" | "/accounts/1")
            || place.ends_with("/account_id");
        // An account that is left out would be shown as closed.
        assert_eq!(read.is_err(), nameless, "{place}");
        let Ok(read) = read else { continue };
        let accounts: Vec<_> = read.accounts.into_iter().map(convert::account).collect();
        assert_eq!(
            accounts.len(),
            if place == "/accounts" { 0 } else { 2 },
            "{place}"
        );
        let said = accounts
            .iter()
            .filter(|account| account.current.is_some())
            .count();
        let silent = ["/balances", "/balances/current", "/type"]
            .iter()
            .any(|end| place.ends_with(end));
        assert_eq!(said, accounts.len() - usize::from(silent), "{place}");
    }
}

#[test]
fn an_item_is_read_whatever_is_null() {
    let connection = ConnectionId::generate();
    for place in places(&item()) {
        let answer = read::<wire::ItemAnswer>(&item(), &place).expect(&place);
        let facts = convert::facts(answer, &connection);
        let healthy = ["/item", "/item/error", "/item/error/error_code"].contains(&place.as_str());
        assert_eq!(facts.problem.is_none(), healthy, "{place}");
    }
}

#[test]
fn an_error_keeps_its_code_whatever_is_null_beside_it() {
    for place in places(&error()) {
        let read = read::<wire::ErrorBody>(&error(), &place).expect(&place);
        assert_eq!(
            read.error_code.is_empty(),
            place == "/error_code",
            "{place}"
        );
    }
}

#[test]
fn other_answers_are_read_unless_their_subject_is_null() {
    let granted =
        json!({"access_token": "access-1", "item_id": "item-1", "request_id": "request-1"});
    for place in places(&granted) {
        let lost = place != "/request_id";
        assert_eq!(
            read::<wire::ExchangeAnswer>(&granted, &place).is_err(),
            lost,
            "{place}"
        );
    }
    let created = json!({"link_token": "link-1", "expiration": "2026-11-20T00:00:00Z",
        "hosted_link_url": "https://hosted.example", "request_id": "request-1"});
    for place in places(&created) {
        let lost = place == "/link_token";
        assert_eq!(
            read::<CreateAnswer>(&created, &place).is_err(),
            lost,
            "{place}"
        );
    }
    let institution = json!({"institution": {"institution_id": "ins_1", "name": "A Bank", "logo": "AAAA",
        "primary_color": "#000000", "url": "https://bank.example", "country_codes": ["US"], "products": ["auth"],
        "routing_numbers": ["1"], "oauth": false, "status": {"item_logins": {"status": "HEALTHY"}}},
        "request_id": "request-1"});
    for place in places(&institution) {
        let lost = place == "/institution" || place == "/institution/name";
        assert_eq!(
            read::<wire::InstitutionAnswer>(&institution, &place).is_err(),
            lost,
            "{place}"
        );
    }
}

#[test]
fn what_came_of_link_is_read_whatever_is_null() {
    for place in places(&sessions()) {
        let answer = read::<GetAnswer>(&sessions(), &place).expect(&place);
        let token = "/link_sessions/0/results/item_add_results/0/public_token";
        // The token itself, and every object around it.
        let without = token == place || token.starts_with(&format!("{place}/"));
        assert_eq!(
            matches!(state(&answer), LinkState::Finished(_)),
            !without,
            "{place}"
        );
    }
}

#[test]
fn a_webhook_is_understood_whatever_is_null() {
    let webhook = json!({"webhook_type": "ITEM", "webhook_code": "PENDING_DISCONNECT", "item_id": "item-1", "error":
        error(), "reason": "INSTITUTION_MIGRATION", "disconnect_time": "2026-11-28T10:00:00Z",
        "consent_expiration_time": "2026-11-28T10:00:00Z", "account_id": "account-1", "new_webhook_url":
        "https://w.example", "link_token": "link-1", "environment": "sandbox"});
    for place in places(&webhook) {
        let notice = read_webhook(with_null(&webhook, &[&place]).as_bytes());
        let named = place == "/webhook_type" || place == "/webhook_code";
        assert_eq!(
            notice.kind == NoticeKind::PendingDisconnect,
            !named,
            "{place}"
        );
        assert_eq!(notice.item_id.is_some(), place != "/item_id", "{place}");
    }
}
