//! Frankfurter's daily rates.

use serde_json::{Value, json};

use super::{get, good, keys, set};
use crate::tests::TestBank;

#[tokio::test]
async fn it_tells_the_rates_of_a_day_against_a_base() {
    let bank = TestBank::ready().await;
    let answer = get(&bank, "/v1/latest?base=USD&symbols=EUR,GBP").await;
    let kind = answer.headers["content-type"].to_str().expect("text");
    assert_eq!(kind, "application/json; charset=utf-8");
    let text = answer.text.as_deref().expect("text");
    assert!(
        text.starts_with(
            "{\"amount\":1.0,\"base\":\"USD\",\"date\":\"2026-03-09\",\"rates\":{\"EUR\":0."
        ),
        "{text}"
    );
    assert_eq!(keys(&answer.json()["rates"]), ["EUR", "GBP"]);
    let all = good(&bank, "/v1/latest").await;
    assert_eq!(all["base"], "EUR");
    assert_eq!(
        keys(&all["rates"]).len(),
        29,
        "all but the euro and what no central bank publishes"
    );
    assert!(all["rates"].get("BTC").is_none() && all["rates"].get("EUR").is_none());
    let same = good(&bank, "/v1/latest?from=usd&to=eur,gbp").await;
    assert_eq!(same, answer.json());
    let ten = good(&bank, "/v1/latest?symbols=JPY&amount=10").await;
    assert_eq!(ten["amount"].to_string(), "10.0");
    let names = good(&bank, "/v1/currencies").await;
    assert_eq!(names["USD"], "United States Dollar");
    assert_eq!(names.get("BTC"), None);
}

#[tokio::test]
async fn its_figures_change_once_a_working_day_at_three() {
    let bank = TestBank::ready().await;
    let latest = async || good(&bank, "/v1/latest?base=EUR&symbols=USD,GBP").await;
    let morning = latest().await;
    bank.advance_secs(3 * 3600 - 1);
    assert_eq!(latest().await, morning);
    bank.advance_secs(1);
    let tuesday = latest().await;
    assert_eq!(tuesday["date"], "2026-03-10");
    assert_ne!(tuesday["rates"], morning["rates"]);
    bank.advance_days(3);
    let friday = latest().await;
    assert_eq!(friday["date"], "2026-03-13");
    for hours in [24, 24, 23] {
        bank.advance_secs(hours * 3600);
        assert_eq!(latest().await, friday);
    }
    bank.advance_secs(3600);
    assert_eq!(latest().await["date"], "2026-03-16");
}

#[tokio::test]
async fn a_day_is_that_day_and_the_last_working_day_where_there_is_none() {
    let bank = TestBank::ready().await;
    for (asked, date) in [
        ("2026-03-06", "2026-03-06"),
        ("2026-03-08", "2026-03-06"),
        ("2026-03-10", "2026-03-09"),
        ("2030-01-01", "2026-03-09"),
        ("1999-01-04", "1999-01-04"),
    ] {
        let told = good(&bank, &format!("/v1/{asked}?symbols=USD")).await;
        assert_eq!(told["date"], date, "{asked}");
    }
}

#[tokio::test]
async fn a_series_has_every_working_day_and_begins_with_one() {
    let bank = TestBank::ready().await;
    let told = good(&bank, "/v1/2024-01-01..2024-12-31?base=USD&symbols=EUR,GBP").await;
    assert_eq!(
        keys(&told),
        ["amount", "base", "end_date", "rates", "start_date"]
    );
    assert_eq!(told["start_date"], "2023-12-29");
    assert_eq!(told["end_date"], "2024-12-31");
    let days = keys(&told["rates"]);
    assert_eq!(days.len(), 257);
    assert!(days.is_sorted() && !days.contains(&"2024-03-29") && !days.contains(&"2024-12-25"));
    assert!(
        told["rates"]
            .as_object()
            .is_some_and(|all| all.values().all(|row| keys(row) == ["EUR", "GBP"]))
    );
    let one = good(&bank, "/v1/2024-06-13?base=USD&symbols=EUR,GBP").await;
    assert_eq!(told["rates"]["2024-06-13"], one["rates"]);
    let open = good(&bank, "/v1/2026-03-05..?symbols=USD").await;
    assert_eq!(
        keys(&open["rates"]),
        ["2026-03-05", "2026-03-06", "2026-03-09"]
    );
}

#[tokio::test]
async fn it_refuses_in_its_own_words() {
    let bank = TestBank::ready().await;
    for (path, status, words) in [
        ("/v1/latest?base=XXX", 404, "not found"),
        ("/v1/latest?symbols=XXX", 404, "not found"),
        ("/v1/latest?base=BTC&symbols=USD", 404, "not found"),
        ("/v1/latest?symbols=", 404, "not found"),
        ("/v1/latest?base=USD&symbols=USD", 422, "bad currency pair"),
        ("/v1/latest?amount=0", 422, "invalid amount"),
        ("/v1/latest?amount=many", 422, "invalid amount"),
        ("/v1/2024-02-31", 422, "invalid date"),
        ("/v1/2024-02-01..2024-02-31", 422, "invalid date"),
        ("/v1/1998-12-31", 404, "not found"),
        ("/v1/2027-01-01..2027-02-01", 404, "not found"),
        ("/v1/2024-02-01..2023-02-01", 404, "not found"),
        ("/v1/yesterday", 404, "not found"),
        ("/v1", 404, "not found"),
        ("/v1/latest/more", 404, "not found"),
    ] {
        let answer = get(&bank, path).await;
        assert_eq!(
            (answer.status, answer.json()),
            (status, json!({"message": words})),
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_is_moved_today_changes_no_day_before() {
    let bank = TestBank::ready().await;
    let path = "/v1/2026-03-02..?base=USD&symbols=EUR";
    let before = good(&bank, path).await;
    set(&bank, "EUR/USD", "2").await;
    assert_eq!(good(&bank, path).await, before);
    bank.advance_secs(3 * 3600);
    let after = good(&bank, path).await;
    assert_eq!(after["rates"]["2026-03-10"]["EUR"], json!(0.5));
    assert_eq!(after["rates"]["2026-03-09"], before["rates"]["2026-03-09"]);
    let Value::Object(days) = &after["rates"] else {
        panic!("no days");
    };
    assert_eq!(days.len(), 7);
}
