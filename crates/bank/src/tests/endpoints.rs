//! Every endpoint that Plaid has is answered, with checks in Plaid's order.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{TestBank, code};
use crate::api::endpoints;
use crate::world::{self, PRODUCTS};

/// Calls an endpoint without headers for credentials. Returns the status and the body.
async fn ask(bank: &TestBank, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .expect("a request");
    let (status, text) = bank.send(request).await;
    (status, serde_json::from_str(&text).expect("JSON"))
}

fn let_in(more: &Value) -> Value {
    let mut body = json!({"client_id": "client", "secret": "secret"});
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more.clone()) {
        body.extend(more);
    }
    body
}

#[tokio::test]
async fn every_endpoint_of_plaid_asks_first_who_calls_then_for_whom_then_for_what() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    for (method, path, takes_token) in endpoints::all() {
        let path = path
            .replace("{consentId}", "c1")
            .replace("{recipientId}", "r1");
        if path == "/categories/get" {
            continue;
        }
        let (status, nobody) = ask(&bank, method, &path, &json!({"nonsense": 1})).await;
        assert_eq!(
            (status, &nobody["error_code"]),
            (400, &json!("MISSING_FIELDS")),
            "{path}"
        );
        assert_eq!(
            nobody["error_message"], "the following required fields are missing: client_id, secret",
            "{path}"
        );
        if takes_token {
            let (_, none) = ask(&bank, method, &path, &let_in(&json!({}))).await;
            assert_eq!(none["error_code"], "MISSING_FIELDS", "{path}");
            let message = none["error_message"].as_str().expect("text");
            assert!(message.contains("access_token"), "{path}: {message}");
        }
        let (status, known) = ask(
            &bank,
            method,
            &path,
            &let_in(&json!({"access_token": token})),
        )
        .await;
        assert_ne!(known["error_code"], "NOT_FOUND", "{path}");
        assert!(status < 500, "{path}: {known}");
    }
}

#[tokio::test]
async fn what_the_bank_has_no_data_for_is_a_product_that_is_not_enabled() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let (gone, _) = bank.item("user_good", json!({})).await;
    bank.post("/item/remove", json!({"access_token": gone}))
        .await;
    for path in [
        "/auth/get",
        "/identity/get",
        "/signal/evaluate",
        "/liabilities/get",
    ] {
        for (body, wanted) in [
            (json!({}), "MISSING_FIELDS"),
            (json!({"access_token": null}), "MISSING_FIELDS"),
            (json!({"access_token": 7}), "INVALID_FIELD"),
            (json!({"access_token": ""}), "INVALID_FIELD"),
            (json!({"access_token": "nonsense"}), "INVALID_ACCESS_TOKEN"),
            (
                json!({"access_token": "access-sandbox-nobody"}),
                "INVALID_ACCESS_TOKEN",
            ),
            (json!({"access_token": gone}), "ITEM_NOT_FOUND"),
            (
                json!({"access_token": token, "whatever": 1}),
                "INVALID_PRODUCT",
            ),
        ] {
            let answer = code(bank.refused(path, body.clone()).await);
            assert_eq!(answer, (400, wanted.to_owned()), "{path} {body}");
        }
    }
    // Optional tokens are checked if present, and so is each token in a list.
    for (body, wanted) in [
        (json!({}), "INVALID_PRODUCT"),
        (json!({"access_tokens": null}), "INVALID_PRODUCT"),
        (json!({"access_tokens": []}), "INVALID_PRODUCT"),
        (json!({"access_tokens": [token]}), "INVALID_PRODUCT"),
        (
            json!({"access_tokens": [token, "access-sandbox-nobody"]}),
            "INVALID_ACCESS_TOKEN",
        ),
        (json!({"access_tokens": [1]}), "INVALID_FIELD"),
    ] {
        let answer = code(bank.refused("/asset_report/create", body.clone()).await);
        assert_eq!(answer.1, wanted, "{body}");
    }
    let refused = bank
        .post_text("/auth/get", json!({"access_token": token}).to_string())
        .await;
    let refused: Value = serde_json::from_str(&refused.1).expect("JSON");
    assert_eq!(refused["error_type"], "INVALID_INPUT");
    assert_eq!(
        refused["error_message"],
        "client is not authorized to access the following products: [\"auth\"]"
    );
}

