//! Lists and their pages.

use serde_json::{Value, json};

use super::{Mx, call, list, text};
use crate::tests::TestBank;

#[tokio::test]
async fn users_are_found_by_id_and_address_and_changed() {
    let bank = TestBank::ready().await;
    for (id, email) in [("one", "one@example.com"), ("two", "two@example.com")] {
        let body = json!({"user": {"id": id, "email": email}});
        assert_eq!(call(&bank, "POST", "/users", body).await.0, 200);
        bank.advance_secs(1);
    }
    let body = json!({"user": {"is_disabled": true, "metadata": "{}"}});
    let (status, changed) = call(&bank, "PUT", "/users/two", body).await;
    assert_eq!(
        (status, &changed["user"]["is_disabled"]),
        (200, &json!(true))
    );
    assert_eq!(
        changed["user"]["email"], "two@example.com",
        "what is not said stays"
    );
    for (query, expected) in [
        ("", vec!["one", "two"]),
        ("?id=one", vec!["one"]),
        ("?email=two@example.com", vec!["two"]),
        ("?is_disabled=true", vec!["two"]),
        ("?is_disabled=false", vec!["one"]),
        ("?id=nobody", vec![]),
    ] {
        let (_, found) = call(&bank, "GET", &format!("/users{query}"), Value::Null).await;
        let ids: Vec<String> = list(&found, "users")
            .iter()
            .map(|one| text(&one["id"]))
            .collect();
        assert_eq!(ids, expected, "{query}");
    }
    let guid = text(&changed["user"]["guid"]);
    let (_, read) = call(&bank, "GET", &format!("/users/{guid}"), Value::Null).await;
    assert_eq!(read["user"], changed["user"]);
}

#[tokio::test]
async fn institutions_are_searched_and_read_by_code_or_guid() {
    let bank = TestBank::ready().await;
    let names = async |query: &str| -> Vec<String> {
        let (status, found) =
            call(&bank, "GET", &format!("/institutions{query}"), Value::Null).await;
        assert_eq!(status, 200);
        list(&found, "institutions")
            .iter()
            .map(|one| text(&one["name"]))
            .collect()
    };
    assert_eq!(
        names("?name=MX%20bank").await,
        ["MX Bank", "MX Bank (OAuth)"]
    );
    assert!(
        names("?name=artan")
            .await
            .contains(&"Tartan Bank".to_owned()),
        "anywhere in the name"
    );
    assert_eq!(names("?name=zebra").await, Vec::<String>::new());
    assert_eq!(
        names("?iso_country_code[]=CA").await,
        ["Tartan-Dominion Bank of Canada"]
    );
    assert!(!names("?supported_products=history").await.is_empty());
    assert_eq!(
        names("?supported_products=rewards").await,
        Vec::<String>::new()
    );
    let (_, by_code) = call(&bank, "GET", "/institutions/mxbank", Value::Null).await;
    let guid = text(&by_code["institution"]["guid"]);
    let (_, by_guid) = call(&bank, "GET", &format!("/institutions/{guid}"), Value::Null).await;
    assert_eq!(by_code, by_guid);
    for path in ["/institutions/nobank", "/institutions/nobank/credentials"] {
        assert_eq!(call(&bank, "GET", path, Value::Null).await.0, 404);
    }
    let (_, oauth) = call(
        &bank,
        "GET",
        "/institutions/mxbank_oauth/credentials",
        Value::Null,
    )
    .await;
    assert_eq!(oauth["credentials"], json!([]), "it asks on its own site");
}

#[tokio::test]
async fn a_page_that_is_too_large_is_silently_an_ordinary_one() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let rows = format!("/users/{}/members/{member}/transactions", mx.user);
    let banks = "/institutions".to_owned();
    for (path, query, per_page) in [
        (&rows, "", 25),
        (&rows, "?records_per_page=1000", 1000),
        (&rows, "?records_per_page=1001", 25),
        (&rows, "?records_per_page=5", 10),
        (&rows, "?records_per_page=many", 25),
        (&banks, "?records_per_page=100", 100),
        (&banks, "?records_per_page=101", 25),
    ] {
        let (_, page) = call(&bank, "GET", &format!("{path}{query}"), Value::Null).await;
        assert_eq!(page["pagination"]["per_page"], per_page, "{path}{query}");
    }
}

#[tokio::test]
async fn pages_together_are_all_rows_once() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let path = format!("/members/{member}/transactions");
    let whole = mx
        .good("GET", &format!("{path}?records_per_page=1000"), Value::Null)
        .await;
    let whole = list(&whole, "transactions");
    let (mut guids, mut page) = (Vec::new(), 1);
    loop {
        let path = format!("{path}?records_per_page=30&page={page}");
        let answer = mx.good("GET", &path, Value::Null).await;
        let pagination = &answer["pagination"];
        assert_eq!(pagination["current_page"], page);
        assert_eq!(pagination["total_entries"], whole.len());
        assert_eq!(pagination["total_pages"], whole.len().div_ceil(30));
        guids.extend(
            list(&answer, "transactions")
                .iter()
                .map(|row| text(&row["guid"])),
        );
        if pagination["total_pages"] == page {
            break;
        }
        page += 1;
    }
    assert!(page >= 3, "{page} pages");
    let expected: Vec<String> = whole.iter().map(|row| text(&row["guid"])).collect();
    assert_eq!(guids, expected);
    let beyond = format!("{path}?records_per_page=30&page={}", page + 1);
    let beyond = mx.good("GET", &beyond, Value::Null).await;
    assert_eq!(beyond["transactions"], json!([]));
}

#[tokio::test]
async fn days_are_unix_timestamps_in_the_newer_version_and_iso_in_the_older() {
    let bank = TestBank::ready().await;
    let new = Mx::new(&bank).await;
    let old = Mx::speaking(&bank, "v20111101").await;
    for (mx, from, to, wrong) in [
        (&new, "1769904000", "1772236800", "2026-02-01"),
        (&old, "2026-02-01", "2026-02-28", "1769904000"),
    ] {
        let member = mx.connected().await;
        let path = format!("/members/{member}/transactions?records_per_page=1000");
        let within = format!("{path}&from_date={from}&to_date={to}");
        let within = mx.good("GET", &within, Value::Null).await;
        let dates: Vec<String> = list(&within, "transactions")
            .iter()
            .map(|row| text(&row["date"]))
            .collect();
        assert!(dates.len() > 10);
        assert!(
            dates.iter().all(|date| date.starts_with("2026-02-")),
            "{dates:?}"
        );
        assert!(dates.is_sorted_by(|one, next| one >= next), "newest first");
        let wrong = format!("{path}&from_date={wrong}");
        assert_eq!(mx.call("GET", &wrong, Value::Null).await.0, 400);
    }
}

#[tokio::test]
async fn rows_and_accounts_are_read_by_themselves() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let rows = mx.good("GET", "/transactions", Value::Null).await;
    let row = list(&rows, "transactions").remove(0);
    let read = mx
        .good(
            "GET",
            &format!("/transactions/{}", text(&row["guid"])),
            Value::Null,
        )
        .await;
    assert_eq!(read["transaction"], row);
    let account = text(&row["account_guid"]);
    for path in [
        format!("/accounts/{account}"),
        format!("/members/{member}/accounts/{account}"),
    ] {
        let read = mx.good("GET", &path, Value::Null).await;
        assert_eq!(read["account"]["guid"], account.as_str());
        let rows = mx
            .good("GET", &format!("{path}/transactions"), Value::Null)
            .await;
        let rows = list(&rows, "transactions");
        assert!(
            !rows.is_empty()
                && rows
                    .iter()
                    .all(|row| row["account_guid"] == account.as_str())
        );
    }
    for path in ["/transactions/TRN-1", "/accounts/ACT-1"] {
        assert_eq!(mx.call("GET", path, Value::Null).await.0, 404);
    }
}

#[tokio::test]
async fn rows_are_narrowed_by_when_they_came() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let path = format!("/members/{member}/transactions");
    let many = async |query: &str| {
        let found = mx.good("GET", &format!("{path}{query}"), Value::Null).await;
        found["pagination"]["total_entries"].as_u64()
    };
    let all = many("").await;
    for (name, whole, none) in [
        ("from_timestamp", 0_i64, 4_000_000_000_i64),
        ("from_created_at", 0, 4_000_000_000),
        ("to_timestamp", 4_000_000_000, 0),
        ("to_created_at", 4_000_000_000, 0),
    ] {
        assert_eq!(many(&format!("?{name}={whole}")).await, all, "{name}");
        assert_eq!(many(&format!("?{name}={none}")).await, Some(0), "{name}");
    }
}

#[tokio::test]
async fn a_widget_is_opened_for_a_user_by_their_guid_only() {
    let bank = TestBank::ready().await;
    let body = json!({"user": {"id": "own-id"}});
    let (_, made) = call(&bank, "POST", "/users", body).await;
    let guid = text(&made["user"]["guid"]);
    for (user, status) in [(guid.as_str(), 200), ("own-id", 404)] {
        let path = format!("/users/{user}/widget_urls");
        let body = json!({"widget_url": {"widget_type": "connect_widget"}});
        assert_eq!(call(&bank, "POST", &path, body).await.0, status, "{user}");
    }
}