#[tokio::test]
async fn any_product_can_be_asked_for_and_the_item_is_made() {
    let bank = TestBank::ready().await;
    for product in PRODUCTS.iter().filter(|product| **product != "balance") {
        let ask = json!({"client_name": "App", "language": "en", "country_codes": ["US", "CA"],
            "user": {"client_user_id": "u"}, "products": [product]});
        bank.post("/link/token/create", ask).await;
        let ask = json!({"institution_id": "ins_109508", "initial_products": [product]});
        let public = bank.post("/sandbox/public_token/create", ask).await;
        let ask = json!({"public_token": public["public_token"]});
        let made = bank.post("/item/public_token/exchange", ask).await;
        let item = bank
            .post("/item/get", json!({"access_token": made["access_token"]}))
            .await;
        assert_eq!(item["item"]["billed_products"], json!([product]));
        let available = item["item"]["available_products"]
            .as_array()
            .expect("a list");
        assert!(!available.contains(&json!(product)), "{product}");
        let invests = *product == "investments";
        assert_eq!(
            item["status"]["investments"].is_object(),
            invests,
            "{product}"
        );
    }
    let usual = world::search("", &["US"], &["auth", "transactions", "signal"]);
    assert!(usual.len() > 10, "{}", usual.len());
}

#[tokio::test]
async fn products_that_plaid_does_not_have_are_refused_wherever_products_are_named() {
    let bank = TestBank::ready().await;
    let horoscope = json!(["transactions", "horoscope"]);
    for (path, body) in [
        (
            "/institutions/search",
            json!({"query": "bank", "country_codes": ["US"], "products": horoscope}),
        ),
        (
            "/institutions/get",
            json!({"count": 1, "offset": 0, "country_codes": ["US"], "options": {"products": horoscope}}),
        ),
        (
            "/sandbox/public_token/create",
            json!({"institution_id": "ins_109508", "initial_products": horoscope}),
        ),
        (
            "/link/token/create",
            json!({"client_name": "App", "language": "en", "country_codes": ["US"],
                "user": {"client_user_id": "u"}, "products": ["auth"], "optional_products": horoscope}),
        ),
    ] {
        let answer = bank.refused(path, body).await;
        assert_eq!(
            answer,
            (400, "INVALID_INPUT".into(), "INVALID_PRODUCT".into()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn ids_that_cannot_be_are_wrong_fields_and_unknown_ones_are_told_apart() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_transactions_dynamic", json!({})).await;
    let nobody = "M5eVJqLnv3tbzdngLDp9FL5OlDNxlNhlE55op";
    let today = bank.clock.today().to_string();
    for (id, wanted) in [
        ("nobody", "INVALID_FIELD"),
        ("", "INVALID_FIELD"),
        (nobody, "INVALID_ACCOUNT_ID"),
    ] {
        for (path, body) in [
            ("/accounts/get", json!({"options": {"account_ids": [id]}})),
            (
                "/accounts/balance/get",
                json!({"options": {"account_ids": [id]}}),
            ),
            (
                "/transactions/get",
                json!({"start_date": today, "end_date": today, "options": {"account_ids": [id]}}),
            ),
            ("/transactions/sync", json!({"options": {"account_id": id}})),
        ] {
            let mut body = body;
            body["access_token"] = json!(token);
            assert_eq!(
                code(bank.refused(path, body).await),
                (400, wanted.to_owned()),
                "{path} {id:?}"
            );
        }
    }
    let ask = json!({"client_name": "App", "language": "en", "country_codes": ["US"],
        "user": {"client_user_id": "u"}, "products": ["auth"], "institution_data": {"institution_id": "nowhere"}});
    assert_eq!(
        code(bank.refused("/link/token/create", ask).await).1,
        "INVALID_FIELD"
    );
}
